"""What people practise, and exercises from wordings that colleagues voted on."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, func, select, update

from storage.db import insert_ignore
from storage.tables import DECISION, DRILL, GOAL, POLL_CASE, WORDING, WORDING_VOTE

D, G, P, V, W = DRILL.c, GOAL.c, POLL_CASE.c, WORDING_VOTE.c, WORDING.c
# Built once: building a statement costs more than running it.
OF = select(GOAL).where(G.person == bindparam("person")).order_by(G.id)


@dataclass(frozen=True, slots=True)
class Goal:
    id: int
    person: str
    measure: str
    reason: str
    state: str  # open | declined | finished | replaced
    since: date
    set_by: str
    why: str

    @property
    def code(self) -> str:
        return f"L{self.id}"


@dataclass(frozen=True, slots=True)
class Exercise:
    """Two ways to answer the same customer; the first got more votes."""

    case: int
    excerpt: tuple[tuple[str, str], ...]
    better: str
    other: str


def add(tx: Connection, goal: Goal, now: datetime) -> None:
    row = {"person": goal.person, "measure": goal.measure, "reason": goal.reason, "state": goal.state, "set_at": now,
           "since": goal.since.isoformat(), "set_by": goal.set_by, "ended_by": "", "why": goal.why}  # fmt: skip
    tx.execute(GOAL.insert(), row)


def get(tx: Connection, id_: int, *, lock: bool = False) -> Goal | None:
    asked = select(GOAL).where(G.id == id_)
    row = tx.execute(asked.with_for_update() if lock else asked).one_or_none()
    return _goal(row) if row else None


def of(tx: Connection, person: str) -> list[Goal]:
    """All there ever were, the earliest first."""
    return [_goal(row) for row in tx.execute(OF, {"person": person})]


def end(tx: Connection, id_: int, state: str, by: str, why: str, now: datetime) -> None:
    values = {"state": state, "ended_by": by, "ended_at": now, "why": why}
    tx.execute(update(GOAL).where(G.id == id_, G.state == "open").values(**values))


def answer(tx: Connection, goal: int, case: int, now: datetime, *, right: bool) -> bool:
    """False when it was answered before; the first answer counts."""
    row = {"goal": goal, "case": case, "right": right, "at": now}
    return tx.scalar(insert_ignore(tx, DRILL, D.case), row) is not None


def answers(tx: Connection, goals: Sequence[int]) -> tuple[set[int], int]:
    """(cases that were answered, how many rightly)."""
    rows = tx.execute(select(D.case, D.right).where(D.goal.in_(goals))).all()
    return {row.case for row in rows}, sum(bool(row.right) for row in rows)


def exercises(tx: Connection, limit: int = 40) -> list[Exercise]:
    """Of decided cases with wordings of which one got clearly more votes; the latest first."""
    votes = func.count(V.person)
    counted = (
        select(W.case, W.text, votes.label("votes"))
        .join(DECISION, DECISION.c.case == W.case)
        .outerjoin(WORDING_VOTE, (V.case == W.case) & (V.wording == W.id))
        .group_by(W.case, W.id, W.text)
    )
    told: dict[int, list[tuple[int, str]]] = {}
    for row in tx.execute(counted.order_by(W.case.desc(), votes.desc(), W.id)):
        told.setdefault(row.case, []).append((row.votes, row.text))
    pairs = {case: (said[0][1], said[-1][1]) for case, said in told.items() if said[0][0] >= said[-1][0] + 2}
    rows = tx.execute(select(P.id, P.excerpt).where(P.id.in_([*pairs][:limit])).order_by(P.id.desc()))
    return [Exercise(r.id, tuple((w, t) for w, t in r.excerpt), *pairs[r.id]) for r in rows]


def _goal(r: Any) -> Goal:
    return Goal(r.id, r.person, r.measure, r.reason, r.state, date.fromisoformat(r.since), r.set_by, r.why)
