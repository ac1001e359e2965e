"""The chain of the audit log: a row's seal is made of what it says and of the seal before it."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, text, update

from storage.tables import AUDIT

A = AUDIT.c
OPEN = "audit rows without a seal"
# Who seals goes last of all before the commit, so waiting for each other here cannot lock anybody up.
TURN = text("SELECT pg_advisory_xact_lock(hashtext('starling audit'))")
SAID = (A.id, A.at, A.actor, A.action, A.subject, A.allowed, A.detail, A.place, A.seal)
LAST = select(A.place, A.seal).where(A.place.is_not(None)).order_by(A.place.desc()).limit(1)
UNSEALED = select(*SAID).where(A.place.is_(None)).order_by(A.id)
SEAL = update(AUDIT).where(A.id == bindparam("row")).values(place=bindparam("at_place"), seal=bindparam("made"))


@dataclass(frozen=True, slots=True)
class Break:
    """The first place where the chain does not hold."""

    place: int
    why: str  # changed | missing | unsealed
    at: datetime | None = None
    what: str = ""  # 张主管 claim A1


@dataclass(frozen=True, slots=True)
class Checked:
    rows: int
    last: str  # the last seal; who keeps a copy elsewhere sees when the end was cut off
    broken: Break | None


def open_(tx: Connection) -> None:
    """There is something to seal before this connection commits."""
    tx.info[OPEN] = True


def seal(tx: Connection) -> None:
    """The last thing in every transaction that writes: its rows join the chain in the order of the commits."""
    if not tx.info.pop(OPEN, False):
        return
    if tx.dialect.name == "postgresql":
        tx.execute(TURN)
    last = tx.execute(LAST).first()
    place, sealed = (last.place, last.seal) if last else (0, "")
    rows = []
    for row in tx.execute(UNSEALED):
        place, sealed = place + 1, _made(sealed, place + 1, row)
        rows.append({"row": row.id, "at_place": place, "made": sealed})
    if rows:
        tx.execute(SEAL, rows)


def check(tx: Connection) -> Checked:
    place, sealed = 0, ""
    for row in tx.execute(select(*SAID).where(A.place.is_not(None)).order_by(A.place)):
        place += 1
        if row.place != place:
            return Checked(place - 1, sealed, Break(place, "missing"))
        if row.seal != _made(sealed, place, row):
            return Checked(place - 1, sealed, _broken(place, "changed", row))
        sealed = row.seal
    loose = tx.execute(UNSEALED.limit(1)).first()
    return Checked(place, sealed, _broken(place + 1, "unsealed", loose) if loose else None)


def _made(before: str, place: int, row: Any) -> str:
    said = [before, place, row.at.astimezone(UTC).isoformat(), row.actor, row.action, row.subject, row.allowed]
    told = json.dumps([*said, row.detail], ensure_ascii=True, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()


def _broken(place: int, why: str, row: Any) -> Break:
    return Break(place, why, row.at, f"{row.actor or '系统'} {row.action} {row.subject}".strip())
