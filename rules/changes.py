"""What people decided about a rule after it was written: part of the policy, applied to what screening finds."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rules.likeness import alike, pieces
from rules.model import Finding, Severity

LEVELS = {severity.level: severity for severity in Severity}
THRESHOLD = "threshold"  # value: reply_seconds=240, a knob of the policy with another limit
UNLESS = "unless"  # value: words joined by 、: where one of them is said, it is no finding
EXAMPLE = "example"  # value: a counter-example: what reads nearly the same is no finding
SEVERITY = "severity"  # value: none (it is only noted, and calls nobody), yellow, orange or red


@dataclass(frozen=True, slots=True)
class Change:
    """One decision; it is about this version of the rule, because a new version deserves a new trial."""

    rule: str  # its id
    version: int
    what: str  # a key of APPLY
    value: str

    @property
    def name(self) -> str:
        return f"{self.rule}@{self.version}"


NUMBER = re.compile(r"[0-9]{1,6}")
LIMITS: Mapping[str, re.Pattern[str]] = {
    "first_reply_seconds": NUMBER, "reply_seconds": NUMBER, "repeat_times": NUMBER,
    "yellow_risk": re.compile(r"0(\.[0-9]{1,4})?|1"), "alert_from": re.compile("yellow|orange|red"),
    "mode": re.compile("shadow|live"),
}  # fmt: skip
READ: Mapping[str, Callable[[str], int | float | str]] = {
    "first_reply_seconds": int, "reply_seconds": int, "repeat_times": int, "yellow_risk": float, "alert_from": str,
    "mode": str,
}  # fmt: skip


def _severity(finding: Finding, value: str) -> Finding | None:
    return replace(finding, severity=LEVELS[value])


def _unless(finding: Finding, value: str) -> Finding | None:
    return None if any(word and word in finding.quote for word in value.split("、")) else finding


def _unlike(finding: Finding, value: str) -> Finding | None:
    return None if alike(pieces(finding.quote), pieces(value)) else finding


def knobs(changes: Iterable[Change]) -> dict[str, int | float | str]:
    """Limits that were decided, by the name of the policy's knob; the last decision counts."""
    pairs = [change.value.partition("=") for change in changes if change.what == THRESHOLD]
    return {name: READ[name](value) for name, _, value in pairs if name in READ and LIMITS[name].fullmatch(value)}


# Another kind of change is one more line: what becomes of a finding of that rule; None when it is none any more.
Apply = Callable[[Finding, str], Finding | None]
APPLY: Mapping[str, Apply] = {SEVERITY: _severity, UNLESS: _unless, EXAMPLE: _unlike}


def applied(found: Iterable[Finding], changes: Sequence[Change]) -> list[Finding]:
    """Of several changes of one rule the later ones win."""
    by_name: dict[str, list[Change]] = {}
    for change in changes:
        by_name.setdefault(change.name, []).append(change)
    kept = (_changed(finding, by_name[finding.rule]) if finding.rule in by_name else finding for finding in found)
    return [finding for finding in kept if finding is not None]


def _changed(finding: Finding, changes: Sequence[Change]) -> Finding | None:
    changed: Finding | None = finding
    for change in changes:
        changed = APPLY[change.what](changed, change.value) if changed and change.what in APPLY else changed
    return changed


def split(name: str) -> tuple[str, int]:
    """slow_reply@3 is (slow_reply, 3)."""
    rule, _, version = name.partition("@")
    return rule, int(version) if version.isdecimal() else 1
