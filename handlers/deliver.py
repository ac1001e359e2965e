"""Carries wanted cards to the chats, after commit: each due post is sent or edited once, and its fate noted."""

import asyncio
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from handlers import pace, posting, upkeep
from handlers.cards import notices
from handlers.cards.card import Card, Text, from_json
from handlers.cards.words import STATES
from handlers.context import Context
from handlers.errors import DeliveryFailed
from handlers.protocols import Chat, Rings, Target
from handlers.watching import coaching, handover
from storage import posts
from storage.db import Tx
from storage.posts import Post

log = structlog.get_logger()

ATTEMPT = 12.0  # seconds for one post; then its outcome is uncertain
LEASE = timedelta(seconds=20)  # so long others wait for a process that is gone
GIVE_UP_AFTER = timedelta(hours=24)
KEY_LASTS = timedelta(minutes=50)  # Feishu forgets a key after an hour
TRIES = {
    "assign": 7,
    "note": 7,
    "urge": 7,
}  # about two minutes: what comes too late for the customer is told to the asker instead
WAITS = STATES["open"]
CLOSED = (STATES["resolved"], STATES["false_alarm"])
FRESH = timedelta(seconds=15)  # what closes sooner is still shown, once


@dataclass(frozen=True, slots=True)
class Lane:
    """Whose posts: those of one chat, or of all but some."""

    chat: str = ""
    but: tuple[str, ...] = ()


