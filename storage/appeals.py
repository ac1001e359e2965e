"""Appeals against confirmed findings: filed once, judged by somebody else, while a clock runs for the judge too."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, select, update

from storage.db import insert_ignore
from storage.tables import APPEAL, APPEALED

A, D = APPEAL.c, APPEALED.c
DECIDED = ("accepted", "partly", "rejected")
# Built once: building a statement costs more than running it.
DUE = select(A.id).where(A.state == "open", A.due_at <= bindparam("now")).order_by(A.due_at).limit(bindparam("most"))


@dataclass(frozen=True, slots=True)
class Appeal:
    id: int
    person: str
    conversation: str
    team: str
    reason: str
    filed_at: datetime
    first: str  # who judged before; several are joined by 、
    judge: str
    due_at: datetime | None
    reminded: bool
    state: str  # open | accepted | partly | rejected
    answer: str
    decided_by: str
    decided_at: datetime | None

    @property
    def code(self) -> str:
        return f"AP{self.id}"


@dataclass(frozen=True, slots=True)
class Filing:
    person: str
    conversation: str
    team: str
    reason: str
    first: str


def file(tx: Connection, filing: Filing, findings: Sequence[int], now: datetime) -> Appeal | None:
    """None when somebody appealed against one of them before."""
    row = {"person": filing.person, "conversation": filing.conversation, "team": filing.team, "state": "open",
           "reason": filing.reason, "first": filing.first, "filed_at": now}  # fmt: skip
    number = tx.execute(APPEAL.insert().returning(A.id), row).scalar_one()
    taken = [tx.scalar(insert_ignore(tx, APPEALED, D.finding), {"finding": f, "appeal": number})
             for f in findings]  # fmt: skip
    if None in taken:
        tx.execute(delete(APPEALED).where(D.appeal == number))
        tx.execute(delete(APPEAL).where(A.id == number))
        return None
    return get(tx, number)


def get(tx: Connection, id_: int, *, lock: bool = False) -> Appeal | None:
    asked = select(APPEAL).where(A.id == id_)
    row = tx.execute(asked.with_for_update() if lock else asked).one_or_none()
    return _appeal(row) if row else None


def against(tx: Connection, findings: Sequence[int]) -> dict[int, Appeal]:
    """By finding."""
    rows = tx.execute(select(D.finding, APPEAL).join(APPEAL, A.id == D.appeal).where(D.finding.in_(findings)))
    return {row.finding: _appeal(row) for row in rows}


def settled(tx: Connection, findings: Sequence[int]) -> set[int]:
    """Those of which an appeal was decided: whoever judged first has no further say."""
    decided = select(D.finding).join(APPEAL, A.id == D.appeal).where(D.finding.in_(findings), A.state.in_(DECIDED))
    return set(tx.scalars(decided))


def findings_of(tx: Connection, id_: int) -> list[int]:
    return list(tx.scalars(select(D.finding).where(D.appeal == id_).order_by(D.finding)))


def entrust(tx: Connection, id_: int, judge: str, due_at: datetime, *, reminded: bool) -> None:
    """Whose turn it is, and until when."""
    tx.execute(update(APPEAL).where(A.id == id_).values(judge=judge, due_at=due_at, reminded=reminded))


def decide(tx: Connection, id_: int, state: str, answer: str, by: str, now: datetime) -> bool:
    """Whether it was still open."""
    values = {"state": state, "answer": answer, "decided_by": by, "decided_at": now, "due_at": None}
    return tx.execute(update(APPEAL).where(A.id == id_, A.state == "open").values(**values)).rowcount > 0


def due(tx: Connection, now: datetime, limit: int = 50) -> list[int]:
    return list(tx.scalars(DUE, {"now": now, "most": limit}))


def waiting(tx: Connection, team: str = "") -> int:
    """How many wait for a judge; an empty team is all of them."""
    ours = (A.state == "open", *([A.team == team] if team else []))
    return int(tx.scalar(select(func.count()).where(*ours)) or 0)


def entrusted(tx: Connection, judge: str) -> list[Appeal]:
    """Those this person is asked to judge, the oldest first."""
    asked = select(APPEAL).where(A.state == "open", A.judge == judge).order_by(A.id)
    return [_appeal(row) for row in tx.execute(asked)]


def decided(
    tx: Connection, since: datetime, states: Sequence[str] = ("accepted", "partly", "rejected")
) -> list[Appeal]:
    """Those that changed a judgement say where judges differ: accepted and partly."""
    asked = select(APPEAL).where(A.state.in_(states), A.decided_at >= since).order_by(A.decided_at, A.id)
    return [_appeal(row) for row in tx.execute(asked)]


def _appeal(row: Any) -> Appeal:
    return Appeal(row.id, row.person, row.conversation, row.team, row.reason, row.filed_at, row.first, row.judge,
                  row.due_at, row.reminded, row.state, row.answer, row.decided_by, row.decided_at)  # fmt: skip
