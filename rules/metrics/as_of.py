"""A conversation as it was known at some moment: nothing that happened later is in it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from rules.file import T
from rules.model import Conversation, Order


def known_by(c: Conversation, moment: datetime) -> Conversation:
    """What has no time was always known."""
    rated = c.rating if c.rating and (c.rating.at is None or c.rating.at <= moment) else None
    return replace(
        c,
        messages=_until(c.messages, moment),
        signals=(),
        assignments=_until(c.assignments, moment),
        statuses=_until(c.statuses, moment),
        rating=rated,
        orders=tuple(_order(order, moment) for order in c.orders if not order.paid_at or order.paid_at <= moment),
        invited=tuple(at for at in c.invited if at is None or at <= moment),
    )


def _until(told: Iterable[T], moment: datetime) -> tuple[T, ...]:
    return tuple(one for one in told if one.at is None or one.at <= moment)


def _order(order: Order, moment: datetime) -> Order:
    later = order.refunded_at is not None and order.refunded_at > moment
    return replace(order, refunded_at=None) if later else order
