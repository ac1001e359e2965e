"""The supervisor's knobs, each with a default that suits a middling shop."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Any

from rules.changes import Change, knobs


@dataclass(frozen=True, slots=True)
class Policy:
    version: int = 1
    timezone: str = "Asia/Shanghai"
    # Waiting: seconds from the first unanswered customer message, inside service hours.
    first_reply_seconds: int = 180
    reply_seconds: int = 180
    warn_before_seconds: int = 60  # the yellow card, before the red limit
    service_hours: tuple[tuple[time, time], ...] = ()  # empty: round the clock
    # Repeated dissatisfaction: so many dissatisfied messages within so many minutes.
    repeat_times: int = 3
    repeat_minutes: int = 10
    low_rating: int = 2  # ratings up to this are a risk
    high_rating: int = 5
    # Cards
    mode: str = "live"  # shadow: alerts are only noted, and leads judge them once a day
    alert_from: str = "yellow"  # the lowest level that makes a card: yellow | orange | red
    yellow_risk: float = 0.3  # yellow words alone make a card from this risk (0..1) on
    escalate_minutes: int = 5  # nobody claims: mention the lead, then, as long again, the admin
    ladder: tuple[tuple[str, tuple[str, ...]], ...] = ()  # by level, other than rules.ladder.DEFAULT
    mute_minutes: int = 30  # 静音 without a number
    # Precision: a rule whose precision is surely lower is proposed for demotion, once so many verdicts are there.
    demote_below: float = 0.5
    demote_after_n: int = 20
    appeal_days: int = 7  # so long an agent may appeal against a finding
    judge_hours: int = 48  # so long somebody has to judge it; halfway they are reminded, then another is asked
    hybrid_risk: float = 0.7  # so likely to leave dissatisfied, and a hybrid rule's finding counts unreviewed
    changes: tuple[Change, ...] = ()  # what people decided about single rules; stored, not configured


def decided(policy: Policy, changes: Sequence[Change]) -> Policy:
    """The configured policy with what people decided: about single rules, and about limits."""
    limits: dict[str, Any] = dict(knobs(changes))
    return replace(policy, changes=tuple(changes), **limits)
