"""Days of portraits by sub-account: sums by contact reason and difficulty, and the conversations behind them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import blake2b
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, delete, or_, select

from rules.binding import SHIFT
from rules.metrics.blocks import Block, gathered, pack, pack_table, unpack
from rules.metrics.cells import SHOP, Account, Trail
from storage.tables import CONVERSATION, FIGURE_BLOCK, FIGURE_CELL, FIGURE_TRAIL, FINDING

B, K, T, C, F = FIGURE_BLOCK.c, FIGURE_CELL.c, FIGURE_TRAIL.c, CONVERSATION.c, FINDING.c
WEEK = timedelta(days=7)
SPAN: tuple[BindParameter[str], BindParameter[str]] = (bindparam("since"), bindparam("until"))
# Built once: building a statement costs more than running it.
COVERS = select(B.since, B.until, B.stamp).where(B.since >= SPAN[0], B.until <= SPAN[1]).order_by(B.since, B.until)
PACKED = select(B.packed).where(B.since == SPAN[0], B.until == SPAN[1])
TRAIL = (
    select(T.account, T.day, T.told)
    .where(T.account.in_(bindparam("accounts", expanding=True)), T.day.between(*SPAN))
    .order_by(T.day.desc(), T.account)
)
MARKS = (
    select(F.conversation, F.rule, F.kind, F.severity, F.verdict, C.risk)
    .join(CONVERSATION, C.id == F.conversation)
    .where(F.conversation.in_(bindparam("ids", expanding=True)), F.standing)
    .where(F.verdict.not_in(("false_alarm", "overturned")))
)
LEFT_OUT = select(K.left_out).where(K.account.in_(bindparam("accounts", expanding=True)), K.day.between(*SPAN))


@dataclass(frozen=True, slots=True)
class Cover:
    """A block that there is: a day or a week."""

    since: str
    until: str
    stamp: str

    @property
    def day(self) -> bool:
        return self.since == self.until


def put(tx: Connection, day: date, accounts: Mapping[str, Account]) -> None:
    """This is the whole day: accounts that are not in it any more are gone."""
    label = day.isoformat()
    tx.execute(delete(FIGURE_CELL).where(K.day == label))
    tx.execute(delete(FIGURE_TRAIL).where(T.day == label))
    if seen := [{"account": n, "day": label, "left_out": a.left_out} for n, a in accounts.items() if n[0] != SHOP]:
        tx.execute(FIGURE_CELL.insert(), seen)
    if accounts:
        tx.execute(FIGURE_TRAIL.insert(), [{"account": n, "day": label, "told": a.trail} for n, a in accounts.items()])
    put_block(tx, label, label, pack({name: account.cells for name, account in accounts.items()}))
    put_together(tx, day - timedelta(days=day.weekday()))


def put_together(tx: Connection, monday: date) -> None:
    """The week as one block, once a day after it is known; an earlier one is made anew."""
    since, until = monday.isoformat(), (monday + WEEK - timedelta(days=1)).isoformat()
    tx.execute(delete(FIGURE_BLOCK).where(B.since == since, B.until == until))
    if tx.scalar(select(B.since).where(B.since > until).limit(1)) is None:
        return  # it is not over
    within = select(B.packed).where(B.since == B.until, B.since.between(since, until)).order_by(B.since)
    days = [unpack(packed) for packed in tx.scalars(within)]
    put_block(tx, since, until, pack_table(gathered([(day, {name: name for name in day.accounts}) for day in days])))


def put_block(tx: Connection, since: str, until: str, packed: bytes) -> None:
    tx.execute(delete(FIGURE_BLOCK).where(B.since == since, B.until == until))
    stamp = blake2b(packed, digest_size=12).hexdigest()
    tx.execute(FIGURE_BLOCK.insert(), {"since": since, "until": until, "stamp": stamp, "packed": packed})


def covers(tx: Connection, since: date, until: date) -> list[Cover]:
    """Every block within the two days, both with them."""
    asked = {"since": since.isoformat(), "until": until.isoformat()}
    return [Cover(*row) for row in tx.execute(COVERS, asked)]


def block(tx: Connection, cover: Cover) -> Block:
    return unpack(tx.scalar(PACKED, {"since": cover.since, "until": cover.until}) or pack({}))


def trail(tx: Connection, accounts: Sequence[str], since: date, until: date) -> list[tuple[str, str, Trail]]:
    """(account, day, conversations), the latest day first."""
    return [(row.account, row.day, row.told) for row in tx.execute(TRAIL, _asked(accounts, since, until))]


def left_out(tx: Connection, accounts: Sequence[str], since: date, until: date) -> int:
    """Conversations with abuse or malice, which count for nobody."""
    return sum(tx.scalars(LEFT_OUT, _asked(accounts, since, until)))


def seen(tx: Connection, since: date, until: date) -> dict[str, int]:
    """Accounts at work in the span, and on how many days."""
    asked = select(K.account, K.day).where(K.day.between(since.isoformat(), until.isoformat()))
    found: dict[str, int] = {}
    for row in tx.execute(asked):
        found[row.account] = found.get(row.account, 0) + 1
    return found


def days_of(tx: Connection, account: str, since: str, until: str) -> list[str]:
    """When this account was at work, in whatever shift, the latest day first; "" is no limit."""
    mine = or_(K.account == account, K.account.startswith(f"{account}{SHIFT}", autoescape=True))
    within = K.day.between(since or "0", until or "9")
    return [*tx.scalars(select(K.day).where(mine, within).distinct().order_by(K.day.desc()))]


def marks(tx: Connection, ids: Sequence[str]) -> list[Any]:
    """(conversation, rule, kind, severity, verdict, risk) of what stands about them and was not overturned."""
    return [*tx.execute(MARKS, {"ids": ids})]


def links(tx: Connection, ids: Sequence[str]) -> dict[str, Any]:
    """The rows of conversations that are still kept, with their links."""
    asked = select(C.id, C.link, C.shop, C.team, C.channel, C.last_at, C.customer_name).where(C.id.in_(ids))
    return {row.id: row for row in tx.execute(asked)}


def forget(tx: Connection, before: date) -> None:
    """Trails go with their conversations; sums stay, they are nobody's words."""
    tx.execute(delete(FIGURE_TRAIL).where(T.day < before.isoformat()))


def _asked(accounts: Sequence[str], since: date, until: date) -> dict[str, Any]:
    return {"accounts": [*accounts], "since": since.isoformat(), "until": until.isoformat()}
