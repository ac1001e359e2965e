"""Screening: all checks over one conversation at one moment, and how likely it ends badly or is worth showing."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Protocol

from rules import changes, scene
from rules.checks import pack_rules, rating, repeated, waiting
from rules.model import Conversation, Finding, Kind, LookAgain, Screening, Severity, Signals, Speaker, Unchecked
from rules.packs import Packs
from rules.policy import Policy

Check = Callable[[Conversation, Policy, datetime], Iterator[Finding | LookAgain | Unchecked]]
CHECKS: tuple[Check, ...] = (waiting.check, repeated.check, rating.check)
WEIGHTS = {Severity.NONE: 0.0, Severity.YELLOW: 0.2, Severity.ORANGE: 0.45, Severity.RED: 0.75}


class Rated(Protocol):
    """What a scorer says of a conversation; `rules.score.Rated` is one."""

    @property
    def risk(self) -> float: ...
    @property
    def star(self) -> float: ...
    @property
    def dissatisfied(self) -> Mapping[str, float]: ...
    @property
    def satisfied(self) -> Mapping[str, float]: ...
    @property
    def contributions(self) -> tuple[tuple[str, float], ...]: ...


Rate = Callable[[Conversation], Rated]


def screen(
    conversation: Conversation, packs: Packs, policy: Policy, now: datetime, rate: Rate | None = None
) -> Screening:
    """`conversation.signals` are there, one for each message. Without `rate` the findings themselves are weighed."""
    rated = rate(conversation) if rate else None
    told = judged(conversation, rated) if rated else conversation
    seen = [what for check in CHECKS for what in check(told, policy, now)]
    found = [what for what in seen if isinstance(what, Finding)]
    found += pack_rules.check(scene.of(told, now), packs)
    found = changes.applied(found, policy.changes) if policy.changes else found
    found.sort(key=lambda finding: (finding.kind is Kind.STAR, -finding.severity))
    again = min((what.at for what in seen if isinstance(what, LookAgain)), default=None)
    unchecked = tuple(what for what in seen if isinstance(what, Unchecked))
    if rated is None:
        return _weighed(told, found, unchecked, again)
    return Screening(
        tuple(found), unchecked, again, rated.risk, rated.star, rated.dissatisfied, rated.satisfied, rated.contributions
    )


def last_moment(conversation: Conversation) -> datetime | None:
    """When the last thing of a finished conversation happened: the `now` under which a file is screened."""
    times = [m.at for m in conversation.messages] + [s.at for s in conversation.statuses]
    return max((at for at in times if at), default=None)


def judged(conversation: Conversation, rated: Rated) -> Conversation:
    """A message counts as dissatisfied when the scorer says so with its context, or its own words do."""
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    raised = tuple([_raised(s, rated, m.id) if m.speaker is Speaker.CUSTOMER else s for m, s in pairs])
    return replace(conversation, signals=raised)


def _raised(signals: Signals, rated: Rated, message: str) -> Signals:
    dissatisfied = rated.dissatisfied.get(message, 0.0)
    satisfied = rated.satisfied.get(message, 0.0)
    if dissatisfied <= signals.dissatisfied and satisfied <= signals.satisfied:
        return signals
    worst, best = max(dissatisfied, signals.dissatisfied), max(satisfied, signals.satisfied)
    return Signals(signals.shape, signals.terms, signals.patterns, signals.sentiment, worst, best)


def _weighed(
    conversation: Conversation, found: list[Finding], unchecked: tuple[Unchecked, ...], again: datetime | None
) -> Screening:
    """The plain substitute for a scorer: more and worse findings, more risk; never less."""
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    said = {m.id: s for m, s in pairs if m.speaker is Speaker.CUSTOMER}
    dissatisfied = {message: s.dissatisfied for message, s in said.items()}
    satisfied = {message: s.satisfied for message, s in said.items()}
    risk = [WEIGHTS[f.severity] for f in found if f.kind is Kind.RISK]
    star = [WEIGHTS[f.severity] for f in found if f.kind is Kind.STAR]
    return Screening(
        tuple(found),
        unchecked,
        again,
        _together([*risk, *(level / 2 for level in dissatisfied.values())]),
        _together([*star, *(level / 10 for level in satisfied.values())]),
        dissatisfied,
        satisfied,
    )


def _together(chances: Sequence[float]) -> float:
    left = 0.98
    for chance in chances:
        left *= 1 - min(chance, 0.95)
    return round(1 - left, 4)
