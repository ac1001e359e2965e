"""A day of one account in so few numbers that years can be added up: what every figure of a pack is made from."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from typing import Any

from rules.metrics.definition import Definition, Options, Pack
from rules.metrics.figures import STATISTICS, Figure
from rules.metrics.intervals import ratio_from_sums, share, squares_of
from rules.metrics.measures import MEASURES
from rules.metrics.point import Fold, Point, folded
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


Group = tuple[str, Options, str]  # measure, options, and what is kept: rate, ratio or values


def groups(pack: Pack) -> Mapping[Group, str]:
    """Figures that are made of the same points share a tally, named after the first of them."""
    found: dict[Group, str] = {}
    for d in pack.definitions:
        found.setdefault(_group(d), d.name.rpartition(".")[2])
    return found


def daily(scene: Scene, packs: Iterable[Pack], day: date) -> list[dict[str | None, Tallies]]:
    """What began on this day, pack by pack, by agent; None is the total. Packs that count alike count once."""
    begins, ends = (datetime.combine(d, time(), scene.zone) for d in (day, day + timedelta(days=1)))
    counted: dict[Group, dict[str | None, Json]] = {}
    found = []
    for pack in packs:
        tallies: dict[str | None, Tallies] = {}
        for group, key in groups(pack).items():
            if group not in counted:
                counted[group] = _counted(scene, group, begins, ends)
            for agent, told in counted[group].items():
                tallies.setdefault(agent, {})[key] = told
        found.append(tallies)
    return found


def _counted(scene: Scene, group: Group, begins: datetime, ends: datetime) -> dict[str | None, Json]:
    measure, options, kept = group
    points, fold = MEASURES[measure]
    mine: dict[str | None, list[Point]] = {}
    everybody = [p for p in points(scene, options) if p.at is not None and begins <= p.at < ends]
    for point in everybody:
        for agent in point.agents:
            mine.setdefault(agent, []).append(point)
    return {agent: _told(told, fold, kept) for agent, told in ({None: everybody} | mine).items() if told}


def _group(d: Definition) -> Group:
    """Shares within N seconds are read off the waits, where an unanswered turn is no more than pending."""
    if d.options.unanswered == "pending" and d.measure in ("reply", "first_reply") and d.options.per != "person_day":
        return d.measure, replace(d.options, within=0), "values"
    return d.measure, d.options, d.statistic if d.statistic in ("rate", "ratio") else "values"


def figures(
    told: Iterable[Tallies], pack: Pack, agent: str | None = None, only: Collection[str] = ()
) -> Iterator[Figure]:
    """Every figure of the pack, or `only` these, from the days given; its conversations are looked up elsewhere."""
    keys = groups(pack)
    asked = [(d, keys[_group(d)]) for d in pack.definitions if not only or d.name.rpartition(".")[2] in only]
    sums = {key: Tally() for _, key in asked}
    for tallies in told:
        for key in tallies.keys() & sums.keys():
            sums[key].add(tallies[key])
    for d, key in asked:
        tally = sums[key]
        value, interval = _value(d, tally) if tally.n else (None, None)
        yield Figure(d.name, agent, value, tally.n, interval, d.version, (), tally.pending)


def _told(points: list[Point], fold: Fold, kept: str) -> Json:
    units = folded(points, fold)
    known = [(value, beside) for value, beside, _ in units if value is not None]
    told: Json = {"p": len(units) - len(known)} if len(known) < len(units) else {}
    if kept == "values":
        counted = sorted(Counter(_plain(v) for v, _ in known).items())
        return told | {"v": [value if times == 1 else [value, times] for value, times in counted]}
    sums = [_plain(sum(v for v, _ in known))]
    if kept == "ratio":
        sums += [sum(b for _, b in known), *squares_of(known)]
    return told | {"c": [len(known), *sums]}


def _plain(value: float) -> float:
    """Short in JSON; milliseconds are as far as any source is exact."""
    return int(value) if value == int(value) else round(value, 3)


def _value(d: Definition, tally: Tally) -> tuple[float | None, tuple[float, float] | None]:
    if d.statistic == "rate":
        within = d.options.within
        good = sum(n for v, n in tally.values.items() if v <= within) if tally.values else tally.good
        return good / tally.n, share(good, tally.n)
    if d.statistic == "ratio":
        interval = ratio_from_sums(tally.n, tally.good, tally.below, tally.squares)
        return (tally.good / tally.below, interval) if tally.below else (None, None)
    return STATISTICS[d.statistic]([(value, 0.0) for value in tally.values.elements()])
