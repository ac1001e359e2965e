"""Highlights: what the agent was asked and answered, who was glad about them, and how much praise a room heard."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import Connection, Update, bindparam, func, select, update

from storage.db import insert_ignore
from storage.tables import CASE, CHEER, HIGHLIGHT, POST

H, C, P = HIGHLIGHT.c, CHEER.c, POST.c
PRAISE = ("star", "saved", "honour", "honours")  # kinds of cards that praise
ALERTS = ("alert", "gathering")
# Built once: building a statement costs more than running it.
GET = select(HIGHLIGHT).where(H.case == bindparam("case"))
GET_LOCKED = GET.with_for_update()
LATE = (
    select(H.case).where(H.state == "asked", H.due_at <= bindparam("now")).order_by(H.due_at).limit(bindparam("most"))
)
CHEERS = select(C.kind, func.count()).where(C.case == bindparam("case")).group_by(C.kind)


@dataclass(frozen=True, slots=True)
class Highlight:
    case: int
    person: str  # empty: we do not know whose doing it was
    state: str  # asked | shown | private | withdrawn
    consent: str  # open | anonymous | private; what counts when nothing is answered, until it is
    answered: bool
    asked_at: datetime
    due_at: datetime | None
    shown_at: datetime | None
    withdrawn_by: str


@dataclass(frozen=True, slots=True)
class Nomination:
    person: str  # who earned it
    case: int
    by: tuple[str, ...]


def ask(tx: Connection, case: int, person: str, consent: str, due_at: datetime | None, now: datetime) -> None:
    row = {"case": case, "person": person, "state": "asked", "consent": consent, "answered": False, "asked_at": now,
           "due_at": due_at, "withdrawn_by": ""}  # fmt: skip
    tx.execute(insert_ignore(tx, HIGHLIGHT), row)


def get(tx: Connection, case: int, *, lock: bool = False) -> Highlight | None:
    row = tx.execute(GET_LOCKED if lock else GET, {"case": case}).first()
    return Highlight(**row._mapping) if row is not None else None


def change(tx: Connection, case: int, **values: Any) -> None:
    tx.execute(_change(tuple(values)), {"b_case": case, **{f"b_{name}": value for name, value in values.items()}})


@cache
def _change(names: tuple[str, ...]) -> Update:
    return update(HIGHLIGHT).where(H.case == bindparam("b_case")).values({n: bindparam(f"b_{n}") for n in names})


def due(tx: Connection, now: datetime, limit: int = 50) -> list[int]:
    """Those whose agent has not answered in time."""
    return list(tx.scalars(LATE, {"now": now, "most": limit}))


def cheer(tx: Connection, case: int, person: str, kind: str, now: datetime) -> bool:
    """like | nominate; False when they had done so before."""
    new = insert_ignore(tx, CHEER, C.case)
    return tx.scalar(new, {"case": case, "person": person, "kind": kind, "at": now}) is not None


def cheers(tx: Connection, case: int) -> dict[str, int]:
    """How many, by kind."""
    return {row[0]: row[1] for row in tx.execute(CHEERS, {"case": case})}


def nominations(tx: Connection, since: datetime, until: datetime) -> list[Nomination]:
    """Who was nominated for what, and by whom, in the order of the cases; what was taken back does not count."""
    chosen = select(H.person, C.case, C.person).join(HIGHLIGHT, H.case == C.case)
    told = chosen.where(C.kind == "nominate", C.at >= since, C.at < until, H.state == "shown", H.person != "")
    found: dict[tuple[int, str], list[str]] = {}
    for person, case, by in tx.execute(told.order_by(C.case, C.at, C.person)):
        found.setdefault((case, person), []).append(by)
    return [Nomination(person, case, tuple(by)) for (case, person), by in found.items()]


def shown(tx: Connection, since: datetime, until: datetime) -> Sequence[tuple[int, str, str]]:
    """(case, person, account) of the highlights that were shown in that time and still are."""
    chosen = select(H.case, H.person, CASE.c.account).join(CASE, CASE.c.id == H.case)
    told = chosen.where(H.state == "shown", H.shown_at >= since, H.shown_at < until)
    return [(row[0], row[1], row[2]) for row in tx.execute(told.order_by(H.case))]


def in_public(tx: Connection, since: datetime) -> tuple[int, int]:
    """(praise, alerts): what stood in group rooms since then, once however many rooms or cards it had."""
    stood = select(P.kind, P.subject).where(P.created_at >= since, ~P.direct, P.shown > 0).distinct()
    told = {(kind, subject.partition(".")[0]) for kind, subject in tx.execute(stood)}
    return sum(kind in PRAISE for kind, _ in told), sum(kind in ALERTS for kind, _ in told)
