"""Private hints: given to the agent of a conversation, noted in the helpdesk, and kept true on every card."""

from dataclasses import dataclass, replace
from hashlib import blake2b

from handlers import posting
from handlers.cards.card import Card, Facts, from_json
from handlers.cards.coaching import CoachView, coach_card, whisper_card, whispered
from handlers.context import Context
from handlers.people import Person
from handlers.posting import About
from handlers.protocols import Target
from rules import wordings
from rules.model import Kind
from rules.privacy import harmless
from storage import cases, findings, posts, whispers
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.posts import Post
from storage.whispers import Whisper

FORMS = frozenset({"feishu", "sandbox"})  # chats where people can write on a card
SUGGESTED = 3
FROM_LIBRARY = 2
LONGEST = 200  # characters of a hint


@dataclass(frozen=True, slots=True)
class Hint:
    by: str
    to: Person
    words: str


def give(ctx: Context, tx: Tx, alert: Alert, stored: Stored, hint: Hint) -> Whisper:
    """To the agent alone, and as a private note in the helpdesk where it takes notes."""
    told = harmless(hint.words)
    whisper = whispers.add(tx, alert.id, hint.by, hint.to.name, told, ctx.now())
    target = _alone(ctx, hint.to, stored)
    if target is not None:
        card = whisper_card(_view(ctx, tx, alert, stored), whisper, still=True)
        posting.want(ctx, tx, About(_subject(alert, whisper), stored.link), target, card)
    if takes_notes(ctx, stored):
        note = Card("note", "grey", f"{hint.by}私下提示：{told}", (Facts((("来自", hint.by),)),))
        posting.want(ctx, tx, About(f"{alert.code}.n{whisper.id}", stored.link), desk("note", stored), note)
    return whisper


def reachable(ctx: Context, to: Person, stored: Stored) -> bool:
    return _alone(ctx, to, stored) is not None or takes_notes(ctx, stored)


def takes_notes(ctx: Context, stored: Stored) -> bool:
    return "note" in ctx.desks.get(stored.source, ())


def desk(what: str, stored: Stored) -> Target:
    """The conversation in its helpdesk as a place where something can stand: `note` or `assign`."""
    return Target(f"{what}:{stored.source}", stored.conversation.id.partition(":")[2])


def offer(ctx: Context, tx: Tx, alert: Alert, stored: Stored, coach: Target) -> None:
    """Want the coach's own card, to choose a wording or to write one."""
    posting.want(ctx, tx, About(f"{alert.code}.c", stored.link), coach, _coach(ctx, tx, alert, stored, coach.chat))


def show(ctx: Context, tx: Tx, alert: Alert, stored: Stored, holder: str) -> None:
    """Keep all that stands true; where nothing is different nothing is sent."""
    given = whispers.of(tx, alert.id)
    if not given and not alert.claimed_by:
        return
    view = CoachView(alert, stored.conversation, tuple(given), ctx.zone)
    for whisper in given:
        card = whisper_card(view, whisper, still=whisper.to == holder)
        _renew(ctx, tx, posts.about(tx, _subject(alert, whisper)), card, stored)
    for post in posts.about(tx, f"{alert.code}.c"):
        _renew(ctx, tx, [post], _coach(ctx, tx, alert, stored, post.chat), stored)


def rows(ctx: Context, tx: Tx, alert: Alert) -> tuple[tuple[str, str], ...]:
    """For the leads' card: that there were hints, and their answers."""
    return tuple(whispered(whisper, ctx.zone) for whisper in whispers.of(tx, alert.id))


def suggestions(ctx: Context, tx: Tx, conversation: str) -> tuple[str, ...]:
    """Whole sentences worth saying now: the best for what stands, then what QA approved in the case library for
    such a matter, then the others."""
    risks = [f for f in findings.of(tx, conversation) if f.finding.kind is Kind.RISK]
    found = [f.finding for f in risks if f.standing] or [f.finding for f in risks]
    first, *others = [*wordings.worth_saying(found, ctx.engine.packs)] or [""]
    proven = cases.wordings(tx, " ".join(dict.fromkeys(finding.quote for finding in found)), limit=FROM_LIBRARY)
    return tuple(harmless(words)[:LONGEST] for words in dict.fromkeys((first, *proven, *others)) if words)


def fresh(ctx: Context, tx: Tx, alert: Alert) -> tuple[tuple[str, str], ...]:
    """(how a press names it, the wording): the best suggestions that nobody has whispered yet."""
    said = {whisper.words for whisper in whispers.of(tx, alert.id)}
    left = [words for words in suggestions(ctx, tx, alert.conversation) if words not in said]
    return tuple((_name(words), words) for words in left[:SUGGESTED])


def wording(ctx: Context, tx: Tx, conversation: str, name: str) -> str:
    """The suggestion that a button named; empty when there is no such thing any more."""
    return next((words for words in suggestions(ctx, tx, conversation) if _name(words) == name), "")


def tell_asker(ctx: Context, tx: Tx, post: Post, card: Card) -> None:
    """What became of a job in the helpdesk, to whoever asked for it."""
    asker = ctx.people.named(facts_of(post).get("来自", ""))
    target = ctx.people.direct(asker) if asker else None
    if target is not None:
        about = About("N", posting.random_part(f"{post.key}/{post.wanted}"))
        posting.want(ctx, tx, about, target, card)


def facts_of(post: Post) -> dict[str, str]:
    return dict(row for block in post.card["blocks"] for row in block.get("rows", ()))


def _coach(ctx: Context, tx: Tx, alert: Alert, stored: Stored, chat: str) -> Card:
    view = _view(ctx, tx, alert, stored)
    return coach_card(replace(view, suggestions=fresh(ctx, tx, alert), forms=chat in FORMS))


def _view(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> CoachView:
    return CoachView(alert, stored.conversation, tuple(whispers.of(tx, alert.id)), ctx.zone)


def _renew(ctx: Context, tx: Tx, standing: list[Post], card: Card, stored: Stored) -> None:
    for post in standing:
        if from_json(post.card) != card:
            target = Target(post.chat, post.room, post.direct)
            posting.want(ctx, tx, About(post.subject, stored.link), target, card)


def _alone(ctx: Context, to: Person, stored: Stored) -> Target | None:
    rooms = ctx.people.rooms_for("alerts", stored.conversation.team)
    return ctx.people.direct(to, rooms[0].target if rooms else None)


def _subject(alert: Alert, whisper: Whisper) -> str:
    return f"{alert.code}.w{whisper.id}"


def _name(words: str) -> str:
    """Short, and the same as long as the wording is."""
    return blake2b(words.encode(), digest_size=4).hexdigest()
