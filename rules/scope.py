"""What can come out differently under other rules or another policy, so that only that is asked again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from datetime import datetime

from rules.checks import rating, repeated, waiting
from rules.model import Conversation, Speaker
from rules.packs import Packs
from rules.policy import Policy
from rules.screen import CHECKS, Check, Rate

# Knobs that change nobody's findings: of cards, ladders and the ledger.
QUIET = frozenset({"version", "escalate_minutes", "mute_minutes", "demote_below", "demote_after_n", "changes"})
CALLING = frozenset({"alert_from", "yellow_risk"})  # the same findings, but other people are called
KNOBS: Mapping[str, Check] = {
    "timezone": waiting.check, "first_reply_seconds": waiting.check, "reply_seconds": waiting.check,
    "warn_before_seconds": waiting.check, "service_hours": waiting.check,
    "repeat_times": repeated.check, "repeat_minutes": repeated.check,
    "low_rating": rating.check, "high_rating": rating.check,
}  # fmt: skip
# Conditions that may hold for a while only: their rules are asked at every moment, the others once, at the end.
PASSING = frozenset({"last", "waited", "before", "status", "rating", "ordered"})
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
    if ids - {rule.id for rule in old.packs.rules} - {rule.id for rule in new.packs.rules}:
        checks.update(CHECKS)  # a decision about what a check says
    asks = any(rule.keys & LEVELS for side in (old, new) for rule in side.packs.rules if rule.id in ids)
    levels = asks or bool(checks - {rating.check})
    return Scope(ids, tuple(check for check in CHECKS if check in checks), bool(knobs & CALLING), levels)


def _rules(old: Side, new: Side) -> frozenset[str]:
    one, other = ({rule.id: rule.digest for rule in side.packs.rules} for side in (old, new))
    changed = {id_ for id_ in one.keys() | other.keys() if one.get(id_) != other.get(id_)}
    decided = set(old.policy.changes) ^ set(new.policy.changes)
    return frozenset(changed | {change.rule for change in decided})


# Whether a check can see anything in a conversation: quick, and never wrongly no.

May = Callable[[Conversation, Policy, datetime], bool]


def _waits(conversation: Conversation, policy: Policy, until: datetime) -> bool:
    """Somebody may have waited long enough for the first warning, if everything counted."""
    limit = min(policy.first_reply_seconds, policy.reply_seconds)
    limit -= policy.warn_before_seconds
    asked: datetime | None = None
    for message, signals in zip(conversation.messages, conversation.signals, strict=True):
        if message.at is None or signals.shape in ("notice", "empty"):
            continue
        if message.speaker is Speaker.CUSTOMER and asked is None and signals.shape == "text":
            asked = message.at
        elif message.speaker is Speaker.AGENT and asked is not None:
            if (message.at - asked).total_seconds() >= limit:
                return True
            asked = None
    return asked is not None and (until - asked).total_seconds() >= limit


def _says_often(conversation: Conversation, policy: Policy, until: datetime) -> bool:
    said = (m.speaker is Speaker.CUSTOMER for m in conversation.messages)
    return sum(said) >= min(policy.repeat_times, repeated.ASKED)


def _rated(conversation: Conversation, policy: Policy, until: datetime) -> bool:
    return conversation.rating is not None


MAY: Mapping[Check, May] = {waiting.check: _waits, repeated.check: _says_often, rating.check: _rated}


def checks_for(scope: Scope, conversation: Conversation, policy: Policy, until: datetime) -> tuple[Check, ...]:
    """Those of the scope worth asking."""
    return tuple(c for c in scope.checks if c not in MAY or MAY[c](conversation, policy, until))
