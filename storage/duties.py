"""Shifts taken or given by word; they go before the roster of the configuration."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, select, update

from storage.tables import DUTY_CHANGE

D = DUTY_CHANGE.c
NOW = select(DUTY_CHANGE).where(D.begins <= bindparam("at"), D.until > bindparam("at")).order_by(D.id.desc())


@dataclass(frozen=True, slots=True)
class Change:
    team: str  # empty: every team
    names: tuple[str, ...]
    begins: datetime
    until: datetime
    actor: str


def add(tx: Connection, change: Change) -> None:
    row = {"team": change.team, "names": list(change.names), "begins": change.begins, "until": change.until,
           "actor": change.actor}  # fmt: skip
    tx.execute(DUTY_CHANGE.insert(), row)


def at(tx: Connection, moment: datetime) -> list[Change]:
    """Those in force then, the last one first."""
    rows = tx.execute(NOW, {"at": moment})
    return [Change(r.team, tuple(map(str, r.names)), r.begins, r.until, r.actor) for r in rows]


def end(tx: Connection, team: str, now: datetime) -> int:
    """The roster counts again; how many were ended."""
    return tx.execute(update(DUTY_CHANGE).where(D.team == team, D.until > now).values(until=now)).rowcount


def forget(tx: Connection, before: datetime) -> None:
    tx.execute(delete(DUTY_CHANGE).where(D.until < before))
