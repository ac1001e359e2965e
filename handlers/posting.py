"""Wants cards standing somewhere: one post for one subject and target, with a key that no other database can have."""

from dataclasses import dataclass
from hashlib import blake2b

from handlers.cards.card import Card, to_json
from handlers.context import Context
from handlers.protocols import Target
from storage import posts, rule_changes
from storage.db import Tx

# What a room may hear in a minute, as its platform says; all robots of the room share it.
PER_MINUTE = {"dingtalk": 20, "dingtalk-webhook": 20, "feishu": 100, "feishu-webhook": 100}
ANSWERS = frozenset({"reply", "notice"})  # to somebody who asked, or about Starling itself
PRIORITIES = {"red": 30, "orange": 20, "yellow": 10}
ANSWERED = 20  # somebody waits for an answer, but red goes first whatever colour the answer has


@dataclass(frozen=True, slots=True)
class About:
    """What a post is about. `link` is random, so that a fresh database never meets its predecessor's keys."""

    subject: str  # "A12"
    link: str
    session: str = ""  # an address for a quick reply


def key_of(ctx: Context, about: About, target: Target) -> str:
    """At most 50 characters; another database has other keys, although it speaks through the same app."""
    place = blake2b(f"{ctx.seed}{target.chat}|{target.id}|{target.direct}".encode(), digest_size=5).hexdigest()
    return f"{about.subject[:20]}-{about.link[:12]}-{place}"


def want(ctx: Context, tx: Tx, about: About, target: Target, card: Card) -> str:
    """Want the card standing at the target; the post's key."""
    key = key_of(ctx, about, target)
    if not target.direct and card.kind not in ANSWERS and _hushed(ctx, tx, key):
        return key
    wanted = posts.Wanted(
        key=key, chat=target.chat, room=target.id, direct=target.direct, kind=card.kind, subject=about.subject,
        card=to_json(card), priority=_priority(card), session=about.session,
    )  # fmt: skip
    posts.want(tx, wanted, ctx.now())
    return key


def _hushed(ctx: Context, tx: Tx, key: str) -> bool:
    """In shadow mode groups hear nothing new; what stands there already stays true."""
    return rule_changes.into(tx, ctx.policy).mode == "shadow" and posts.get(tx, key) is None


def renew(ctx: Context, tx: Tx, post: posts.Post, card: Card) -> None:
    """Want another card where this post stands."""
    place = (post.key, post.chat, post.room, post.direct)
    wanted = posts.Wanted(*place, card.kind, post.subject, to_json(card), _priority(card))
    posts.want(tx, wanted, ctx.now())


def _priority(card: Card) -> int:
    return ANSWERED if card.kind in ANSWERS else PRIORITIES.get(card.tone, 0)


def random_part(event: str) -> str:
    """For posts that are no conversation's: the platform's event ids never come twice."""
    return blake2b(event.encode(), digest_size=6).hexdigest()
