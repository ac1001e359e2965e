"""Lines kept for the end of a shift, so that nobody is interrupted for what can wait."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, func, select, update

from storage.tables import DIGEST_ITEM

D = DIGEST_ITEM.c


def add(tx: Connection, person: str, text: str, now: datetime) -> None:
    tx.execute(DIGEST_ITEM.insert(), {"person": person, "text": text, "made_at": now})


def waiting(tx: Connection) -> dict[str, datetime]:
    """Who has lines waiting, and since when."""
    oldest = select(D.person, func.min(D.made_at).label("since")).where(D.sent_at.is_(None)).group_by(D.person)
    return {row.person: row.since for row in tx.execute(oldest)}


def take(tx: Connection, person: str, now: datetime) -> Sequence[str]:
    """Their lines, the oldest first; they wait no longer."""
    held = select(D.id, D.text).where(D.person == person, D.sent_at.is_(None)).order_by(D.id).with_for_update()
    rows = tx.execute(held).all()
    tx.execute(update(DIGEST_ITEM).where(D.id.in_([row.id for row in rows])).values(sent_at=now))
    return [row.text for row in rows]
