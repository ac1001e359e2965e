"""What can come out differently under other rules or another policy, so that only that is asked again."""

from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime, timedelta

from rules import moments
from rules.checks import rating, repeated, waiting
from rules.model import Conversation, Speaker
from rules.packs import Packs
from rules.policy import Policy
from rules.rule import Rule
from rules.screen import CHECKS, Check, Rate

# Knobs that change nobody's findings: of cards, ladders and the ledger.
QUIET = frozenset(
    {
        "version",
        "escalate_minutes",
        "ladder",
        "mute_minutes",
        "demote_below",
        "demote_after_n",
        "changes",
        "mode",
        "appeal_days",
        "judge_hours",
        "hybrid_risk",
    }
)
CALLING = frozenset({"alert_from", "yellow_risk"})  # the same findings, but other people are called
KNOBS: Mapping[str, Check] = {
    "timezone": waiting.check, "first_reply_seconds": waiting.check, "reply_seconds": waiting.check,
    "warn_before_seconds": waiting.check, "service_hours": waiting.check,
    "repeat_times": repeated.check, "repeat_minutes": repeated.check,
    "low_rating": rating.check, "high_rating": rating.check,
}  # fmt: skip
CLOCK = frozenset({"timezone", "service_hours"})
CONTENT = frozenset({repeated.check, rating.check})  # never want to look again
# Conditions that need more than what was said until then; the growing ones stay true once they are, unless reversed.
PASSING = frozenset({"last", "waited", "before", "status", "rating", "ordered"})
GROWING = frozenset({"waited", "before", "rating", "ordered"})
LEVELS = frozenset({"dissatisfied", "satisfied"})  # asks for scores


@dataclass(frozen=True, slots=True)
class Side:
    """One way to screen."""

    packs: Packs
    policy: Policy
    rate: Rate | None = None
    model: str = ""


@dataclass(frozen=True, slots=True)
class Scope:
    """Rules (by id) and checks that can say something else; `calls`: who is called can change without them."""

    rules: frozenset[str] = frozenset()
    checks: tuple[Check, ...] = ()
    calls: bool = False
    levels: bool = False  # whether the scores of messages are needed
    limits: bool = False  # waits begin and end alike on both sides, only their limits can be others: see rules.limits
    late: frozenset[str] = frozenset()  # of the rules: the same on both sides, only somebody may look at other times

    def __bool__(self) -> bool:
        return bool(self.rules or self.checks or self.calls)


def between(old: Side, new: Side) -> Scope:
    """A knob this module does not know, or another model, may change everything."""
    knobs = {f.name for f in fields(Policy) if getattr(old.policy, f.name) != getattr(new.policy, f.name)} - QUIET
    ids = _rules(old, new)
    if old.model != new.model or knobs - CALLING - KNOBS.keys():
        every = frozenset(rule.id for side in (old, new) for rule in side.packs.rules)
        return Scope(every, CHECKS, True, True)
    checks = {KNOBS[knob] for knob in knobs - CALLING}
    told = bool(ids - {rule.id for rule in old.packs.rules} - {rule.id for rule in new.packs.rules})
    if told:
        checks.update(CHECKS)  # a decision about what a check says
    limits = bool(checks) and not told and not knobs & CLOCK and _same_levels(old, new)
    late: frozenset[str] = frozenset()
    if waiting.check in checks:  # it says when to look again, and then these rules may hold for the first time
        waits = {rule for side in (old, new) for rule in side.packs.rules if "waited" in rule.keys}
        late = frozenset(rule.id for rule in waits) - ids
        limits = limits and all(_only_late(rule) for rule in waits if rule.id in late)
    ids |= late
    asks = any(rule.keys & LEVELS for side in (old, new) for rule in side.packs.rules if rule.id in ids)
    levels = asks or bool(checks - {rating.check})
    asked = tuple(check for check in CHECKS if check in checks)
    return Scope(ids, asked, bool(knobs & CALLING), levels, limits, late)


def _same_levels(old: Side, new: Side) -> bool:
    """Whether the same messages are read as questions; without a judge the words decide it."""
    was, now = old.packs.versions, new.packs.versions
    return (was.shape, was.judge) == (now.shape, now.judge) and (bool(was.judge) or was.terms == now.terms)


