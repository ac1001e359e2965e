"""Whether a conversation's waits come out the same under two policies, so that nobody need look at it again."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules import hours, moments, scene, scope, waiting
from rules.checks import pack_rules, repeated
from rules.checks.waiting import LAST, NOT_MEASURED, STEP
from rules.model import Conversation, Message, Speaker
from rules.packs import Packs
from rules.policy import Policy
from rules.scope import Wait

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one wait, in seconds, under the old and the new policy."""

    warnings: tuple[float, float]  # endless where nobody is warned
    limits: tuple[float, float]

    def hold_apart(self, seconds: float) -> bool:
        """Whether one policy may say something else than the other to who waited so long."""
        pairs = (self.warnings, self.limits)
        return any(one != other and min(one, other) <= seconds <= max(one, other) for one, other in pairs)

    def looks(self, side: int) -> Iterator[float]:
        """When somebody looks at the wait again."""
        warning, limit = self.warnings[side], self.limits[side]
        yield min(warning, limit)
        yield limit
        yield from range(int(limit) + STEP, LAST + 1, STEP)


@dataclass(frozen=True, slots=True)
class Apart:
    """What may come out differently."""

    waits: bool = False  # who waited
    looks: bool = False  # rules that only hold after a while


def between(conversation: Conversation, old: Policy, new: Policy, late: Packs, until: datetime) -> Apart:
    """For policies with the same service hours, and rules that only come late. False only where it is sure.

    Limits that lie in one stretch between happenings are passed by the same waits; and late rules find the same when
    both policies look, or neither, between their time and whatever happens next.
    """
    longest = [] if conversation.channel in NOT_MEASURED else scope.longest_waits(conversation, until)
    if not longest:
        return Apart()
    every = moments.of(conversation, until)
    happened = sorted(set(every) - {m.at for m in conversation.messages})
    due = sorted(set(_due(conversation, late, until)))
    first, later = _limits(old, new, "first_reply_seconds"), _limits(old, new, "reply_seconds")
    answered = False  # somebody surely had waited before: this is no first wait
    waits = looks = False
    for n, wait in enumerate(longest):
        end = min(wait.end, every[-1] + moments.LONGEST_WAIT)
        between = [at for at in happened if wait.moments[0] <= at <= end]
        for one in ([] if answered else [first]) + ([later] if n else []):
            waits = waits or _differ(wait, end, between, one, old)
            looks = looks or any(_holds(conversation, late, *gap) for gap in _gaps(wait, between, due, every, one, old))
        answered = answered or any(_asks(m) for m in conversation.messages if m.at in wait.moments)
    return Apart(waits, looks)


def often(conversation: Conversation, old: Policy, new: Policy) -> bool:
    """Whether a customer may have been dissatisfied often enough under one policy only; by the scores of messages."""
    if old.repeat_minutes != new.repeat_minutes:
        return True
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    n = sum(m.speaker is Speaker.CUSTOMER and s.dissatisfied >= repeated.DISSATISFIED for m, s in pairs)
    return n >= min(old.repeat_times, new.repeat_times)


def _limits(old: Policy, new: Policy, knob: str) -> Limits:
    limits = float(getattr(old, knob)), float(getattr(new, knob))
    pairs = zip(limits, (old.warn_before_seconds, new.warn_before_seconds), strict=True)
    warnings = [limit - before if before else float("inf") for limit, before in pairs]
    return Limits((warnings[0], warnings[1]), limits)


def _differ(wait: Wait, end: datetime, between: list[datetime], limits: Limits, policy: Policy) -> bool:
    """Whether it may have been so long, from any message or hand-over on, until it ended or something happened."""
    if (end - wait.moments[0]).total_seconds() < min(*limits.warnings, *limits.limits):
        return False
    lengths = {hours.seconds(a, b, policy) for a in (*wait.moments, *between) for b in (*between, end) if b >= a}
    return any(limits.hold_apart(length) for length in lengths)


def _due(conversation: Conversation, late: Packs, until: datetime) -> Iterator[datetime]:
    """When somebody would have waited long enough for one of these rules."""
    for i, (message, signals) in enumerate(zip(conversation.messages, conversation.signals, strict=True)):
        for name in scene.names(signals) & late.triggered.keys():
            for place in late.triggered[name]:
                least = late.rules[place].patience
                if message.at and waited(conversation, i, until) >= least:
                    yield message.at + least * MINUTE


def waited(conversation: Conversation, i: int, until: datetime) -> float:
    """Minutes until the service answers, or until nobody looks any more."""
    said = conversation.messages[i].at
    later = conversation.messages[i + 1 :]
    answer = next((m.at for m in later if m.speaker is Speaker.AGENT and m.at), until)
    return (answer - said) / MINUTE if said else 0.0


def _gaps(
    wait: Wait, between: list[datetime], due: list[datetime], every: list[datetime], limits: Limits, policy: Policy
) -> Iterator[tuple[datetime, datetime]]:
    """Stretches without happenings in which only one policy looks at this wait once a rule's time has come."""
    for at in due:
        here = bisect_right(every, at) - 1
        if here < 0 or not wait.moments[0] <= every[here] < wait.end:
            continue
        end = every[here + 1] if here + 1 < len(every) else every[here] + moments.LONGEST_WAIT
        for start in (start for start in (*wait.moments, *between) if start <= every[here]):
            sides = [(hours.after(start, s, policy) for s in limits.looks(n)) for n in (0, 1)]
            old, new = (any(look and at <= look < end for look in looks) for looks in sides)
            if old != new:
                yield every[here], end


def _holds(conversation: Conversation, late: Packs, here: datetime, end: datetime) -> bool:
    """Whether one of the rules may hold there at last; those that ask for scores always may."""
    if any(rule.keys & scope.LEVELS for rule in late.rules):
        return True
    return any(pack_rules.check(scene.of(moments.as_of(conversation, here), end), late))


def _asks(message: Message) -> bool:
    """Whatever its tone, it wants an answer."""
    return message.speaker is Speaker.CUSTOMER and any(word in message.text for word in waiting.QUESTIONS)
