"""What came in about one conversation: events read from the inbox, and what they say merged into what is known."""

import json
from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo
from functools import lru_cache

from handlers.context import Context, Engine
from handlers.counting import again
from rules import events
from rules.events import About, Assigned, Event, Invited, MessageAdded, Ordered, Rated, Reviewed, StatusChanged
from rules.model import Conversation, Message, Rating
from storage import conversations, orders
from storage.conversations import Stored
from storage.db import Tx
from storage.inbox import Waiting

DESCRIBED = ("channel", "shop", "team", "customer_id", "customer_name", "order_id")
REMEMBERED = 4096  # events, of a few hundred bytes each
_READ: dict[str, Event] = {}  # by the body in the inbox


@dataclass(slots=True)
class News:
    """The waiting rows of one conversation ("" for what belongs to none), and what those not heard before say."""

    rows: Sequence[Waiting]
    fresh: set[str] = field(default_factory=set)  # the keys not heard before
    about: list[tuple[datetime, About]] = field(default_factory=list)
    said: conversations.News = field(default_factory=conversations.News)
    ratings: list[Rating] = field(default_factory=list)
    orders: list[tuple[str, str, Ordered | Reviewed]] = field(default_factory=list)  # (key, source, event)


def read_ahead(engine: Engine, rows: Sequence[Waiting]) -> None:
    """Events and signals are the costly part: read before a transaction, they are at hand inside it."""
    for row in rows:
        with suppress(ValueError):  # it fails, and is told, where it belongs
            event = _event(row.body)
            if isinstance(event, MessageAdded):
                engine.signals(event.message.text, event.message.speaker)


def gather(engine: Engine, rows: Sequence[Waiting], unseen: Collection[str]) -> News:
    """Raises ValueError for a row that cannot be read."""
    news = News(rows)
    for row in rows:
        event = _event(row.body)
        if row.key not in unseen or row.key in news.fresh:  # the same event may wait twice
            continue
        news.fresh.add(row.key)
        if isinstance(event, Ordered | Reviewed):
            news.orders.append((row.key, row.source, event))
        elif event is not None:
            _sort(engine, event, row.received_at, news)
    return news


def remember(body: str, event: Event) -> None:
    """Whoever puts an event into the inbox has just read it: here it need not be read again."""
    if len(_READ) >= REMEMBERED:
        _READ.clear()
    _READ[body] = event


def _event(body: str) -> Event | None:
    known = _READ.get(body)
    return known or _parsed(body)


@lru_cache(maxsize=256)
def _parsed(body: str) -> Event | None:
    return events.read(json.loads(body))


Told = MessageAdded | Assigned | StatusChanged | Rated | Invited  # of one conversation


def _sort(engine: Engine, event: Told, came: datetime, news: News) -> None:
    at = came
    if isinstance(event, MessageAdded):
        at = event.message.at or came
        news.said.messages.append(_line(engine, event.message, at))
    elif isinstance(event, Rated):
        at = event.rating.at or came
        news.ratings.append(replace(event.rating, at=at))
    else:
        at = event.at or came
        news.said.happenings.append((*_happening(event), at.astimezone(UTC)))
    news.about.append((at, event.about))


def _happening(event: Assigned | StatusChanged | Invited) -> tuple[str, str]:
    """As it is stored: what kind, and which value."""
    if isinstance(event, Assigned):
        return "assigned", event.agent or ""
    return ("status", event.status) if isinstance(event, StatusChanged) else ("invited", "")


def _line(engine: Engine, m: Message, at: datetime) -> tuple[Message, str]:
    return Message(m.id, m.speaker, m.text, at.astimezone(UTC), m.agent), engine.stored(m.text, m.speaker)


def put_orders(ctx: Context, tx: Tx, news: News, fresh: Collection[str]) -> None:
    for key, source, event in news.orders:
        if key in fresh:
            put_order(tx, source, event, ctx.now(), ctx.zone)


def put_order(tx: Tx, source: str, event: Ordered | Reviewed, now: datetime, zone: tzinfo) -> bool:
    """Keep it, and count anew what it is told late for; whether it says anything that was not known."""
    new = orders.put_review(tx, source, event) if isinstance(event, Reviewed) else orders.put(tx, source, event.order)
    if new:
        again.told(tx, source, event, now, zone)
    return new


def merge(stored: Stored, news: News | None) -> Stored:
    """What the source said, in any order: a later rating wins, an empty field says nothing."""
    if news is None:
        return stored
    conversation = stored.conversation
    last = stored.last_at
    for at, about in sorted(news.about, key=lambda told: told[0]):
        conversation = _described(conversation, about, late=last is not None and at < last)
    for rating in news.ratings:
        conversation = _rated(conversation, rating)
    return stored if conversation is stored.conversation else replace(stored, conversation=conversation)


def _described(conversation: Conversation, about: About, *, late: bool) -> Conversation:
    """What comes late only fills what nobody has said."""
    kept = {}
    for name in DESCRIBED:
        told, known = getattr(about, name), getattr(conversation, name)
        if told and told != known and not (late and known):
            kept[name] = told
    return replace(conversation, **kept) if kept else conversation


def _rated(conversation: Conversation, rating: Rating) -> Conversation:
    old = conversation.rating
    later = old is None or old.at is None or (rating.at is not None and rating.at >= old.at)
    return replace(conversation, rating=rating) if later else conversation
