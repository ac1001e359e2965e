"""A day of one account in so few numbers that years can be added up: what every figure of a pack is made from."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from rules.metrics.definition import Definition, Options, Pack
from rules.metrics.figures import STATISTICS, Figure
from rules.metrics.intervals import ratio_from_sums, share, squares_of
from rules.metrics.measures import MEASURES
from rules.metrics.point import Point, folded
from rules.metrics.scene import Scene

Json = dict[str, Any]
Tallies = dict[str, Json]  # by the first figure that uses them


@dataclass(slots=True)
class Tally:
    """Several days of one measure put together."""

    n: int = 0
    pending: int = 0
    good: float = 0.0  # of a rate; the upper sum of a ratio
    below: float = 0.0
    squares: tuple[float, float, float] = (0.0, 0.0, 0.0)
    values: Counter[float] = field(default_factory=Counter)

    def add(self, told: Json) -> None:
        self.pending += told.get("p", 0)
        for value in told.get("v", ()):
            one, times = value if isinstance(value, list) else (value, 1)
            self.values[one] += times
            self.n += times
        if counted := told.get("c"):
            self.n += counted[0]
            self.good += counted[1]
            self.below += counted[2] if len(counted) > 2 else 0.0
            xx, xy, yy = counted[3:] if len(counted) > 3 else (0.0, 0.0, 0.0)
            self.squares = (self.squares[0] + xx, self.squares[1] + xy, self.squares[2] + yy)


def groups(pack: Pack) -> Mapping[str, tuple[str, Options, str]]:
    """Figures that are made of the same points share a tally: its key, measure, options and statistic."""
    found: dict[tuple[str, Options], str] = {}
    for d in pack.definitions:
        found.setdefault((d.measure, d.options), _short(d))
    statistics = {_short(d): d.statistic for d in pack.definitions}
    return {key: (measure, options, statistics[key]) for (measure, options), key in found.items()}


def daily(scene: Scene, pack: Pack, day: date) -> dict[str | None, Tallies]:
    """What began on this day, by agent; None is the total."""
    found: dict[str | None, Tallies] = {}
    for key, (measure, options, statistic) in groups(pack).items():
        points, fold = MEASURES[measure]
        mine: dict[str | None, list[Point]] = {}
        for point in points(scene, options):
            if scene.day(point.at) == day:
                for agent in (None, *point.agents):
                    mine.setdefault(agent, []).append(point)
        for agent, counted in mine.items():
            units = folded(counted, fold)
            known = [(value, beside) for value, beside, _ in units if value is not None]
            found.setdefault(agent, {})[key] = _told(known, len(units) - len(known), statistic)
    return found


def figures(told: Iterable[Tallies], pack: Pack, agent: str | None = None) -> Iterator[Figure]:
    """Every figure of the pack from the days given; its conversations are looked up elsewhere."""
    sums: dict[str, Tally] = {}
    for tallies in told:
        for key, one in tallies.items():
            sums.setdefault(key, Tally()).add(one)
    keys = {(measure, options): key for key, (measure, options, _) in groups(pack).items()}
    for d in pack.definitions:
        tally = sums.get(keys[d.measure, d.options], Tally())
        value, interval = _value(d, tally) if tally.n else (None, None)
        yield Figure(d.name, agent, value, tally.n, interval, d.version, (), tally.pending)


def _short(d: Definition) -> str:
    return d.name.rpartition(".")[2]


def _told(known: list[tuple[float, float]], pending: int, statistic: str) -> Json:
    told: Json = {"p": pending} if pending else {}
    good, below = sum(v for v, _ in known), sum(b for _, b in known)
    if statistic == "rate":
        told["c"] = [len(known), good]
    elif statistic == "ratio":
        told["c"] = [len(known), good, below, *squares_of(known)]
    else:
        counted = sorted(Counter(_plain(v) for v, _ in known).items())
        told["v"] = [value if times == 1 else [value, times] for value, times in counted]
    return told


def _plain(value: float) -> float:
    """Short in JSON; milliseconds are as far as any source is exact."""
    return int(value) if value == int(value) else round(value, 3)


def _value(d: Definition, tally: Tally) -> tuple[float | None, tuple[float, float] | None]:
    if d.statistic == "rate":
        return tally.good / tally.n, share(tally.good, tally.n)
    if d.statistic == "ratio":
        interval = ratio_from_sums(tally.n, tally.good, tally.below, tally.squares)
        return (tally.good / tally.below, interval) if tally.below else (None, None)
    return STATISTICS[d.statistic]([(value, 0.0) for value in tally.values.elements()])
