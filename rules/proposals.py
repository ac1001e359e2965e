"""What to change about a rule that people say spoke up wrongly: a limit, a counter-example, or a quieter voice."""

import re
from collections.abc import Sequence
from math import ceil

from rules.changes import EXAMPLE, LEVELS, SEVERITY, THRESHOLD, UNLESS, Change, split
from rules.ledger import QUIETER
from rules.likeness import pieces
from rules.model import Finding, Severity
from rules.policy import Policy

LIMIT_OF = {"slow_first_reply": "first_reply_seconds", "slow_reply": "reply_seconds"}
STEP = 30  # seconds; limits are round numbers
MOST = 2.0  # times the limit of now: one case is no reason for more
AGAINST = 3  # wrong so often, and never right: the rule itself is too loud
WORDS = 10  # characters of an excluding word
WAITED = re.compile(r"(?:(\d+) 小时)?\s*(?:(\d+) 分钟?)?\s*(?:(\d+) 秒)?")


def against(finding: Finding, wrong: int, right: int, policy: Policy) -> Change | None:
    """For a finding that people say should not have been told; `wrong` and `right`: what was decided of this rule,
    this one among them. None when it is as quiet as can be already."""
    name, version = split(finding.rule)
    if knob := LIMIT_OF.get(name, ""):
        limit = _limit(finding.says, getattr(policy, knob))
        return Change(name, version, THRESHOLD, f"{knob}={limit}") if limit else None
    often = wrong >= AGAINST and not right
    if not often and pieces(finding.quote):
        return Change(name, version, EXAMPLE, finding.quote)
    level = _level(finding, policy.changes)
    return Change(name, version, SEVERITY, QUIETER[level].level) if level in QUIETER else None


def excluding(finding: Finding, words: Sequence[str]) -> Change | None:
    """Where one of these words is said it is no finding; words that the customer really said."""
    fit = [word for word in words if 0 < len(word) <= WORDS and word in finding.quote]
    return Change(*split(finding.rule), UNLESS, "、".join(dict.fromkeys(fit))) if fit else None


def _limit(says: str, now: int) -> int:
    """A round limit just above the wait that people found all right; 0 when that is no wider than now."""
    found = next((m for m in WAITED.finditer(says) if any(m.groups())), None)
    if found is None:
        return 0
    hours, minutes, seconds = (int(part or 0) for part in found.groups())
    waited = 3600 * hours + 60 * minutes + seconds
    limit = min(STEP * ceil((waited + 1) / STEP), int(MOST * now))
    return limit if limit > now else 0


def _level(finding: Finding, changes: Sequence[Change]) -> Severity:
    level = finding.severity
    for change in changes:
        level = LEVELS[change.value] if change.name == finding.rule and change.what == SEVERITY else level
    return level
