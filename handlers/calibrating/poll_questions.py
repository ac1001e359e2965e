"""What a calibration asks about: split appeals first, then reviews that differ, then scores in the middle; no names."""

from collections.abc import Iterator
from datetime import timedelta

from handlers import serving
from handlers.cards.words import COLLEAGUE, clean, unnamed
from handlers.context import Context
from rules.model import Conversation, Message, Speaker
from rules.privacy import quote
from storage import calibrations, conversations, doubts, judgements
from storage.calibrations import Candidate
from storage.conversations import Stored
from storage.db import Tx

LEAST, MOST = 3, 5
BACK = timedelta(days=14)
NOT_AGAIN = timedelta(days=180)
BEFORE, AFTER = 3, 3  # lines around what it is about
LINE = 60  # characters
WHO = {Speaker.CUSTOMER: "客户", Speaker.AGENT: "客服", Speaker.BOT: "机器人"}


def proposed(ctx: Context, tx: Tx) -> list[Candidate]:
    """At most five, no conversation twice; fewer than three are no session, so that then more are in doubt."""
    seen = calibrations.asked(tx, ctx.now() - NOT_AGAIN)
    found: list[Candidate] = []
    for conversation, finding, why, most in _candidates(ctx, tx):
        if len(found) >= most or conversation in seen:
            continue
        seen.add(conversation)
        question = _question(ctx, tx, conversation, finding, why)
        found += [question] if question else []
    return found if len(found) >= LEAST else []


def _candidates(ctx: Context, tx: Tx) -> Iterator[tuple[str, int | None, str, int]]:
    """(conversation, finding, why, how many questions there may be with it)."""
    since = ctx.now() - BACK
    for why, ids in (("appeal", doubts.appealed(tx, since, MOST)), ("review", doubts.reviewed(tx, since, MOST))):
        judged = {one.id: one for one in judgements.among(tx, ids)}
        yield from ((judged[id_].conversation, id_, why, MOST) for id_ in ids if id_ in judged)
    for conversation, finding in doubts.between(tx, since, doubts.NEAR, 4 * MOST):
        yield conversation, finding, "score", MOST
    for conversation, finding in doubts.between(tx, since, doubts.FAR, 4 * MOST):
        if finding is not None:
            yield conversation, finding, "lately", LEAST


def _question(ctx: Context, tx: Tx, conversation: str, finding: int | None, why: str) -> Candidate | None:
    stored = conversations.load_one(tx, conversation)
    judged = judgements.get(tx, finding) if finding is not None else None
    if stored is None:
        return None
    message = judged.finding.message if judged else _last(stored.conversation)
    excerpt = _excerpt(ctx, stored.conversation, message)
    if {"客户", "客服"} - {who for who, _ in excerpt}:  # nothing was said that somebody could say better
        return None
    own = _own(ctx, stored, message)
    rule = judged.finding.rule if judged else ""
    return Candidate(conversation, message, finding, rule, stored.conversation.team, why, excerpt, own)


def _last(conversation: Conversation) -> str:
    """The customer's last words that somebody answered."""
    answered = False
    for message in reversed(conversation.messages):
        if message.speaker is Speaker.AGENT:
            answered = True
        elif message.speaker is Speaker.CUSTOMER and answered:
            return message.id
    return conversation.messages[-1].id if conversation.messages else ""


def _excerpt(ctx: Context, conversation: Conversation, message: str) -> tuple[tuple[str, str], ...]:
    said = [m for m in conversation.messages if m.speaker in WHO and m.text.strip()]
    place = next((n for n, m in enumerate(said) if m.id == message), len(said) - 1)
    lines = said[max(0, place - BEFORE) : place + 1 + AFTER]
    return tuple((WHO[m.speaker], _nameless(ctx, conversation, m)) for m in lines)


def _nameless(ctx: Context, conversation: Conversation, message: Message) -> str:
    """Neither who served nor who was served; what looks like personal data is masked as everywhere."""
    words = unnamed(message.text, ctx.people.names, COLLEAGUE)
    return quote(clean(unnamed(words, [conversation.customer_name], "客户")), LINE)


def _own(ctx: Context, stored: Stored, message: str) -> tuple[str, ...]:
    """Everybody who served in it: heard, and not counted."""
    conversation = stored.conversation
    people = [serving.concerned(ctx, stored, message), serving.holder(ctx, stored)]
    people += [ctx.people.holder(stored.source, a.agent, a.at) for a in conversation.assignments]
    people += [serving.speaker(ctx, stored, m) for m in conversation.messages]
    return tuple(dict.fromkeys(person.name for person in people if person is not None))
