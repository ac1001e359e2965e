"""What people decided about a rule after it was written: part of the policy, applied to what screening finds."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from rules.model import Finding, Severity

LEVELS = {severity.level: severity for severity in Severity}
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


def _severity(finding: Finding, value: str) -> Finding | None:
    return replace(finding, severity=LEVELS[value])


# Another kind of change is one more line: what becomes of a finding of that rule; None when it is none any more.
Apply = Callable[[Finding, str], Finding | None]
APPLY: Mapping[str, Apply] = {SEVERITY: _severity}


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
