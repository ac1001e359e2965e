"""The precision ledger: what became of what each rule raised, and whether it should speak more quietly."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import sqrt
from statistics import median

from rules.changes import LEVELS, SEVERITY, Change, split
from rules.model import Kind, Severity
from rules.policy import Policy

Z = 1.96  # of an interval that holds the truth 95 times in 100
QUIETER = {Severity.RED: Severity.YELLOW, Severity.ORANGE: Severity.YELLOW, Severity.YELLOW: Severity.NONE}
FINAL = ("", "false_alarm", "real", "overturned")  # of what was said of one matter, the last of these counts
BANDS = (0.0, 0.3, 0.5, 0.7, 0.85)  # of a score: from here on


@dataclass(frozen=True, slots=True)
class Raised:
    """One finding that called somebody (or was judged without), and what became of it."""

    rule: str  # slow_reply@3
    kind: Kind
    severity: Severity
    at: datetime
    matter: str = ""  # the alert or conversation it belongs to
    score: float = 0.0  # of the conversation, that of its kind
    verdict: str = ""  # real | false_alarm | overturned, by a person
    claimed_at: datetime | None = None
    closed_at: datetime | None = None
    closed_by: str = ""  # "": it ended by itself
    ended_at: datetime | None = None  # when the helpdesk called the conversation resolved, after `at`
    rated_at: datetime | None = None  # when the customer gave a low rating, after `at`

    @property
    def fate(self) -> str:
        """real | false_alarm | overturned, or "" while nobody has said; who claims and calls it no mistake agrees."""
        agreed = self.claimed_at is not None and self.closed_at is not None
        return self.verdict or ("real" if agreed else "")

    @property
    def late(self) -> bool:
        """Taken up after the conversation was over or rated low; or never, and then rated low."""
        taken = self.claimed_at or (self.closed_at if self.closed_by else None)
        over = min((at for at in (self.ended_at, self.rated_at) if at is not None), default=None)
        if taken is None:
            return self.rated_at is not None
        return over is not None and taken > over


@dataclass(frozen=True, slots=True)
class Tally:
    """What became of all that one rule, or one band of a score, raised."""

    name: str
    raised: int
    real: int
    false_alarm: int
    overturned: int
    late: int  # of all of them, right or wrong
    severity: Severity = Severity.NONE  # the loudest
    claim: timedelta | None = None  # median, of those that were claimed

    @property
    def judged(self) -> int:
        return self.real + self.false_alarm + self.overturned

    @property
    def precision(self) -> float | None:
        return self.real / self.judged if self.judged else None

    @property
    def interval(self) -> tuple[float, float]:
        return wilson(self.real, self.judged)


def wilson(hits: int, n: int) -> tuple[float, float]:
    """Where the true share lies; (0, 1) when nothing is known."""
    if not n:
        return 0.0, 1.0
    share, z2 = hits / n, Z * Z
    middle, spread = share + z2 / (2 * n), Z * sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    return max(0.0, (middle - spread) / (1 + z2 / n)), min(1.0, (middle + spread) / (1 + z2 / n))


def by_rule(raised: Iterable[Raised]) -> list[Tally]:
    """One tally for each rule and version, in the order of their names; what it said of one matter counts once."""
    units: dict[object, Raised] = {}
    for n, one in enumerate(sorted(raised, key=lambda one: (FINAL.index(one.verdict), one.severity))):
        units[one.rule, one.matter or n] = one
    return _tallies(units.values(), lambda one: one.rule)


def by_score(raised: Iterable[Raised]) -> list[Tally]:
    """One tally for each band of the scores; all that one alert was about is one thing raised."""
    matters = {(one.kind, one.matter): one for one in raised}
    return _tallies(matters.values(), lambda one: f"{one.kind.value} {max(b for b in BANDS if b <= one.score):g}")


def _tallies(raised: Iterable[Raised], key: Callable[[Raised], str]) -> list[Tally]:
    groups: dict[str, list[Raised]] = {}
    for one in raised:
        groups.setdefault(key(one), []).append(one)
    return [_tally(name, groups[name]) for name in sorted(groups)]


def _tally(name: str, raised: Sequence[Raised]) -> Tally:
    fates = [one.fate for one in raised]
    claims = [max(0.0, (one.claimed_at - one.at).total_seconds()) for one in raised if one.claimed_at]
    return Tally(
        name,
        len(raised),
        fates.count("real"),
        fates.count("false_alarm"),
        fates.count("overturned"),
        sum(one.late for one in raised),
        max(one.severity for one in raised),
        timedelta(seconds=median(claims)) if claims else None,
    )


def worst(tallies: Iterable[Tally]) -> list[Tally]:
    """Judged ones, those first that are surely bad."""
    judged = [tally for tally in tallies if tally.judged]
    return sorted(judged, key=lambda tally: (tally.interval[1], -tally.judged, tally.name))


def best(tallies: Iterable[Tally]) -> list[Tally]:
    """Judged ones, those first that are surely good."""
    judged = [tally for tally in tallies if tally.judged]
    return sorted(judged, key=lambda tally: (-tally.interval[0], -tally.judged, tally.name))


def demotions(
    raised: Iterable[Raised], decided: Mapping[str, datetime], changes: Sequence[Change], policy: Policy
) -> list[tuple[Change, Tally]]:
    """One step down for each rule that is surely less precise than the policy asks; few samples propose nothing.

    `decided`: when a demotion of a rule (by its name) was last decided: only what it raised since then counts.
    """
    fresh = [one for one in raised if one.rule not in decided or one.at > decided[one.rule]]
    tallies = [tally for tally in by_rule(fresh) if tally.judged >= policy.demote_after_n]
    bad = [tally for tally in tallies if tally.interval[1] < policy.demote_below]
    return [(change, tally) for tally in bad if (change := _quieter(tally, changes)) is not None]


def _quieter(tally: Tally, changes: Sequence[Change]) -> Change | None:
    now = tally.severity
    for change in changes:
        now = LEVELS[change.value] if change.name == tally.name and change.what == SEVERITY else now
    return Change(*split(tally.name), SEVERITY, QUIETER[now].level) if now in QUIETER else None
