"""From the inbox to decisions: claims conversations with news, screens them whole, and settles what follows."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from handlers import settle
from handlers.context import Context
from rules import events
from rules.events import About, Assigned, Event, MessageAdded, Ordered, Rated, Reviewed, StatusChanged
from rules.model import Conversation, Message, Rating
from storage import alerts, conversations, findings, inbox, orders, rule_changes
from storage.conversations import Stored
from storage.db import Tx, Unavailable
from storage.inbox import Waiting

log = structlog.get_logger()

DESCRIBED = ("channel", "shop", "team", "customer_id", "customer_name", "order_id")
Ready = Mapping[int, Event | None]  # events read ahead, by inbox row
LOOK_LATER = timedelta(minutes=5)  # for one that cannot be looked at
BATCH = 30  # conversations in one transaction; so long webhooks wait for their commit


@dataclass(slots=True)
class News:
    """What is new about one conversation."""

    about: list[tuple[datetime, About]] = field(default_factory=list)
    messages: list[tuple[Message, datetime]] = field(default_factory=list)
    happenings: list[tuple[str, str, datetime]] = field(default_factory=list)
    ratings: list[Rating] = field(default_factory=list)


def work(ctx: Context, limit: int = BATCH) -> int:
    """Take all that waits, oldest first, and what asked to be looked at again; the number of conversations settled."""
    settled = 0
    ctx = replace(ctx, engine=ctx.engine.held())
    while done := _batch(ctx, limit):
        settled += done
        if done < limit:
            break
    return settled


def _batch(ctx: Context, limit: int) -> int:
    with ctx.store.read() as tx:
        keys = inbox.waiting_conversations(tx, limit)
        rows = inbox.rows_of(tx, keys)
        due = conversations.due(tx, ctx.now(), limit)
    if not keys and not due:
        return 0
    ready = _read_ahead(ctx, rows)
    try:
        return ctx.store.transact(lambda tx: _take(ctx, tx, limit, ready))
    except Unavailable:
        raise
    except Exception:
        log.exception("intake_batch_failed")
        return sum(_alone(ctx, key) for key in dict.fromkeys((*keys, *due)))


def _take(ctx: Context, tx: Tx, limit: int, ready: Ready) -> int:
    named = inbox.claim(tx, limit)
    asked = conversations.due(tx, ctx.now(), limit)
    return _settle(ctx, tx, named, asked, ready)


def _alone(ctx: Context, key: str) -> int:
    """One conversation in a transaction of its own, so that a poisonous event holds up nobody else."""
    try:
        return ctx.store.transact(lambda tx: _settle(ctx, tx, [key], [key], {}))
    except Unavailable:
        raise
    except Exception as error:
        why = type(error).__name__
        log.exception("intake_failed", conversation=key)
        ctx.store.transact(lambda tx: _give_back(ctx, tx, key, why))
        return 0


def _give_back(ctx: Context, tx: Tx, key: str, why: str) -> None:
    """Its news is tried again a few times, its look later: nobody else shall wait for it."""
    for row in inbox.rows_of(tx, [key]):
        inbox.failed(tx, row.id, why, ctx.now())
    conversations.look_later(tx, key, ctx.now() + LOOK_LATER)


def _read_ahead(ctx: Context, rows: Sequence[Waiting]) -> Ready:
    """Events and signals are the costly part: make them before the transaction, so that it finds them ready."""
    ready: dict[int, Event | None] = {}
    for row in rows:
        with suppress(ValueError):  # a row that cannot be read fails in its own transaction
            ready[row.id] = event = events.read(json.loads(row.body))
            if isinstance(event, MessageAdded):
                ctx.engine.signals(event.message.text, event.message.speaker)
    return ready


def _settle(ctx: Context, tx: Tx, named: Sequence[str], asked: Sequence[str], ready: Ready) -> int:
    ctx = replace(ctx, policy=rule_changes.into(tx, ctx.policy))
    held = conversations.claim(tx, sorted({*named, *asked} - {""}))
    rows = inbox.rows_of(tx, [*held, ""] if "" in named else held)
    news = _read(ctx, tx, rows, ready)
    _keep(ctx, tx, news)
    before = conversations.load(tx, held, ctx.engine.recalled)
    stored = [_merge(before[key], news.get(key)) for key in held]
    last, known = alerts.latest(tx, held), findings.standing(tx, held)
    kept = [settle.look(ctx, one) for one in stored]
    found = {one.stored.conversation.id: one.screening.findings for one in kept}
    findings.settle(tx, found, known, ctx.now(), ctx.engine.model)
    for one in kept:
        settle.follow(ctx, tx, one, last, known.get(one.stored.conversation.id, {}))
    conversations.keep(tx, kept)
    if rows:
        inbox.done(tx, [row.id for row in rows], ctx.now())
    return len(held)


def _read(ctx: Context, tx: Tx, rows: Sequence[Waiting], ready: Ready) -> dict[str, News]:
    """The news by conversation; an event heard before is none. Orders and reviews are kept at once."""
    fresh = inbox.fresh(tx, [row.key for row in rows], ctx.now())
    news: dict[str, News] = defaultdict(News)
    for row in rows:
        if row.key not in fresh:
            continue
        fresh.discard(row.key)  # the same event may wait twice
        event = ready[row.id] if row.id in ready else events.read(json.loads(row.body))
        if event is not None:
            _sort(tx, event, row, news)
    return news


def _sort(tx: Tx, event: Event, row: Waiting, news: dict[str, News]) -> None:
    if isinstance(event, Ordered):
        orders.put(tx, row.source, event.order)
        return
    if isinstance(event, Reviewed):
        orders.put_review(tx, row.source, event)
        return
    new = news[row.conversation]
    new.about.append((_moment(event, row), event.about))
    if isinstance(event, MessageAdded):
        new.messages.append((event.message, event.message.at or row.received_at))
    elif isinstance(event, Assigned):
        new.happenings.append(("assigned", event.agent or "", event.at or row.received_at))
    elif isinstance(event, StatusChanged):
        new.happenings.append(("status", event.status, event.at or row.received_at))
    elif isinstance(event, Rated):
        new.ratings.append(replace(event.rating, at=event.rating.at or row.received_at))


def _moment(event: MessageAdded | Assigned | StatusChanged | Rated, row: Waiting) -> datetime:
    if isinstance(event, MessageAdded):
        return event.message.at or row.received_at
    return (event.rating.at if isinstance(event, Rated) else event.at) or row.received_at


def _keep(ctx: Context, tx: Tx, news: Mapping[str, News]) -> None:
    conversations.add_messages(
        tx,
        [
            (key, message, ctx.engine.stored(message.text, message.speaker), at)
            for key, new in news.items()
            for message, at in new.messages
        ],
    )
    conversations.add_happenings(tx, [(key, *happening) for key, new in news.items() for happening in new.happenings])


def _merge(stored: Stored, new: News | None) -> Stored:
    """What the source said, in any order: a later rating wins, an empty field says nothing."""
    if new is None:
        return stored
    conversation = stored.conversation
    last = stored.last_at
    for at, about in sorted(new.about, key=lambda told: told[0]):
        conversation = _described(conversation, about, late=last is not None and at < last)
    for rating in new.ratings:
        conversation = _rated(conversation, rating)
    return replace(stored, conversation=conversation)


def _described(conversation: Conversation, about: About, *, late: bool) -> Conversation:
    """What comes late only fills what nobody has said."""
    said = {name: getattr(about, name) for name in DESCRIBED if getattr(about, name)}
    kept = {name: told for name, told in said.items() if not (late and getattr(conversation, name))}
    return replace(conversation, **kept) if kept else conversation


def _rated(conversation: Conversation, rating: Rating) -> Conversation:
    old = conversation.rating
    later = old is None or old.at is None or (rating.at is not None and rating.at >= old.at)
    return replace(conversation, rating=rating) if later else conversation
