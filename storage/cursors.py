"""How far each helpdesk was read by its API."""

from datetime import datetime

from sqlalchemy import Connection, bindparam, select

from storage.db import upsert
from storage.tables import CURSOR

GET = select(CURSOR.c.value).where(CURSOR.c.source == bindparam("source"))


def get(tx: Connection, source: str) -> str:
    """Empty before the first reading."""
    return tx.scalar(GET, {"source": source}) or ""


def put(tx: Connection, source: str, value: str, now: datetime) -> None:
    tx.execute(upsert(tx, CURSOR, ("source",), ("value", "at")), {"source": source, "value": value, "at": now})
