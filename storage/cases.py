"""Cases: conversations worth learning from, one row each."""

from datetime import datetime

from sqlalchemy import Connection, select

from rules.model import Finding
from storage.db import insert_ignore
from storage.tables import CASE


def add(tx: Connection, conversation: str, finding: Finding, now: datetime) -> int | None:
    """Note an excellent conversation; its number, or None when it was known."""
    row = {"conversation": conversation, "kind": finding.kind.value, "state": "found", "rule": finding.rule,
           "message": finding.message, "quote": finding.quote, "says": finding.says, "found_at": now}  # fmt: skip
    if not tx.execute(insert_ignore(tx, CASE), row).rowcount:
        return None
    return tx.scalar(select(CASE.c.id).where(CASE.c.conversation == conversation))
