"""What helpdesks tell us, as values, and the JSON form all adapters translate into (DESIGN §6)."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from rules import fields
from rules.model import Message, Order, OrderItem, Rating, Speaker

CHANNELS = ("", "chat", "phone", "email")
STATUSES = ("open", "pending", "resolved")
SPEAKERS = tuple(speaker.value for speaker in Speaker)


@dataclass(frozen=True, slots=True)
class About:
    """Which conversation, and what its source says of it; empty fields say nothing and change nothing."""

    id: str  # the source's own id
    channel: str = ""
    shop: str = ""
    team: str = ""
    customer_id: str = ""
    customer_name: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class MessageAdded:
    about: About
    message: Message


@dataclass(frozen=True, slots=True)
class Assigned:
    about: About
    agent: str | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusChanged:
    about: About
    status: str  # open | pending | resolved
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    about: About
    rating: Rating


@dataclass(frozen=True, slots=True)
class Invited:
    """The customer was asked for a rating."""

    about: About
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ordered:
    order: Order


@dataclass(frozen=True, slots=True)
class Reviewed:
    order: str
    customer: str
    score: int
    has_picture: bool = False
    at: datetime | None = None


Event = MessageAdded | Assigned | StatusChanged | Rated | Invited | Ordered | Reviewed


def read(body: Mapping[str, Any]) -> Event | None:
    """One event of the generic webhook; None for a type we do not know. ValueError says which field is wrong."""
    if not isinstance(body, Mapping):
        raise fields.wrong("event", "要是一个对象")
    kind = body.get("type")
    if not isinstance(kind, str):
        raise fields.wrong("type", "缺少事件类型")
    reader = READERS.get(kind)
    return reader(body) if reader else None


def read_about(body: Mapping[str, Any], field: str = "conversation.") -> About:
    """What a `conversation` object says; also the head of a conversation file's line."""
    customer = fields.maybe_part(body, "customer", f"{field}customer")
    channel = fields.text(body, "channel", f"{field}channel")
    if channel not in CHANNELS:
        raise fields.wrong(f"{field}channel", "要是 chat、phone、email 之一")
    return About(
        fields.required(body, "id", f"{field}id"),
        channel,
        fields.ident(body, "shop", f"{field}shop"),
        fields.ident(body, "team", f"{field}team"),
        fields.ident(customer, "id", f"{field}customer.id"),
        fields.ident(customer, "name", f"{field}customer.name"),
        fields.ident(body, "order_id", f"{field}order_id"),
    )


def read_message(body: Mapping[str, Any], field: str, default_id: str = "") -> Message:
    named = body.get("id") is not None or not default_id
    if not isinstance(body.get("text"), str):
        raise fields.wrong(f"{field}text", "缺少，或不是文字")
    speaker = Speaker(fields.choice(body, "from", f"{field}from", SPEAKERS))
    automatic = fields.flag(body, "auto", f"{field}auto") and speaker is Speaker.AGENT
    return Message(
        fields.required(body, "id", f"{field}id") if named else default_id,
        Speaker.SYSTEM if automatic else speaker,  # sent under an agent's account by nobody
        fields.clean(body["text"]),
        fields.moment(body, "at", f"{field}at"),
        fields.ident(body, "agent", f"{field}agent") or None,
    )


def read_rating(body: Mapping[str, Any], field: str, at: datetime | None = None) -> Rating:
    return Rating(
        fields.score(body, "score", f"{field}score"),
        fields.text(body, "comment", f"{field}comment"),
        fields.moment(body, "at", f"{field}at") or at,
    )


def read_order(body: Mapping[str, Any], field: str = "order.") -> Order:
    return Order(
        fields.required(body, "id", f"{field}id"),
        fields.ident(body, "customer", f"{field}customer"),
        fields.ident(body, "shop", f"{field}shop"),
        fields.moment(body, "paid_at", f"{field}paid_at"),
        tuple(_item(row, f"{field}items.") for row in fields.rows(body, "items", f"{field}items")),
        fields.moment(body, "refunded_at", f"{field}refunded_at"),
    )


def _item(body: Mapping[str, Any], field: str) -> OrderItem:
    return OrderItem(
        fields.ident(body, "sku", f"{field}sku"),
        fields.text(body, "title", f"{field}title"),
        fields.amount(body, "amount", f"{field}amount"),
    )


def _about(body: Mapping[str, Any]) -> About:
    return read_about(fields.part(body, "conversation", "conversation"))


def _message(body: Mapping[str, Any]) -> Event:
    return MessageAdded(_about(body), read_message(fields.part(body, "message", "message"), "message."))


def read_assigned(body: Mapping[str, Any], about: About) -> Assigned:
    return Assigned(about, fields.ident(body, "agent", "agent") or None, fields.moment(body, "at", "at"))


