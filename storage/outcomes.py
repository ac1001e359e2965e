"""Days of outcomes, and the orders, reviews and conversations of customers that they are made of."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from rules.events import Reviewed
from rules.model import Order
from storage.orders import order_of
from storage.tables import CONVERSATION, ORDER, OUTCOME_DAY, REVIEW

C, D, O, R = CONVERSATION.c, OUTCOME_DAY.c, ORDER.c, REVIEW.c  # noqa: E741
CHUNK = 500
Told = dict[str, Any]


def put(tx: Connection, day: date, rows: Mapping[str, Told], now: datetime) -> None:
    """This is the whole day."""
    tx.execute(delete(OUTCOME_DAY).where(D.day == day.isoformat()))
    if rows:
        made = [{"account": a, "day": day.isoformat(), "told": told, "made_at": now} for a, told in rows.items()]
        tx.execute(OUTCOME_DAY.insert(), made)


def read(tx: Connection, accounts: Sequence[str], since: date, until: date) -> list[tuple[str, str, Told]]:
    """(account, day, told) from `since` up to and with `until`."""
    within = D.day.between(since.isoformat(), until.isoformat())
    asked = select(D.account, D.day, D.told).where(D.account.in_(accounts), within).order_by(D.account, D.day)
    return [(row.account, row.day, row.told) for row in tx.execute(asked)]


def began(tx: Connection, start: datetime, end: datetime) -> list[tuple[str, str]]:
    """(source, conversation) that began between the two."""
    asked = select(C.source, C.id).where(C.last_at >= start, C.first_at >= start, C.first_at < end)
    return [(row.source, row.id) for row in tx.execute(asked.order_by(C.source, C.id))]


def of_customers(tx: Connection, source: str, customers: Sequence[str], start: datetime, end: datetime) -> list[str]:
    """Conversations of these customers that began between the two."""
    found: list[str] = []
    for part in _parts(customers):
        within = (C.last_at >= start, C.first_at >= start, C.first_at < end)
        found += tx.scalars(select(C.id).where(C.source == source, C.customer_id.in_(part), *within).order_by(C.id))
    return found


def came(tx: Connection, source: str, customer: str, since: datetime) -> list[datetime]:
    """When this customer's conversations began since then."""
    asked = select(C.first_at).where(C.source == source, C.customer_id == customer, C.first_at >= since)
    return [*tx.scalars(asked)] if customer else []


def orders(tx: Connection, source: str, customers: Sequence[str]) -> dict[str, list[Order]]:
    """By customer, all that were ever paid, the earliest first."""
    found: dict[str, list[Order]] = {}
    for part in _parts(customers):
        asked = select(ORDER).where(O.source == source, O.customer.in_(part), O.paid_at.is_not(None))
        for r in tx.execute(asked.order_by(O.paid_at, O.id)):
            found.setdefault(r.customer, []).append(order_of(r))
    return found


def reviews(tx: Connection, source: str, customers: Sequence[str]) -> dict[str, list[Reviewed]]:
    """By customer; what does not say when is left out, because nobody knows what came first."""
    found: dict[str, list[Reviewed]] = {}
    for part in _parts(customers):
        asked = select(REVIEW).where(R.source == source, R.customer.in_(part), R.at.is_not(None))
        for r in tx.execute(asked.order_by(R.at, R.order)):
            found.setdefault(r.customer, []).append(Reviewed(r.order, r.customer, r.score, r.has_picture, r.at))
    return found


def any_orders(tx: Connection) -> bool:
    return any(tx.execute(select(column).limit(1)).first() is not None for column in (O.id, R.order))


def forget(tx: Connection, before: date) -> None:
    tx.execute(delete(OUTCOME_DAY).where(D.day < before.isoformat()))


def unquote(tx: Connection, conversations: Collection[str]) -> None:
    """Take words of these conversations out of the examples of talk-tracks; the sums stay."""
    for row in tx.execute(select(D.account, D.day, D.told).where(D.account.startswith("~"))).all():
        kept = [example for example in row.told["examples"] if example[0] not in conversations]
        if len(kept) < len(row.told["examples"]):
            here = (D.account == row.account, D.day == row.day)
            tx.execute(update(OUTCOME_DAY).where(*here).values(told={**row.told, "examples": kept}))


def _parts(names: Sequence[str]) -> list[Sequence[str]]:
    wanted = sorted({name for name in names if name})
    return [wanted[i : i + CHUNK] for i in range(0, len(wanted), CHUNK)]
