"""Due times of the timetable, each taken once on any number of processes."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from storage.db import insert_ignore
from storage.tables import OCCURRENCE

TIMES = OCCURRENCE.c
# Built once: building a statement costs more than running it.
TAKEN = select(TIMES.job).where(TIMES.job == bindparam("job"), TIMES.due_at == bindparam("due_at"))


def taken(tx: Connection, job: str, due_at: datetime) -> bool:
    return tx.scalar(TAKEN, {"job": job, "due_at": due_at}) is not None


def take(tx: Connection, job: str, due_at: datetime, now: datetime) -> bool:
    """Claim this due time, in the transaction that does its work; False when somebody did it already."""
    new = insert_ignore(tx, OCCURRENCE, TIMES.job)
    return tx.scalar(new, {"job": job, "due_at": due_at, "ran_at": now, "why": ""}) is not None


def explain(tx: Connection, job: str, due_at: datetime, why: str) -> None:
    """It happened, and nothing was told, because."""
    tx.execute(update(OCCURRENCE).where(TIMES.job == job, TIMES.due_at == due_at).values(why=why))


def why(tx: Connection, job: str, due_at: datetime) -> str | None:
    """Why nothing was told then; empty when something was, None when its time has not come."""
    return tx.scalar(select(TIMES.why).where(TIMES.job == job, TIMES.due_at == due_at))


def ran(tx: Connection) -> list[tuple[str, datetime, datetime]]:
    """Everything that happened by itself: (job, due, ran), the earliest first."""
    rows = tx.execute(select(TIMES.job, TIMES.due_at, TIMES.ran_at).order_by(TIMES.ran_at, TIMES.due_at, TIMES.job))
    return [(row.job, row.due_at, row.ran_at) for row in rows]
