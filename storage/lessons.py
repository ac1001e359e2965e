"""Lessons asked for, by the timetable or by somebody: one process takes each, another if that one dies."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection, or_, select, update

from storage.db import for_update_skip_locked, insert_ignore
from storage.tables import LESSON

L = LESSON.c
LEASE = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Lesson:
    id: int
    asked_by: str  # "" is the timetable
    chat: str
    room: str
    direct: bool


def ask(
    tx: Connection, key: str, now: datetime, by: str = "", place: tuple[str, str, bool] = ("", "", False)
) -> int | None:
    """Ask for a lesson; None when this key asked before. `place`: (chat, room, direct) of the answer."""
    chat, room, direct = place
    row = {"key": key, "asked_at": now, "asked_by": by, "chat": chat, "room": room, "direct": direct, "says": ""}
    number: int | None = tx.scalar(insert_ignore(tx, LESSON, L.id), row)
    return number


def claim(tx: Connection, now: datetime, only: int | None = None) -> Lesson | None:
    """The oldest that waits, or that one; until the lease ends nobody else takes it."""
    free = (L.done_at.is_(None), or_(L.lease_until.is_(None), L.lease_until <= now))
    wanted = select(LESSON).where(*free, *(() if only is None else (L.id == only,)))
    row = tx.execute(for_update_skip_locked(wanted.order_by(L.id).limit(1))).one_or_none()
    if row is None:
        return None
    tx.execute(update(LESSON).where(L.id == row.id).values(lease_until=now + LEASE))
    return Lesson(row.id, row.asked_by, row.chat, row.room, row.direct)


def done(tx: Connection, id_: int, says: str, now: datetime) -> None:
    tx.execute(update(LESSON).where(L.id == id_).values(done_at=now, says=says, lease_until=None))


def waits(tx: Connection) -> bool:
    return tx.scalar(select(L.id).where(L.done_at.is_(None)).limit(1)) is not None
