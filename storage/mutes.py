"""Rules, agents and shops that call nobody for a while."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, select, update

from storage.tables import CONVERSATION, MUTE, SILENCE

LINK = "mute:"  # to what kept somebody from being called
M, S, C = MUTE.c, SILENCE.c, CONVERSATION.c
OVER = select(S.conversation).where(S.until <= bindparam("now")).limit(1)
ACTIVE = select(MUTE).where(M.until > bindparam("now")).order_by(M.until, M.id)


@dataclass(frozen=True, slots=True)
class Mute:
    id: int
    what: str  # rule | agent | shop
    value: str
    shown: str  # how people call it
    team: str  # whose conversations; empty: all
    actor: str
    until: datetime

    @property
    def link(self) -> str:
        return f"{LINK}{self.id}"


def add(tx: Connection, mute: Mute, now: datetime) -> None:
    """A new one, its `id` is not looked at; of the same thing by the same team only the last counts."""
    same = (M.what == mute.what, M.value == mute.value, M.team == mute.team, M.until > now)
    tx.execute(update(MUTE).where(*same).values(until=now))
    row = {"what": mute.what, "value": mute.value, "shown": mute.shown, "team": mute.team, "actor": mute.actor,
           "at": now, "until": mute.until}  # fmt: skip
    tx.execute(MUTE.insert(), row)


def active(tx: Connection, now: datetime) -> list[Mute]:
    return [_mute(row) for row in tx.execute(ACTIVE, {"now": now})]


def end(tx: Connection, ids: Sequence[int], now: datetime) -> None:
    """What they kept quiet is looked at again at once."""
    tx.execute(update(MUTE).where(M.id.in_(ids), M.until > now).values(until=now))
    tx.execute(update(SILENCE).where(S.link.in_([f"{LINK}{i}" for i in ids]), S.until > now).values(until=now))


def look_again(tx: Connection, now: datetime) -> int:
    """Conversations whose mute is over are due for a look; how many."""
    over = select(S.conversation).where(S.until <= now)
    ids = list(tx.scalars(over.limit(200)))
    if ids:
        later = C.look_again_at.is_(None) | (C.look_again_at > now)
        tx.execute(update(CONVERSATION).where(C.id.in_(sorted(set(ids))), later).values(look_again_at=now))
        tx.execute(update(SILENCE).where(S.conversation.in_(ids), S.until <= now).values(until=None))
    return len(ids)


def over(tx: Connection, now: datetime) -> bool:
    """Whether there is something for `look_again`."""
    return tx.scalar(OVER, {"now": now}) is not None


def knows_shop(tx: Connection, shop: str) -> bool:
    return tx.scalar(select(C.id).where(C.shop == shop).limit(1)) is not None


def _mute(row: Row[Any]) -> Mute:
    return Mute(row.id, row.what, row.value, row.shown, row.team, row.actor, row.until)
