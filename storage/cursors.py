"""What was reached, under a name: how far each helpdesk was read by its API, which days wait to be counted anew."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage.db import insert_ignore, upsert
from storage.tables import CURSOR

GET = select(CURSOR.c.value).where(CURSOR.c.source == bindparam("source"))


def get(tx: Connection, source: str) -> str:
    """Empty before the first reading."""
    return tx.scalar(GET, {"source": source}) or ""


def hold(tx: Connection, source: str, now: datetime) -> str:
    """The same, and nobody else changes it before this transaction ends."""
    tx.execute(insert_ignore(tx, CURSOR), {"source": source, "value": "", "at": now})
    return tx.scalar(GET.with_for_update(), {"source": source}) or ""


def put(tx: Connection, source: str, value: str, now: datetime) -> None:
    tx.execute(upsert(tx, CURSOR, ("source",), ("value", "at")), {"source": source, "value": value, "at": now})