def read_status(body: Mapping[str, Any], about: About) -> StatusChanged:
    return StatusChanged(about, fields.choice(body, "status", "status", STATUSES), fields.moment(body, "at", "at"))


def _rated(body: Mapping[str, Any]) -> Event:
    rating = fields.part(body, "rating", "rating")
    return Rated(_about(body), read_rating(rating, "rating.", fields.moment(body, "at", "at")))


def _review(body: Mapping[str, Any]) -> Event:
    review = fields.part(body, "review", "review")
    return Reviewed(
        fields.required(review, "order", "review.order"),
        fields.ident(review, "customer", "review.customer"),
        fields.score(review, "score", "review.score"),
        fields.flag(review, "has_picture", "review.has_picture"),
        fields.moment(review, "at", "review.at"),
    )


READERS: Mapping[str, Callable[[Mapping[str, Any]], Event]] = {
    "message": _message,
    "assigned": lambda body: read_assigned(body, _about(body)),
    "status": lambda body: read_status(body, _about(body)),
    "rated": _rated,
    "invited": lambda body: Invited(_about(body), fields.moment(body, "at", "at")),
    "order": lambda body: Ordered(read_order(fields.part(body, "order", "order"))),
    "review": _review,
}


def write(event: Event) -> dict[str, Any]:
    """The event as the generic webhook's JSON; `read(write(e)) == e`."""
    match event:
        case MessageAdded(about, m):
            said = _said({"id": m.id, "at": _iso(m.at), "from": m.speaker.value, "agent": m.agent}) | {"text": m.text}
            return {"type": "message", "conversation": _told(about), "message": said}
        case Assigned(about, agent, at):
            return {"type": "assigned", "conversation": _told(about), "agent": agent} | _said({"at": _iso(at)})
        case StatusChanged(about, status, at):
            return {"type": "status", "conversation": _told(about), "status": status} | _said({"at": _iso(at)})
        case Rated(about, r):
            rating = {"score": r.score} | _said({"comment": r.comment})
            return {"type": "rated", "conversation": _told(about), "rating": rating} | _said({"at": _iso(r.at)})
        case Invited(about, at):
            return {"type": "invited", "conversation": _told(about)} | _said({"at": _iso(at)})
        case Ordered(order):
            return {"type": "order", "order": _ordered(order)}
        case Reviewed():
            return {"type": "review", "review": _reviewed(event)}


def _told(about: About) -> dict[str, Any]:
    customer = _said({"id": about.customer_id, "name": about.customer_name})
    rest = {"channel": about.channel, "shop": about.shop, "team": about.team, "order_id": about.order_id}
    return {"id": about.id} | _said(rest | {"customer": customer})


def _ordered(order: Order) -> dict[str, Any]:
    items = [{"sku": item.sku, "title": item.title, "amount": item.amount} for item in order.items]
    rest = {"customer": order.customer, "shop": order.shop, "paid_at": _iso(order.paid_at), "items": items,
            "refunded_at": _iso(order.refunded_at)}  # fmt: skip
    return {"id": order.id} | _said(rest)


def _reviewed(event: Reviewed) -> dict[str, Any]:
    fixed = {"order": event.order, "score": event.score, "has_picture": event.has_picture}
    return fixed | _said({"customer": event.customer, "at": _iso(event.at)})


def _said(values: Mapping[str, Any]) -> dict[str, Any]:
    """Only what is said: empty fields are left out."""
    return {name: value for name, value in values.items() if value}


def _iso(at: datetime | None) -> str:
    return at.isoformat() if at else ""


def key(event: Event) -> str:
    """The natural key inside its source: the same event told twice has the same key."""
    match event:
        case MessageAdded(about, message):
            return f"msg:{_safe(about.id)}:{message.id}"
        case Assigned(about, agent, at):
            return f"assigned:{_safe(about.id)}:{_instant(at)}:{agent or ''}"
        case StatusChanged(about, status, at):
            return f"status:{_safe(about.id)}:{_instant(at)}:{status}"
        case Rated(about, rating):
            comment = f":{_digest(rating.comment)}" if rating.comment else ""
            return f"rated:{_safe(about.id)}:{_instant(rating.at)}:{rating.score}{comment}"
        case Invited(about, at):
            return f"invited:{_safe(about.id)}:{_instant(at)}"
        case Ordered(order):
            return f"order:{order.id}:{_digest(write(event))}"
        case Reviewed(order=order):
            return f"review:{order}:{_digest(write(event))}"


def _safe(conversation: str) -> str:
    """With no colon inside, so that "a:b" + "c" and "a" + "b:c" stay two keys."""
    return (
        conversation.replace("%", "%25").replace(":", "%3A")
        if ":" in conversation or "%" in conversation
        else conversation
    )


def _instant(at: datetime | None) -> str:
    return at.astimezone(UTC).isoformat() if at else ""


def _digest(value: Any) -> str:
    told = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:16]
