"""What calibration decided, each version of it; and how far each rule is trusted to judge by itself."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, func, select, update

from storage.db import upsert
from storage.tables import CRITERION, DECISION

D, K = DECISION.c, CRITERION.c
FIRST = "human_only"
# Built once: building a statement costs more than running it.
TO_RERUN = select(D.id).where(D.rerun == "wanted").order_by(D.id)


@dataclass(frozen=True, slots=True)
class Told:
    """What is decided about one case."""

    conversation: str
    rule: str
    outcome: str  # deduct | keep | talk
    counts: Mapping[str, Any]
    margin: float
    because: str
    severity: int
    cause: str
    alarm: str  # "" | right | wrong
    wording: str
    wording_votes: int
    by: str


@dataclass(frozen=True, slots=True)
class Decision:
    id: int
    case: int
    version: int
    told: Told
    at: datetime
    change: int | None
    rerun: str
    difference: str

    @property
    def code(self) -> str:
        return f"D{self.id}"


@dataclass(frozen=True, slots=True)
class Criterion:
    rule: str
    stage: str
    proposed: str
    because: str
    by: str
    at: datetime


NAMES = tuple(Told.__slots__)


def decide(tx: Connection, case: int, told: Told, now: datetime) -> Decision:
    """Another version of what was decided before."""
    version = int(tx.scalar(select(func.max(D.version)).where(D.case == case)) or 0) + 1
    values = {name: getattr(told, name) for name in NAMES} | {"counts": dict(told.counts)}
    row = {"case": case, "version": version, "at": now, "rerun": "", "told": "", **values}
    number = tx.execute(DECISION.insert().returning(D.id), row).scalar_one()
    return Decision(number, case, version, told, now, None, "", "")


def get(tx: Connection, id_: int) -> Decision | None:
    row = tx.execute(select(DECISION).where(D.id == id_)).one_or_none()
    return _decision(row) if row else None


def voted(tx: Connection, case: int) -> Decision | None:
    """What the votes alone decided."""
    row = tx.execute(select(DECISION).where(D.case == case, D.version == 1)).one_or_none()
    return _decision(row) if row else None


def of(tx: Connection, case: int) -> Decision | None:
    """The last version."""
    row = tx.execute(select(DECISION).where(D.case == case).order_by(D.version.desc()).limit(1)).one_or_none()
    return _decision(row) if row else None


def by_change(tx: Connection, change: int) -> list[Decision]:
    return [_decision(row) for row in tx.execute(select(DECISION).where(D.change == change).order_by(D.id))]


def about(tx: Connection, rule: str) -> list[Decision]:
    """All about one rule and version, the last of each case."""
    last = select(D.case, func.max(D.version).label("version")).where(D.rule == rule).group_by(D.case).subquery()
    same = (last.c.case == D.case) & (last.c.version == D.version)
    return [_decision(row) for row in tx.execute(select(DECISION).join(last, same).order_by(D.id))]


def proposed(tx: Connection, id_: int, change: int) -> None:
    """A change of a rule; what it would have done is still to be found out."""
    tx.execute(update(DECISION).where(D.id == id_).values(change=change, rerun="wanted"))


def to_rerun(tx: Connection) -> list[int]:
    return list(tx.scalars(TO_RERUN))


def rerun(tx: Connection, id_: int, told: str) -> bool:
    """Whether nobody was quicker."""
    wanted = update(DECISION).where(D.id == id_, D.rerun == "wanted")
    return tx.execute(wanted.values(rerun="done", told=told)).rowcount > 0


def stage(tx: Connection, rule: str) -> str:
    """human_only | hybrid | auto, of a rule's id."""
    return tx.scalar(select(K.stage).where(K.rule == rule.partition("@")[0])) or FIRST


def criteria(tx: Connection) -> dict[str, Criterion]:
    return {row.rule: Criterion(*row) for row in tx.execute(select(CRITERION).order_by(K.rule))}


def set_criterion(tx: Connection, criterion: Criterion) -> None:
    row = {name: getattr(criterion, name) for name in Criterion.__slots__}
    tx.execute(upsert(tx, CRITERION, ("rule",), ("stage", "proposed", "because", "by", "at")), row)


def _decision(row: Any) -> Decision:
    told = Told(**{name: getattr(row, name) for name in NAMES})
    return Decision(row.id, row.case, row.version, told, row.at, row.change, row.rerun, row.told)
