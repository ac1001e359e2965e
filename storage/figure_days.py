"""Days of figures by sub-account, and what the day's conversations need beside them to be counted."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta, tzinfo
from typing import Any

from sqlalchemy import Connection, and_, bindparam, delete, func, literal_column, or_, select

from rules.model import Order
from storage.orders import order_of
from storage.tables import CONVERSATION, FIGURE_DAY, HAPPENING, ORDER

Tallies = dict[str, Any]
Came = tuple[str, str, str, str, datetime]  # conversation, shop, customer, order, when
C, F, H, O = CONVERSATION.c, FIGURE_DAY.c, HAPPENING.c, ORDER.c  # noqa: E741
# Built once: building a statement costs more than running it.
READ = (
    select(F.account, F.tallies)
    .where(F.account.in_(bindparam("accounts", expanding=True)), F.pack == bindparam("pack"))
    .where(F.day.between(bindparam("since"), bindparam("until")))
    .order_by(F.account, F.day)
)


def put(tx: Connection, day: date, pack: str, rows: Mapping[str, Tallies], now: datetime) -> None:
    """This is the whole day: accounts that are not in it any more are gone."""
    tx.execute(delete(FIGURE_DAY).where(F.day == day.isoformat(), F.pack == pack))
    values = [
        {"account": account, "pack": pack, "day": day.isoformat(), "tallies": tallies, "rolled_at": now}
        for account, tallies in rows.items()
    ]
    if values:
        tx.execute(FIGURE_DAY.insert(), values)


def read(tx: Connection, accounts: Sequence[str], since: date, until: date, pack: str) -> list[tuple[str, Tallies]]:
    """(account, tallies) of the days from `since` up to and with `until`."""
    asked = {"accounts": accounts, "pack": pack, "since": since.isoformat(), "until": until.isoformat()}
    return [(account, tallies) for account, tallies in tx.execute(READ, asked)]


def read_days(
    tx: Connection, accounts: Sequence[str], since: date, until: date, pack: str
) -> list[tuple[str, str, Tallies]]:
    """(account, day, tallies), for accounts that change hands."""
    within = F.day.between(since.isoformat(), until.isoformat())
    asked = select(F.account, F.day, F.tallies).where(F.account.in_(accounts), F.pack == pack, within)
    return [(row.account, row.day, row.tallies) for row in tx.execute(asked.order_by(F.account, F.day))]


def sources(tx: Connection, since: date, until: date, pack: str) -> list[str]:
    """The accounts of everybody together, one a helpdesk."""
    within = F.day.between(since.isoformat(), until.isoformat())
    asked = select(F.account).where(within, F.pack == pack, F.account.like("%:")).distinct()
    return sorted(tx.scalars(asked))


def rolled_at(tx: Connection, day: date, pack: str) -> datetime | None:
    """How fresh a day is."""
    found: datetime | None = tx.scalar(
        select(F.rolled_at).where(F.day == day.isoformat(), F.pack == pack).order_by(F.rolled_at.desc()).limit(1)
    )
    return found


def forget(tx: Connection, before: date) -> None:
    tx.execute(delete(FIGURE_DAY).where(F.day < before.isoformat()))


def touched(tx: Connection, start: datetime, end: datetime, before: datetime) -> list[tuple[str, str]]:
    """(source, conversation) in which somebody spoke between the two, or of which we heard since."""
    spoke = and_(C.last_at >= start, C.first_at < end)
    told_of = and_(C.last_at >= before, C.last_at < start, C.screened_at >= start)
    asked = select(C.source, C.id).where(or_(spoke, told_of)).order_by(C.source, C.id)
    return [(row.source, row.id) for row in tx.execute(asked)]


def days_of(tx: Connection, ids: Sequence[str], zone: tzinfo) -> set[date]:
    """The days on which these conversations were going on, both ends and all between them."""
    found: set[date] = set()
    for row in tx.execute(select(C.first_at, C.last_at).where(C.id.in_(ids))):
        if row.first_at and row.last_at:
            first, last = (at.astimezone(zone).date() for at in (row.first_at, row.last_at))
            found |= {first + timedelta(days=i) for i in range((last - first).days + 1)}
    return found


def came(tx: Connection, source: str, start: datetime, end: datetime) -> list[Came]:
    """Known customers who began a conversation between the two."""
    asked = select(C.id, C.shop, C.customer_id, C.order_id, C.first_at).where(
        C.last_at >= start, C.first_at >= start, C.first_at < end, C.source == source, C.customer_id != ""
    )
    return [(r.id, r.shop, r.customer_id, r.order_id, r.first_at) for r in tx.execute(asked)]


def invites(tx: Connection, source: str, until: datetime) -> bool:
    """Whether this source told of an invitation to rate by then; who tells of none is not one who invites nobody."""
    kind = H.kind == literal_column("'invited'")  # spelt as in the index
    mine = func.substr(H.conversation, 1, len(source) + 1) == f"{source}:"
    return tx.scalar(select(H.at).where(kind, mine, H.at < until).limit(1)) is not None


def paid(tx: Connection, source: str, start: datetime, end: datetime) -> list[Order]:
    """Orders paid between the two."""
    asked = select(ORDER).where(O.source == source, O.paid_at >= start, O.paid_at < end).order_by(O.id)
    return [order_of(row) for row in tx.execute(asked)]
