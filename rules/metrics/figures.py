"""Figures: a value with its n, its interval, its definition's version, and the conversations it came from."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.metrics import intervals
from rules.metrics.definition import Definition, Options, Pack
from rules.metrics.intervals import Interval
from rules.metrics.measures import MEASURES
from rules.metrics.point import Fold, Point, folded
from rules.metrics.scene import Scene


@dataclass(frozen=True, slots=True)
class Figure:
    name: str  # wangwang.mean_reply
    agent: str | None  # a sub-account; None: all together
    value: float | None  # None: nothing to count
    n: int  # of what was counted: turns, sessions, ratings, …
    interval: Interval | None  # 90 %; None: too little to tell
    version: str  # of the definition
    conversations: tuple[str, ...]  # that were counted
    pending: int = 0  # not known yet, and left out


def compute(scene: Scene, pack: Pack) -> Iterator[Figure]:
    """Every figure of the pack: the total, then each agent who has one."""
    counted: dict[tuple[str, Options], list[Point]] = {}
    for definition in pack.definitions:
        measure, fold = MEASURES[definition.measure]
        key = (definition.measure, definition.options)
        if key not in counted:
            counted[key] = [*measure(scene, definition.options)]
        yield from _each(definition, counted[key], fold)


def _each(definition: Definition, points: Sequence[Point], fold: Fold) -> Iterator[Figure]:
    yield figure(definition, None, points, fold)
    agents: dict[str, list[Point]] = {}
    for point in points:
        for agent in point.agents:
            agents.setdefault(agent, []).append(point)
    for agent in sorted(agents):
        yield figure(definition, agent, agents[agent], fold)


def figure(definition: Definition, agent: str | None, points: Iterable[Point], fold: Fold) -> Figure:
    units = folded(points, fold)
    known = [(value, beside) for value, beside, _ in units if value is not None]
    value, interval = STATISTICS[definition.statistic](known) if known else (None, None)
    ids = {p.conversation for value, _, counted in units if value is not None for p in counted}
    return Figure(
        definition.name, agent, value, len(known), interval, definition.version, tuple(sorted(ids)),
        len(units) - len(known),
    )  # fmt: skip


Known = Sequence[tuple[float, float]]  # value and, for ratios, what it is divided by
Told = tuple[float | None, Interval | None]


def _rate(known: Known) -> Told:
    good = sum(value for value, _ in known)
    return good / len(known), intervals.share(good, len(known))


def _mean(known: Known) -> Told:
    values = [value for value, _ in known]
    found = intervals.mean(values)
    return sum(values) / len(values), found and (max(0.0, found[0]), found[1])  # no wait or amount is below 0


def _quantile(q: float) -> Callable[[Known], Told]:
    def told(known: Known) -> Told:
        values = sorted(value for value, _ in known)
        return intervals.quantile(values, q), intervals.around_quantile(values, q)

    return told


def _ratio(known: Known) -> Told:
    below = sum(beside for _, beside in known)
    return (sum(value for value, _ in known) / below, intervals.ratio(known)) if below else (None, None)


STATISTICS: Mapping[str, Callable[[Known], Told]] = {
    "rate": _rate,
    "mean": _mean,
    "median": _quantile(0.5),
    "p90": _quantile(0.9),
    "ratio": _ratio,
}
