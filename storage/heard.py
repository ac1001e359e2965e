"""Presses and words from chats, each taken once."""

from datetime import datetime

from sqlalchemy import Connection, delete

from storage.db import insert_ignore
from storage.tables import HEARD


def fresh(tx: Connection, chat: str, event: str, now: datetime) -> bool:
    """Note the event; False when it was heard before."""
    done = tx.execute(insert_ignore(tx, HEARD), {"chat": chat, "event": event, "at": now})
    return done.rowcount > 0


def forget(tx: Connection, before: datetime) -> None:
    tx.execute(delete(HEARD).where(HEARD.c.at < before))
