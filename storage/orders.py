"""Orders and reviews as their shops told them."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, select

from rules.events import Reviewed
from rules.model import Order, OrderItem
from storage.db import upsert
from storage.tables import ORDER, REVIEW


def put(tx: Connection, source: str, order: Order) -> bool:
    """Whether it says anything that was not known."""
    o = ORDER.c
    row = {"source": source, "id": order.id, "customer": order.customer, "shop": order.shop, "paid_at": order.paid_at,
           "items": [asdict(item) for item in order.items], "refunded_at": order.refunded_at}  # fmt: skip
    known = tx.execute(select(ORDER).where(o.source == source, o.id == order.id)).first()
    if known is not None and order_of(known) == order:
        return False
    tx.execute(upsert(tx, ORDER, ("source", "id"), ("customer", "shop", "paid_at", "items", "refunded_at")), row)
    return True


def put_review(tx: Connection, source: str, review: Reviewed) -> bool:
    """Whether it says anything that was not known."""
    r = REVIEW.c
    row = {"source": source, "order": review.order, "customer": review.customer, "score": review.score,
           "has_picture": review.has_picture, "at": review.at}  # fmt: skip
    known = tx.execute(select(REVIEW).where(r.source == source, r.order == review.order)).first()
    if known is not None and Reviewed(known.order, known.customer, known.score, known.has_picture, known.at) == review:
        return False
    tx.execute(upsert(tx, REVIEW, ("source", "order"), ("customer", "score", "has_picture", "at")), row)
    return True


def of_customer(tx: Connection, source: str, customer: str, limit: int = 5) -> list[Order]:
    """The latest first."""
    o = ORDER.c
    mine = select(ORDER).where(o.source == source, o.customer == customer).order_by(o.paid_at.desc(), o.id).limit(limit)
    rows = tx.execute(mine) if customer else ()
    return [order_of(r) for r in rows]


def order_of(row: Any) -> Order:
    items = tuple(OrderItem(**item) for item in row.items)
    return Order(row.id, row.customer, row.shop, row.paid_at, items, row.refunded_at)
