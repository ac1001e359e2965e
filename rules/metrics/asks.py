"""What the customer said and when a human answered it; bot, system and private notes answer nothing."""

from dataclasses import dataclass
from datetime import datetime

from rules.metrics import holding
from rules.model import Conversation, Message, Speaker


@dataclass(frozen=True, slots=True)
class Ask:
    """One message of the customer."""

    at: datetime | None
    clock: datetime | None  # when a human had it: then, or at the hand-over if a bot or the queue held it
    answered: bool
    reply_at: datetime | None
    holder: str | None  # when it was asked, or the first who took it over
    ran_out: str | None  # who held it when its time ran out, or when it was answered before; None: bot or queue
    ran_out_handed: str | None  # the same, with the time since the hand-over
    left: bool  # its holder passed it on unanswered
    stage: int  # how often the conversation had been resolved
    over: bool  # the conversation was resolved without an answer

    def seconds(self, *, handover: bool) -> float | None:
        began = self.clock if handover else self.at
        return (self.reply_at - began).total_seconds() if began and self.reply_at else None


def asks(c: Conversation) -> tuple[Ask, ...]:
    """In the order of time. Messages on both sides of a resolve never share an answer."""
    closes = [s.at for s in c.statuses if s.status == "resolved" and s.at]
    reply: Message | None = None
    after: int | None = None  # the stage of the next question that has this reply
    found: list[Ask] = []
    for message in reversed(c.messages):
        if message.speaker is Speaker.AGENT:
            reply, after = message, None
        elif message.speaker is Speaker.CUSTOMER:
            stage = sum(1 for close in closes if message.at and close < message.at)
            if after is not None and after > stage:
                reply = None
            after = stage
            found.append(_ask(c, message, reply, stage, bool(closes) and _closed(message, reply, closes)))
    return tuple(reversed(found))


def _ask(c: Conversation, message: Message, reply: Message | None, stage: int, over: bool) -> Ask:
    holder = holding.of(c, message, reply)
    return Ask(
        message.at,
        _clock(c, message, reply),
        reply is not None,
        reply.at if reply else None,
        holder,
        holding.ran_out(c, message, reply, message.at),
        holding.ran_out(c, message, reply, _clock(c, message, reply)),
        holding.passed_on(c, message, reply, holder),
        stage,
        over,
    )


def _closed(message: Message, reply: Message | None, closes: list[datetime]) -> bool:
    return reply is None and any(message.at is None or close >= message.at for close in closes)


def _clock(c: Conversation, message: Message, reply: Message | None) -> datetime | None:
    """When a human took over, if nobody had the conversation as the customer wrote; else when the customer wrote."""
    if message.at is None:
        return None
    states = _states(c)
    before = [human for at, human in states if at <= message.at]
    if not states or (before and before[-1]) or _spoken_for(c, message, since=not before):
        return message.at
    taken = (at for at, human in states if human and at > message.at and (not reply or not reply.at or at <= reply.at))
    return next(taken, message.at)


def _states(c: Conversation) -> list[tuple[datetime, bool]]:
    """Since when a human has it, or not; by assignments, else by "pending", which means its bot has it."""
    assigned = [(at, agent is not None) for at, agent in holding.told(c)]
    if any(human for _, human in assigned):
        return assigned
    pending = any(s.status == "pending" for s in c.statuses)
    return [(s.at, s.status == "open") for s in c.statuses if s.at and s.status != "resolved"] if pending else []


def _spoken_for(c: Conversation, message: Message, *, since: bool) -> bool:
    """A human had answered before, though the source had told no assignment yet."""
    spoke = (m.at for m in c.messages if m.speaker is Speaker.AGENT)
    return since and any(at and message.at and at < message.at for at in spoke)
