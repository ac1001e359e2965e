"""Cases: conversations worth learning from, one row each."""

from datetime import datetime

from sqlalchemy import Connection

from rules.model import Finding
from storage.db import insert_ignore
from storage.tables import CASE


def add(tx: Connection, conversation: str, finding: Finding, now: datetime) -> int | None:
    """Note an excellent conversation; its number, or None when it was known."""
    row = {"conversation": conversation, "kind": finding.kind.value, "state": "found", "rule": finding.rule,
           "message": finding.message, "quote": finding.quote, "says": finding.says, "found_at": now}  # fmt: skip
    number: int | None = tx.scalar(insert_ignore(tx, CASE).returning(CASE.c.id), row)
    return number
