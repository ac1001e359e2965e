"""The audit log: who did what to what, refusals included; no personal data of customers."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from storage import chain
from storage.tables import AUDIT

Row = Mapping[str, Any]
LATER = "audit rows for the transaction that answers"


def write(
    tx: Connection, now: datetime, actor: str, action: str, subject: str, *, allowed: bool = True, **detail: Any
) -> None:
    row = {"at": now, "actor": actor, "action": action, "subject": subject, "allowed": allowed, "detail": detail}
    if LATER in tx.info:
        tx.info[LATER].append(row)
    else:
        write_down(tx, [row])


@contextmanager
def kept_for_later(tx: Connection) -> Iterator[Sequence[Row]]:
    """What is written on a connection that only reads, for `write_down` where it is answered."""
    rows: list[Row] = tx.info.setdefault(LATER, [])
    try:
        yield rows
    finally:
        del tx.info[LATER]


def write_down(tx: Connection, rows: Sequence[Row]) -> None:
    if rows:
        tx.execute(AUDIT.insert(), [*rows])
        chain.open_(tx)


def of(tx: Connection, subject: str) -> list[tuple[datetime, str, str, bool]]:
    a = AUDIT.c
    rows = tx.execute(select(a.at, a.actor, a.action, a.allowed).where(a.subject == subject).order_by(a.id))
    return [(r.at, r.actor, r.action, r.allowed) for r in rows]


@dataclass(frozen=True, slots=True)
class Line:
    at: datetime
    actor: str
    action: str
    subject: str
    allowed: bool
    detail: Mapping[str, Any]


def since(tx: Connection, at: datetime, filters: Mapping[str, str], *, refused: bool = False) -> list[Line]:
    """Oldest first; a filter that is empty filters nothing."""
    a = AUDIT.c
    asked = select(a.at, a.actor, a.action, a.subject, a.allowed, a.detail).where(a.at >= at).order_by(a.id)
    for name, value in filters.items():
        asked = asked.where(a[name] == value) if value else asked
    asked = asked.where(~a.allowed) if refused else asked
    return [Line(r.at, r.actor, r.action, r.subject, r.allowed, r.detail) for r in tx.execute(asked)]