ALL = Lane()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt."""

    message_id: str = ""
    error: DeliveryFailed | None = None


async def work(ctx: Context, chats: Mapping[str, Chat], limit: int = 20, lane: Lane = ALL) -> int:
    """Deliver what is due; the number of posts taken. Failures wait longer each time; none is dropped within a day."""
    taken = await take(ctx, limit, lane)
    await asyncio.gather(*(carry(ctx, chats, post) for post in taken))
    return len(taken)


async def take(ctx: Context, limit: int, lane: Lane = ALL) -> list[Post]:
    """Posts that are due and may go now; each is to be carried out."""
    return await asyncio.wrap_future(ctx.store.write(lambda tx: _claim(ctx, tx, limit, lane)))


async def carry(ctx: Context, chats: Mapping[str, Chat], post: Post) -> None:
    """One attempt, and what became of it."""
    outcome = await _attempt(chats, post, ctx.now())
    await asyncio.wrap_future(ctx.store.write(lambda tx: _note(ctx, tx, post, outcome)))


async def recover(ctx: Context) -> None:
    """SQLite has one process: what is still claimed when it starts was left behind by one that is gone."""
    if ctx.store.dialect == "sqlite":
        await asyncio.wrap_future(ctx.store.write(posts.release))


def _claim(ctx: Context, tx: Tx, limit: int, lane: Lane = ALL) -> list[Post]:
    """Due posts, as many as each room may still hear this minute; the rest waits."""
    now = ctx.now()
    ready: list[Post] = []
    for post in posts.claim(tx, now, limit, LEASE, chat=lane.chat, but=lane.but):
        if _is_over(post, now):
            posts.drop(tx, post.key)
            continue
        later = pace.wait(tx, post, now, ctx.editable)
        if later is not None:
            posts.put_off(tx, [post.key], later)
            continue
        fit = _ringing(tx, post, now) if post.kind == "urge" else post
        ready += [fit] if fit is not None else []
    return ready


def _is_over(post: Post, now: datetime) -> bool:
    """An alert that was closed while its card waited for its turn is news to nobody."""
    unseen = not post.shown and not post.uncertain
    closed = post.kind in ("alert", "assist") and post.card["state"] in CLOSED
    return unseen and closed and now - post.created_at > FRESH


def _ringing(tx: Tx, post: Post, now: datetime) -> Post | None:
    """A ring about a card needs the card to stand there, and nobody to have claimed meanwhile."""
    card = posts.get(tx, post.session)
    if card is None or WAITS not in str(card.card["state"]):
        posts.shown(tx, post, "", now)  # nobody needs to be rung any more
        return None
    if not card.message_id:
        posts.put_off(tx, [post.key], now + timedelta(seconds=5))
        return None
    return replace(post, message_id=card.message_id)


async def _attempt(chats: Mapping[str, Chat], post: Post, now: datetime) -> Outcome:
    chat = chats.get(post.chat)
    if chat is None:
        return Outcome(error=DeliveryFailed(f"没有配置 {post.chat}", permanent=True))
    try:
        async with asyncio.timeout(ATTEMPT):
            return Outcome(await _speak(chat, post, now))
    except DeliveryFailed as error:
        return Outcome(error=error)
    except TimeoutError:
        return Outcome(error=DeliveryFailed(f"{post.chat} 没有回音", uncertain=True))
    except Exception as error:  # one delivery must not stop the others
        log.exception("delivery_bug", post=post.key)
        return Outcome(error=DeliveryFailed(type(error).__name__, uncertain=True))


async def _speak(chat: Chat, post: Post, now: datetime) -> str:
    target = Target(post.chat, post.room, post.direct)
    card = from_json(post.card)
    if post.kind == "urge":
        if isinstance(chat, Rings):
            await chat.urge(post.message_id, card.mentions)
        return ""
    if not post.shown:
        message_id = await chat.send(target, _honest(chat, post, card, now), post.key, post.session)
        if post.uncertain and chat.keyed and chat.editable:
            await chat.edit(target, message_id, card, post.key)  # an earlier send may stand there, with an older card
        return message_id
    if chat.editable or _worth_a_line(post):
        await chat.edit(target, post.message_id, card, post.key)
    return post.message_id


def _honest(chat: Chat, post: Post, card: Card, now: datetime) -> Card:
    """Where the platform knows no key (any more), a second try after a lost answer may be a second card; say so."""
    known = chat.keyed and now - post.created_at < KEY_LASTS
    if known or not post.uncertain:
        return card
    return replace(card, blocks=(Text("（可能重复）"), *card.blocks))


def _worth_a_line(post: Post) -> bool:
    """Where nothing can be edited, only a change people must know is worth a line, and only from the first post."""
    return "." not in post.subject and post.look != post.shown_look


def _note(ctx: Context, tx: Tx, post: Post, outcome: Outcome) -> None:
    if outcome.error is None:
        posts.shown(tx, post, outcome.message_id, ctx.now())
    else:
        _failed(ctx, tx, post, outcome.error, ctx.now())


def _failed(ctx: Context, tx: Tx, post: Post, error: DeliveryFailed, now: datetime) -> None:
    dead = error.permanent or now - post.created_at > GIVE_UP_AFTER or post.attempts + 1 >= TRIES.get(post.kind, 1000)
    backoff = min(60.0, 2.0**post.attempts) * random.uniform(0.5, 1.0)  # noqa: S311 - spreading, not secrecy
    due = now + timedelta(seconds=error.retry_after or backoff)
    posts.failed(tx, post, str(error), due, uncertain=error.uncertain, dead=dead)
    if dead and post.kind != "notice":
        tell = _tell_unchanged if post.shown else REGRETS.get(post.kind, _tell_admins)
        tell(ctx, tx, post, str(error))
    log.warning(
        "delivery_failed", post=post.key, chat=post.chat, dead=dead, attempts=post.attempts + 1, why=str(error)[:200]
    )


def _tell_admins(ctx: Context, tx: Tx, post: Post, why: str) -> None:
    """A card that will never arrive is told where somebody can mend it; an alert's, where alerts are heard too."""
    lost = ctx.people.room(post.chat, post.room)
    card = notices.undelivered(lost.name if lost else "直接消息", str(post.card["title"]), why)
    about = posting.About("N", posting.random_part(post.key))
    for room in ctx.people.rooms:
        if "admin" in room.wants and room is not lost:
            posting.want(ctx, tx, about, room.target, card)


def _tell_unchanged(ctx: Context, tx: Tx, post: Post, why: str) -> None:
    """A card that stands and cannot be changed any more, perhaps recalled: once for all cards of its matter."""
    room = ctx.people.room(post.chat, post.room)
    card = notices.unchanged(room.name if room else "直接消息", str(post.card["title"]), why)
    upkeep.tell(ctx, tx, f"unchanged|{post.subject.partition('.')[0]}", card)


# Jobs in a helpdesk that came to nothing are told to whoever asked for them.
REGRETS: Mapping[str, Callable[[Context, Tx, Post, str], None]] = {
    "assign": handover.not_assigned,
    "note": coaching.not_noted,
}
