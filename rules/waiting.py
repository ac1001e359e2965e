"""Turns: from the first unanswered message of the customer to the first reply by a human."""

from dataclasses import dataclass
from datetime import datetime

from rules import hours
from rules.model import Conversation, Message, Signals, Speaker
from rules.policy import Policy

QUESTIONS = ("？", "?", "吗", "呢", "么", "怎", "几", "多少", "哪", "谁", "何", "能不能", "可不可以", "麻烦", "帮")


@dataclass(frozen=True, slots=True)
class Turn:
    """One wait of the customer."""

    message: Message  # the first that nobody has answered
    began: datetime  # then, or when a human took over
    first: bool  # of this conversation
    reply: Message | None = None  # None: still waiting
    agent: str | None = None  # who answered, or who holds it now

    def seconds(self, now: datetime, policy: Policy) -> float:
        """In service hours, until the reply or now."""
        end = self.reply.at if self.reply and self.reply.at else now
        return hours.seconds(self.began, end, policy)


def timed(conversation: Conversation) -> bool:
    """Whether waits can be told at all."""
    return all(m.at for m in conversation.messages)


def turns(conversation: Conversation) -> tuple[Turn, ...]:
    """In the order of time; bot, system and private notes never close one. The last may be open."""
    found: list[Turn] = []
    asked: Message | None = None
    for i, message in enumerate(conversation.messages):
        if message.speaker is Speaker.CUSTOMER and asked is None and starts_wait(conversation, i):
            asked = message
        elif message.speaker is Speaker.AGENT and asked is not None and _is_reply(conversation, i):
            found.append(_turn(conversation, asked, message, not found))
            asked = None
    if asked is not None and not _over(conversation, asked):
        began = _began(conversation, asked, None)
        if began:
            found.append(Turn(asked, began, not found, None, conversation.agent))
    return tuple(found)


def starts_wait(conversation: Conversation, i: int) -> bool:
    """好的, 谢谢, an emoji, a channel's notice, an order card or mere praise start no wait."""
    signals = _signals(conversation, i)
    if signals.shape != "text":
        return False
    praise = signals.satisfied >= 0.5 > signals.dissatisfied
    return not praise or any(word in conversation.messages[i].text for word in QUESTIONS)


def _is_reply(conversation: Conversation, i: int) -> bool:
    return _signals(conversation, i).shape not in ("notice", "empty")


def _signals(conversation: Conversation, i: int) -> Signals:
    return conversation.signals[i] if i < len(conversation.signals) else Signals("text")


def _turn(conversation: Conversation, asked: Message, reply: Message, first: bool) -> Turn:
    began = _began(conversation, asked, reply) or reply.at or asked.at
    assert began is not None  # noqa: S101  only asked when every message has its time
    return Turn(asked, began, first, reply, reply.agent)


def _began(conversation: Conversation, asked: Message, reply: Message | None) -> datetime | None:
    """When the message came or, if a bot or the queue held the conversation then, when a human took over.

    None: nobody has taken over yet. A source that tells no assignments is taken as human from the start,
    unless it says the conversation is still pending, that is with its bot.
    """
    if asked.at is None:
        return None
    holders = [a for a in conversation.assignments if a.at]
    if not holders:
        waiting_for_bot = reply is None and conversation.status == "pending"
        return None if waiting_for_bot else asked.at
    before = [a for a in holders if a.at and a.at <= asked.at]
    if (before and before[-1].agent) or _human_spoke(conversation, asked, before[-1].at if before else None):
        return asked.at
    taken = (a.at for a in holders if a.agent and a.at and a.at > asked.at)
    return next(taken, reply.at if reply else None)


def _human_spoke(conversation: Conversation, asked: Message, since: datetime | None) -> bool:
    """A human had already answered, though the source told no assignment."""
    for message in conversation.messages:
        if message.id == asked.id:
            return False
        if message.speaker is Speaker.AGENT and message.at and (since is None or message.at > since):
            return True
    return False


def _over(conversation: Conversation, asked: Message) -> bool:
    """The conversation was resolved after the question."""
    if conversation.status != "resolved":
        return False
    at = conversation.statuses[-1].at
    return at is None or asked.at is None or at >= asked.at
