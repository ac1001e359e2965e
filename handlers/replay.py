"""Past conversations once more, as of their time: the real handlers with a clock that jumps from event to event."""

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handlers import tick
from handlers.cards.card import Card, Text, from_json
from handlers.context import Context
from rules import events, file
from rules.model import Conversation
from storage import alerts, conversations, inbox, posts
from storage.db import Tx
from storage.inbox import NewRow

SOURCE = "replay"
LEASE = timedelta(seconds=1)
LONGEST_WAIT = timedelta(hours=12)  # after the last event: looks that are due later are not waited for


@dataclass(frozen=True, slots=True)
class Spoken:
    """One card that would have been posted or changed."""

    at: datetime
    room: str
    new: bool
    card: Card
    key: str  # of the post
    call: bool = False  # a post that calls somebody, beside the alert's own
    called: tuple[str, ...] = ()  # by name

    @property
    def words(self) -> str:
        """What a call begins with."""
        return next((block.text for block in self.card.blocks if isinstance(block, Text)), "") if self.call else ""


@dataclass(slots=True)
class VirtualClock:
    at: datetime

    def now(self) -> datetime:
        return self.at


def play(ctx: Context, clock: VirtualClock, past: Sequence[Conversation]) -> Iterator[Spoken]:
    """All that Starling would have said, in time order. `ctx.now` is `clock.now`, the store a fresh one."""
    rows = sorted((row for one in past for row in _rows(one)), key=lambda row: row.received_at)
    for row in rows:
        yield from _until(ctx, clock, row.received_at)
        clock.at = max(clock.at, row.received_at)
        _receive(ctx, row)
        yield from _do(ctx)
    yield from _until(ctx, clock, clock.at + LONGEST_WAIT)


def timed(conversation: Conversation) -> bool:
    """Whether it can be replayed: every message has its time."""
    return bool(conversation.messages) and all(m.at for m in conversation.messages)


def _receive(ctx: Context, row: NewRow) -> None:
    ctx.store.transact(lambda tx: inbox.add(tx, [row]))


def _rows(conversation: Conversation) -> Iterator[NewRow]:
    """Events without a time follow the one before them."""
    last: datetime | None = None
    for event in file.events_of(conversation):
        body = events.write(event)
        at = last = _at(event) or last or conversation.messages[0].at
        if at is None:
            continue
        where = f"{SOURCE}:{conversation.id}" if "conversation" in body else ""
        yield NewRow(SOURCE, where, body["type"], f"{SOURCE}:{events.key(event)}", json.dumps(body), at)


def _at(event: events.Event) -> datetime | None:
    if isinstance(event, events.MessageAdded):
        return event.message.at
    if isinstance(event, events.Rated):
        return event.rating.at
    return event.order.paid_at if isinstance(event, events.Ordered) else event.at


def _until(ctx: Context, clock: VirtualClock, end: datetime) -> Iterator[Spoken]:
    """Jump from due moment to due moment; each jump moves the clock, so this ends."""
    while True:
        due = _next_due(ctx, clock.at)
        if due is None or due >= end:
            return
        clock.at = max(clock.at, due)
        yield from _do(ctx)


def _next_due(ctx: Context, now: datetime) -> datetime | None:
    with ctx.store.read() as tx:
        moments = (conversations.next_look(tx), alerts.next_due(tx, now))
    return min((at for at in moments if at is not None), default=None)


def _do(ctx: Context) -> Iterator[Spoken]:
    while tick.tick(ctx):
        pass
    for post in ctx.store.transact(lambda tx: _carry_out(ctx, tx)):
        yield _spoken(ctx, post)


def _spoken(ctx: Context, post: posts.Post) -> Spoken:
    card = from_json(post.card)
    called = tuple(person.name for id_ in card.mentions if (person := ctx.people.who(post.chat, id_)))
    call = post.kind == "alert" and "." in post.subject
    return Spoken(ctx.now(), post.room, post.shown == 0, card, post.key, call, called)


def _carry_out(ctx: Context, tx: Tx) -> list[posts.Post]:
    due = posts.claim(tx, ctx.now(), 500, LEASE)
    for post in due:
        posts.shown(tx, post, post.key, ctx.now())
    return due
