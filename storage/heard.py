"""Presses and words from chats, each taken once."""

from datetime import datetime

from sqlalchemy import Connection, delete

from storage.db import insert_ignore
from storage.tables import HEARD


def fresh(tx: Connection, chat: str, event: str, now: datetime) -> bool:
    """Note the event; False when it was heard before."""
    new = insert_ignore(tx, HEARD, HEARD.c.event)
    return tx.scalar(new, {"chat": chat, "event": event, "at": now}) is not None


def forget(tx: Connection, before: datetime) -> None:
    tx.execute(delete(HEARD).where(HEARD.c.at < before))
