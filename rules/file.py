"""The conversation file: one line becomes a conversation, and a conversation becomes the events that made it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any, Protocol, TypeVar

from rules import events, fields
from rules.model import Assignment, Conversation, Message, StatusChange


class Timed(Protocol):
    @property
    def at(self) -> datetime | None: ...


T = TypeVar("T", bound=Timed)


def read_conversation(line: Mapping[str, Any]) -> Conversation:
    """Raises ValueError saying which field is wrong."""
    about = events.read_about(line, "")
    told = fields.rows(line, "events", "events")
    return Conversation(
        id=about.id,
        messages=_messages(line),
        channel=about.channel or "chat",
        shop=about.shop,
        team=about.team,
        customer_id=about.customer_id,
        customer_name=about.customer_name,
        assignments=_in_time(_assignment(row, about) for row in told if row.get("type") == "assigned"),
        statuses=_in_time(_status(row, about) for row in told if row.get("type") == "status"),
        rating=events.read_rating(fields.part(line, "rating", "rating"), "rating.") if line.get("rating") else None,
        order_id=about.order_id,
        orders=tuple(events.read_order(row, "orders.") for row in fields.rows(line, "orders", "orders")),
        invited=tuple(fields.moment(row, "at", "events.at") for row in told if row.get("type") == "invited"),
    )


def events_of(conversation: Conversation) -> list[events.Event]:
    """What the helpdesk would have told us, in the order of time; what has no time keeps its place."""
    c = conversation
    about = events.About(c.id, c.channel, c.shop, c.team, c.customer_id, c.customer_name, c.order_id)
    told: list[tuple[datetime | None, events.Event]] = [(o.paid_at, events.Ordered(o)) for o in c.orders]
    told += [(a.at, events.Assigned(about, a.agent, a.at)) for a in c.assignments]
    told += [(m.at, events.MessageAdded(about, m)) for m in c.messages]
    told += [(s.at, events.StatusChanged(about, s.status, s.at)) for s in c.statuses]
    told += [(at, events.Invited(about, at)) for at in c.invited]
    if c.rating:
        told.append((c.rating.at, events.Rated(about, c.rating)))
    if any(at is None for at, _ in told):
        return [event for _, event in told]
    return [event for _, event in sorted(told, key=_first)]


def _first(pair: tuple[datetime | None, events.Event]) -> datetime:
    assert pair[0] is not None  # noqa: S101  the caller has looked
    return pair[0]


def _messages(line: Mapping[str, Any]) -> tuple[Message, ...]:
    if not isinstance(line.get("messages"), list):
        raise fields.wrong("messages", "缺少，或不是列表")
    read = [
        events.read_message(row, f"messages[{n}].", f"m{n}")
        for n, row in enumerate(fields.rows(line, "messages", "messages"), 1)
    ]
    if len({message.id for message in read}) < len(read):
        raise fields.wrong("messages", "有两条消息用了同一个 id")
    return _in_time(read)


def _in_time(values: Iterable[T]) -> tuple[T, ...]:
    found = tuple(values)
    return found if any(v.at is None for v in found) else tuple(sorted(found, key=attrgetter("at")))


def _assignment(row: Mapping[str, Any], about: events.About) -> Assignment:
    told = events.read_assigned(row, about)
    return Assignment(told.agent, told.at)


def _status(row: Mapping[str, Any], about: events.About) -> StatusChange:
    told = events.read_status(row, about)
    return StatusChange(told.status, told.at)