def _only_late(rule: Rule) -> bool:
    """Whether it asks for nothing but so much patience, and then for good as long as nothing else happens."""
    return bool(rule.patience and rule.condition.needs)


def _rules(old: Side, new: Side) -> frozenset[str]:
    one, other = ({rule.id: rule.digest for rule in side.packs.rules} for side in (old, new))
    changed = {id_ for id_ in one.keys() | other.keys() if one.get(id_) != other.get(id_)}
    decided = set(old.policy.changes) ^ set(new.policy.changes)
    return frozenset(changed | {change.rule for change in decided})


Moments = Mapping[Check, set[datetime] | None]

# When a check has to be asked: a superset of the moments at which it can see what it does not see at another one too.

When = Callable[[Conversation, Policy, datetime], set[datetime]]


def _waits(conversation: Conversation, policy: Policy, until: datetime) -> set[datetime]:
    """From just before the first warning could come until the answer, and at the end.

    At every moment where something else happens meanwhile, or hands change later, because both move a wait's beginning.
    """
    if conversation.channel in waiting.NOT_MEASURED:
        return set()
    limit = timedelta(seconds=min(policy.first_reply_seconds, policy.reply_seconds) - policy.warn_before_seconds)
    waits = [wait for wait in longest_waits(conversation, until) if wait.end - wait.moments[0] >= limit]
    if not waits:
        return set()
    every = moments.of(conversation, until)
    others = set(every) - {m.at for m in conversation.messages}
    if any(wait.moments[0] < at < wait.end for wait in waits for at in others):
        return set(every)
    if any(a.at and a.at > waits[0].moments[0] for a in conversation.assignments):
        return set(every)
    return {at for wait in waits for at in wait.after(limit)} | {every[-1]}


@dataclass(frozen=True, slots=True)
class Wait:
    """As if every message in words asked for an answer."""

    moments: list[datetime]
    end: datetime

    def after(self, limit: timedelta) -> list[datetime]:
        """The last moment before so much had passed, and all later ones."""
        late = bisect_left(self.moments, self.moments[0] + limit)
        return self.moments[max(0, late - 1) :]


def longest_waits(conversation: Conversation, until: datetime) -> list[Wait]:
    found: list[Wait] = []
    asked: list[datetime] = []
    for message, signals in zip(conversation.messages, conversation.signals, strict=True):
        if message.at is None:
            continue
        if message.speaker is Speaker.AGENT and signals.shape not in ("notice", "empty"):
            found += [Wait(asked, message.at)] if asked else []
            asked = []
        elif asked or (message.speaker is Speaker.CUSTOMER and signals.shape == "text"):
            asked.append(message.at)
    return [*found, Wait(asked, max(asked[-1], end_of(conversation, until)))] if asked else found


def end_of(conversation: Conversation, until: datetime) -> datetime:
    """Nobody waits, nor is looked after, once the conversation is over."""
    over = conversation.statuses[-1].at if conversation.status == "resolved" else None
    return min(over, until) if over else until


def _says_often(conversation: Conversation, policy: Policy, until: datetime) -> set[datetime]:
    """What was said stays said, as long as the check looks back far enough to see all of it."""
    said = [m.at for m in conversation.messages if m.speaker is Speaker.CUSTOMER and m.at]
    if len(said) < min(policy.repeat_times, repeated.ASKED):
        return set()
    return set(said if len(said) > repeated.MOST else said[-1:])


def _rated(conversation: Conversation, policy: Policy, until: datetime) -> set[datetime]:
    rating = conversation.rating
    last = conversation.messages[-1].at if conversation.messages else None
    return {at} if rating and (at := rating.at or last) else set()


WHEN: Mapping[Check, When] = {waiting.check: _waits, repeated.check: _says_often, rating.check: _rated}


def moments_for(checks: Sequence[Check], conversation: Conversation, policy: Policy, until: datetime) -> Moments:
    """By check; None: at every one, because this module does not know the check."""
    asked = {check: WHEN[check](conversation, policy, until) if check in WHEN else None for check in checks}
    return {check: at for check, at in asked.items() if at is None or at}


def lasts(rule: Rule) -> bool:
    """Whether what the rule finds at any moment it also finds at the end."""
    turned = "not" in rule.keys or ("waited" in rule.keys and "to" in rule.keys)
    return not rule.keys & PASSING if turned else rule.keys & PASSING <= GROWING
