"""Second opinions on alerts, one each, and how often they agreed with people."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Text, and_, bindparam, cast, func, literal, or_, select, update

from storage.db import insert_ignore, upsert
from storage.tables import ALERT, OPINION, OPINION_STAGE, POST

A, N, P, G = ALERT.c, OPINION.c, POST.c, OPINION_STAGE.c
LAST = 200  # opinions whose agreement counts
# Built once: building a statement costs more than running it.
OF = select(OPINION).where(N.alert == bindparam("alert"))


@dataclass(frozen=True, slots=True)
class Opinion:
    alert: int
    criterion: str
    state: str  # asked | told | dropped | failed
    real: bool | None
    summary: str
    reason: str
    wording: str


@dataclass(frozen=True, slots=True)
class Trust:
    criterion: str
    stage: str
    agreed: int
    judged: int


def wanted(tx: Connection, since: datetime, limit: int = 5) -> list[int]:
    """Open risk alerts that stand in a room already and have no opinion yet."""
    posted = select(P.key).where(P.subject == literal("A") + cast(A.id, Text), P.shown > 0).exists()
    asked = select(N.id).where(N.alert == A.id).exists()
    found = select(A.id).where(A.opened_at >= since, A.kind == "risk", A.closed_at.is_(None), posted, ~asked)
    return list(tx.scalars(found.order_by(A.severity.desc(), A.id).limit(limit)))


def claim(tx: Connection, alert: int, criterion: str, now: datetime) -> bool:
    """Whether it is ours to ask about."""
    row = {"alert": alert, "criterion": criterion, "at": now, "state": "asked", "summary": "", "reason": "",
           "wording": "", "why": ""}  # fmt: skip
    return tx.scalar(insert_ignore(tx, OPINION, N.id), row) is not None


def keep(tx: Connection, alert: int, **values: Any) -> None:
    tx.execute(update(OPINION).where(N.alert == alert).values(values))


def of(tx: Connection, alert: int) -> Opinion | None:
    row = tx.execute(OF, {"alert": alert}).one_or_none()
    if row is None:
        return None
    return Opinion(row.alert, row.criterion, row.state, row.real, row.summary, row.reason, row.wording)


def trust(tx: Connection, criterion: str) -> Trust | None:
    row = tx.execute(select(OPINION_STAGE).where(G.criterion == criterion)).one_or_none()
    return None if row is None else Trust(row.criterion, row.stage, row.agreed, row.judged)


def all_trust(tx: Connection) -> list[Trust]:
    rows = tx.execute(select(OPINION_STAGE).order_by(G.criterion))
    return [Trust(row.criterion, row.stage, row.agreed, row.judged) for row in rows]


def agreement(tx: Connection) -> dict[str, tuple[int, int]]:
    """(agreed, judged) by criterion: the newest opinions on alerts that a person has closed."""
    solved = and_(A.state == "resolved", A.closed_by != "")
    judged = (N.real.is_not(None), or_(solved, A.state == "false_alarm"))
    newest = func.row_number().over(partition_by=N.criterion, order_by=N.id.desc()).label("n")
    rows = select(N.criterion, N.real, A.state, newest).join(ALERT, A.id == N.alert).where(*judged).subquery()
    found: dict[str, tuple[int, int]] = {}
    for criterion, real, state, _ in tx.execute(select(rows).where(rows.c.n <= LAST)):
        agreed, n = found.get(criterion, (0, 0))
        found[criterion] = (agreed + (bool(real) == (state == "resolved")), n + 1)
    return found


def set_trust(tx: Connection, one: Trust, now: datetime) -> None:
    row = {"criterion": one.criterion, "stage": one.stage, "agreed": one.agreed, "judged": one.judged,
           "changed_at": now}  # fmt: skip
    tx.execute(upsert(tx, OPINION_STAGE, ("criterion",), ("stage", "agreed", "judged", "changed_at")), row)
