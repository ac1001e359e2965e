"""The audit log: who did what to what, refusals included; no personal data of customers."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage.tables import AUDIT


def write(
    tx: Connection, now: datetime, actor: str, action: str, subject: str, *, allowed: bool = True, **detail: Any
) -> None:
    tx.execute(
        AUDIT.insert().values(at=now, actor=actor, action=action, subject=subject, allowed=allowed, detail=detail)
    )


def of(tx: Connection, subject: str) -> list[tuple[datetime, str, str, bool]]:
    a = AUDIT.c
    rows = tx.execute(select(a.at, a.actor, a.action, a.allowed).where(a.subject == subject).order_by(a.id))
    return [(r.at, r.actor, r.action, r.allowed) for r in rows]
