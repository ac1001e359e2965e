"""Shadow mode: what the answers to would-be alerts say about the limits; a proposal needs enough of them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rules.decide import MEASURED
from rules.ledger import wilson
from rules.model import Severity
from rules.policy import Policy

ENOUGH = 12  # answers on what a limit would silence
STEP = 0.05
REPEATED = "repeated_dissatisfaction"


@dataclass(frozen=True, slots=True)
class Answer:
    """What somebody said of one would-be alert."""

    severity: Severity
    risk: float  # of the conversation
    checks: frozenset[str]  # what it was about
    real: bool

    @property
    def mild(self) -> bool:
        """Only words, and only yellow ones: what `yellow_risk` decides about."""
        return self.severity <= Severity.YELLOW and not self.checks & MEASURED


@dataclass(frozen=True, slots=True)
class Proposal:
    """Another value for a knob, with what it would have silenced."""

    knob: str
    value: str
    silenced: int
    wrong: int  # of them
    kept: int  # real ones that still call, of all real ones
    real: int


def propose(answers: Sequence[Answer], policy: Policy) -> list[Proposal]:
    """Only what surely is more often wrong than the policy bears; the gentlest change of each sort."""
    yellow = [one for one in answers if one.severity <= Severity.YELLOW]
    found = [
        _level(answers, yellow, policy) or _risk(answers, [one for one in yellow if one.mild], policy),
        _repeats(answers, policy),
    ]
    return [proposal for proposal in found if proposal is not None]


def _level(answers: Sequence[Answer], yellow: Sequence[Answer], policy: Policy) -> Proposal | None:
    bad = policy.alert_from == "yellow" and _mostly_wrong(yellow, policy)
    return _proposal("alert_from", "orange", yellow, answers) if bad else None


def _risk(answers: Sequence[Answer], mild: Sequence[Answer], policy: Policy) -> Proposal | None:
    """The highest limit below which what calls is surely mostly wrong."""
    if policy.alert_from != "yellow":
        return None
    steps = [round(policy.yellow_risk + STEP * n, 2) for n in range(1, 13)]
    for limit in reversed([step for step in steps if step <= 0.9]):
        silenced = [one for one in mild if one.risk < limit]
        last = [one for one in silenced if one.risk >= limit - STEP]
        if last and not all(one.real for one in last) and _mostly_wrong(silenced, policy):
            return _proposal("yellow_risk", f"{limit:g}", silenced, answers)
    return None


def _repeats(answers: Sequence[Answer], policy: Policy) -> Proposal | None:
    only = [one for one in answers if REPEATED in one.checks and not (one.checks - {REPEATED}) & MEASURED
            and one.severity is not Severity.RED]  # fmt: skip
    return (
        _proposal("repeat_times", str(policy.repeat_times + 1), only, answers) if _mostly_wrong(only, policy) else None
    )


def _mostly_wrong(answers: Sequence[Answer], policy: Policy) -> bool:
    real = sum(one.real for one in answers)
    return len(answers) >= ENOUGH and wilson(real, len(answers))[1] < policy.demote_below


def _proposal(knob: str, value: str, silenced: Sequence[Answer], answers: Iterable[Answer]) -> Proposal:
    real = sum(one.real for one in answers)
    lost = sum(one.real for one in silenced)
    return Proposal(knob, value, len(silenced), len(silenced) - lost, real - lost, real)
