"""Portraits: what somebody is good at, compared with colleagues on the same kinds of cases, with what chance may do.

Only what colleagues do not explain by the kinds of their cases is somebody's own (rules.case_mix), and it is shrunk
(rules.shrinkage).
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, sqrt

import numpy as np

from rules import case_mix, shrinkage
from rules.metrics.blocks import Table, table_of_one
from rules.metrics.cells import MEASURED, Measured, Sums, added
from rules.shrinkage import Estimate, Interval, Rates, Times
from rules.spans import Span

ENOUGH = 20  # conversations; below that 样本少
SURE = 0.9  # a chance of being above the middle that is called a strength; below 1 - SURE it is worth practising
MOST = 3  # strengths told


@dataclass(frozen=True, slots=True)
class Standing:
    """One measure of one person among colleagues; times are seconds again."""

    measure: Measured
    value: float  # after case mix and shrinking
    interval: Interval
    plain: float  # as it is in the data
    middle: float  # of the group
    chance: float  # of being better than the group's middle
    n: int
    reason: str = ""  # "": all contact reasons together

    @property
    def enough(self) -> bool:
        return self.n >= ENOUGH

    @property
    def strong(self) -> bool:
        return self.enough and self.chance >= SURE

    @property
    def weak(self) -> bool:
        return self.enough and self.chance <= 1 - SURE


def standings(table: Table, person: str) -> list[Standing]:
    """Every measure of which something is known about them."""
    return [s for m in MEASURED.values() if (s := _fit(table, m).of(person)) is not None]


def reasons(table: Table, person: str) -> list[Standing]:
    """By contact reason, where there is enough to tell; the most telling first."""
    found: list[Standing] = []
    mine = table.cells(person)
    for m in MEASURED.values():
        sums = mine.get(m.name, {})
        for reason in sorted({key.partition("/")[0] for key in sums}):
            enough = sum(one[0] for one in _about(sums, reason).values()) >= ENOUGH
            if enough and (standing := _fit(table, m, reason).of(person)) is not None:
                found.append(standing)
    return sorted(found, key=lambda s: -abs(s.chance - 0.5))


def one(table: Table, m: Measured, reason: str, person: str) -> Standing | None:
    return _fit(table, m, reason).of(person)


def strengths(found: Sequence[Standing]) -> list[Standing]:
    strong = sorted((s for s in found if s.strong), key=lambda s: (s.reason != "", -s.chance))
    return _one_each(strong)[:MOST]


def to_practise(found: Sequence[Standing]) -> list[Standing]:
    """Where practice would help most; at most two, nobody can work on more at a time."""
    weak = sorted((s for s in found if s.weak), key=lambda s: (s.reason == "", s.chance))
    return _one_each(weak)[:2]


def _one_each(found: Iterable[Standing]) -> list[Standing]:
    """A measure is told once: as a strength rather as a whole, to practise rather where it happens."""
    return list({s.measure.name: s for s in reversed([*found])}.values())[::-1]


def among(m: Measured, group: Mapping[str, Sums], only: Collection[str] | None = None) -> dict[str, Standing]:
    """Everybody in the group by this measure, or only some."""
    return everybody(table_of_one(m.name, group), m, only)


def everybody(
    table: Table, m: Measured, only: Collection[str] | None = None, intervals: bool = True
) -> dict[str, Standing]:
    """By name; intervals take a while, and can be left open."""
    fit = _fit(table, m)
    wanted = [who for who in fit.people if only is None or who in only]
    return {who: s for who in wanted if (s := fit.of(who, intervals)) is not None}


@dataclass(frozen=True, slots=True)
class Fit:
    """What all of a group say about one measure, before anybody is asked about."""

    measure: Measured
    reason: str
    people: Mapping[str, int]  # of whom something is known
    plain: Sequence[float]
    shrunk: Rates | Times
    standings: dict[tuple[str, bool], Standing] = field(default_factory=dict)  # worked out so far

    def of(self, person: str, intervals: bool = True) -> Standing | None:
        place, key = self.people.get(person), (person, intervals)
        if place is not None and key not in self.standings:
            self.standings[key] = _standing(self, place, self.shrunk.estimate(place, intervals))
        return self.standings.get(key)


def _fit(table: Table, m: Measured, reason: str = "") -> Fit:
    known = table.fits.get((m.name, reason))
    if known is None:
        known = table.fits[m.name, reason] = _fitted(table, m, reason)
    fit: Fit = known
    return fit


def _fitted(table: Table, m: Measured, reason: str) -> Fit:
    sums = table.of(m.name, reason)
    some = np.flatnonzero(sums[:, :, 0].sum(axis=1))
    people = {table.people[place]: i for i, place in enumerate(some)}
    sums = sums[some]
    n, adjusted, plain = case_mix.everybody(sums, time=m.time)
    shrunk = shrinkage.times(n, adjusted, case_mix.within(sums)) if m.time else shrinkage.rates(n, n * adjusted)
    return Fit(m, reason, people, plain.tolist(), shrunk)


def _standing(fit: Fit, place: int, e: Estimate) -> Standing:
    m, plain, middle = fit.measure, fit.plain[place], fit.shrunk.middle
    chance = e.above if m.better > 0 else 1 - e.above
    if m.time:
        interval = exp(e.interval[0]), exp(e.interval[1])
        return Standing(m, exp(e.value), interval, exp(plain), exp(middle), chance, round(e.n), fit.reason)
    return Standing(m, e.value, e.interval, plain, middle, chance, round(e.n), fit.reason)


def _about(sums: Sums, reason: str) -> Sums:
    return {key: one for key, one in sums.items() if key.partition("/")[0] == reason}


def together(group: Iterable[Sums]) -> Sums:
    """The cells of a group, of one measure."""
    return added({"": sums} for sums in group).get("", {})


# How a measure goes from week to week.


@dataclass(frozen=True, slots=True)
class Week:
    label: str  # 11-16: its Monday
    value: float | None  # after case mix; None: nothing to count
    interval: Interval | None
    n: int


@dataclass(frozen=True, slots=True)
class Trend:
    measure: Measured
    weeks: tuple[Week, ...]
    word: str  # 确有变化 | 正常波动 | 样本少
    better: bool  # of a change that is real
    n: int

    @property
    def arrow(self) -> str:
        """↑ means better, whichever way the number goes."""
        return "" if self.word != CHANGED else "↑" if self.better else "↓"


CHANGED, USUAL, FEW = "确有变化", "正常波动", "样本少"
WEEKS = 3  # with something to count, at least
Z = 1.6449  # two-sided 90 %
REAL = 2.394  # the same for six measures together: by chance, one card in ten shows a change
OVER = 1.0  # chi-square by its degrees of freedom: weeks differ at least as much as chance makes them


def trend(m: Measured, weeks: Sequence[tuple[str, Sums]], cells: Mapping[str, Sequence[float]]) -> Trend:
    """The slope over the weeks (weighted least squares; errors widened by what the weeks scatter around the line)."""
    told = [(label, _weekly(m, sums, cells)) for label, sums in weeks]
    drawn = tuple(_week(m, label, one) for label, one in told)
    points = [(float(i), one[1], one[2]) for i, (_, one) in enumerate(told) if one is not None]
    n = sum(week.n for week in drawn)
    if n < ENOUGH or len(points) < WEEKS:
        return Trend(m, drawn, FEW, False, n)
    slope, error = _slope(points)
    real = abs(slope) > REAL * error
    return Trend(m, drawn, CHANGED if real else USUAL, real and slope * m.better > 0, n)


def change(m: Measured, now: Sums, before: Sums, cells: Mapping[str, Sequence[float]]) -> tuple[str, bool]:
    """(word, better) of one span against another, each after its case mix."""
    a, b = _weekly(m, now, cells), _weekly(m, before, cells)
    if a is None or b is None or min(a[0], b[0]) < ENOUGH:
        return FEW, False
    apart = a[1] - b[1]
    real = abs(apart) > REAL * sqrt(a[2] + b[2])
    return CHANGED if real else USUAL, real and apart * m.better > 0


def _weekly(m: Measured, mine: Sums, cells: Mapping[str, Sequence[float]]) -> tuple[float, float, float] | None:
    """(n, mean after case mix, its variance); kinds of cases that the group does not know are left out."""
    mine = {key: one for key, one in mine.items() if key in cells and one[0]}
    if not mine:
        return None
    n, value, _ = case_mix.one(m, mine, cells)
    if m.time:
        return n, value, case_mix.within_cells(cells) / n
    share = (value * n + 1) / (n + 2)  # a week without a fault is not without doubt
    return n, value, share * (1 - share) / n


def _week(m: Measured, label: str, told: tuple[float, float, float] | None) -> Week:
    if told is None:
        return Week(label, None, None, 0)
    n, value, half = told[0], told[1], Z * sqrt(told[2])
    if m.time:
        return Week(label, exp(value), (exp(value - half), exp(value + half)), round(n))
    return Week(label, value, (max(0.0, value - half), min(1.0, value + half)), round(n))


def _slope(points: Sequence[tuple[float, float, float]]) -> tuple[float, float]:
    weights = [1 / variance for _, _, variance in points]
    total = sum(weights)
    mx = sum(w * x for w, (x, _, _) in zip(weights, points, strict=True)) / total
    my = sum(w * y for w, (_, y, _) in zip(weights, points, strict=True)) / total
    spread = sum(w * (x - mx) ** 2 for w, (x, _, _) in zip(weights, points, strict=True))
    slope = sum(w * (x - mx) * (y - my) for w, (x, y, _) in zip(weights, points, strict=True)) / spread
    left = sum(w * (y - my - slope * (x - mx)) ** 2 for w, (x, y, _) in zip(weights, points, strict=True))
    freedom = len(points) - 2
    return slope, sqrt(max(OVER, left / freedom if freedom > 0 else OVER) / spread)


@dataclass(frozen=True, slots=True)
class Change:
    """A measure now, against as many days before."""

    standing: Standing
    word: str
    better: bool

    @property
    def arrow(self) -> str:
        return "" if self.word != CHANGED else "↑" if self.better else "↓"


@dataclass(frozen=True, slots=True)
class Portrait:
    name: str
    span: Span
    n: int  # conversations
    colleagues: int  # with whom they are compared, without themselves; of a team, all
    changes: tuple[Change, ...]
    reasons: tuple[Standing, ...]
    trends: tuple[Trend, ...]
    mix: tuple[tuple[str, int], ...]  # conversations by contact reason, most first
    hard: int  # of these with difficulty
    left_out: int

    @property
    def told(self) -> tuple[Standing, ...]:
        return (*(c.standing for c in self.changes), *self.reasons)

    @property
    def strengths(self) -> list[Standing]:
        return strengths(self.told)

    @property
    def to_practise(self) -> list[Standing]:
        return to_practise(self.told)
