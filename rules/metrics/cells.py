"""A day of one account by contact reason and difficulty, in sums that can be added up, with its conversations."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from math import log
from typing import Any

from rules.metrics.definition import Options
from rules.metrics.measures import MEASURES
from rules.metrics.point import Point, best, folded, shown
from rules.metrics.scene import Scene

Sums = dict[str, list[float]]  # by "reason/difficulty"
Cells = dict[str, Sums]  # by measure: [n, good] of a rate, [n, sum, sum of squares] of the logarithms of a time
Trail = list[list[Any]]  # [conversation, reason, difficulty, {measure: value}]


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure of a portrait; its definition is that of the generic pack."""

    name: str
    title: str
    figure: str  # of the generic pack, whose words explain it
    time: bool  # seconds, whose logarithms are compared; else a rate
    better: int  # 1: more is better; -1: less is
    measure: str = ""  # of rules.metrics.measures; "": it is told apart from these, as `calm` is
    options: Options = field(default_factory=Options)


MEASURED: Mapping[str, Measured] = {
    m.name: m
    for m in (
        Measured("first_reply", "首响", "first_reply", True, -1, "first_reply", Options(clock="handover")),
        Measured("resolution", "解决时长", "resolution_time", True, -1, "resolved"),
        Measured("solved", "一次解决", "first_contact_resolution", False, 1, "solved_first"),
        Measured("csat", "满意度", "csat", False, 1, "satisfied"),
        Measured("transfer", "转接率", "transfer_rate", False, -1, "transferred"),
        Measured("calm", "平稳率", "", False, 1),
    )
}
CALM = "没有橙色或红色提醒的会话 ÷ 接待的会话；有人确认过的提醒才算，共评里证明可靠的规则除外"
SHOP = "~"  # before a shop's name, where an account's stands
SHORTEST = 1.0  # second: no wait is so short that its logarithm outweighs others


@dataclass(frozen=True, slots=True)
class Label:
    """What a portrait must know of a conversation beside its facts."""

    reason: str
    difficulty: str
    counts: bool = True  # abuse and malice do not count
    calm: bool = True  # nobody had to be called, by what stands after review


@dataclass(slots=True)
class Account:
    cells: Cells
    trail: Trail
    left_out: int = 0


Labels = Callable[[str], Label]


def daily(scene: Scene, labels: Labels, day: date) -> dict[str, Account]:
    """What began on this day, by agent and by "~shop"; whoever is not named is nobody's portrait."""
    begins, ends = (datetime.combine(d, time(), scene.zone) for d in (day, day + timedelta(days=1)))
    told: dict[str, dict[str, dict[str, float]]] = {}  # agent -> conversation -> measure -> value
    for name, agent, conversation, value in _points(scene, labels, begins, ends):
        told.setdefault(agent, {}).setdefault(conversation, {})[name] = value
    return {agent: account_of(mine, labels) for agent, mine in told.items()}


def _points(scene: Scene, labels: Labels, begins: datetime, ends: datetime) -> Iterator[tuple[str, str, str, float]]:
    """(measure, agent, conversation, value); what is about one unit is one, as in the figures."""
    shops = {f.conversation: (f"{SHOP}{f.shop}",) for f in scene.facts if f.shop}
    for m in MEASURED.values():
        points, fold = MEASURES[m.measure] if m.measure else (partial(_calm, labels), best)
        mine: dict[str, list[Point]] = {}
        for p in points(scene, m.options):
            if p.at is not None and begins <= p.at < ends:
                for who in (*p.agents, *shops.get(p.conversation, ())):
                    mine.setdefault(who, []).append(p)
        for agent, told in mine.items():
            for value, _, counted in folded(told, fold):
                if value is not None:
                    yield m.name, agent, shown(counted, value).conversation, value


def _calm(labels: Labels, scene: Scene, o: Options) -> Iterator[Point]:
    for f in scene.served():
        if agents := tuple(dict.fromkeys((*f.held, *(a for a, _ in f.said if a)))):
            yield Point(f.conversation, agents, float(labels(f.conversation).calm), f.conversation, f.began)


def account_of(mine: Mapping[str, Mapping[str, float]], labels: Labels) -> Account:
    account = Account({}, [])
    for conversation, values in sorted(mine.items()):
        label = labels(conversation)
        if not label.counts:
            account.left_out += 1
            continue
        account.trail.append(
            [conversation, label.reason, label.difficulty, {name: round(v, 3) for name, v in values.items()}]
        )
        for name, value in values.items():
            _add(account.cells.setdefault(name, {}), f"{label.reason}/{label.difficulty}", _sums(name, value))
    return account


def both(one: Account, other: Account) -> Account:
    """A shop that is served from two helpdesks."""
    return Account(added([one.cells, other.cells]), one.trail + other.trail, one.left_out + other.left_out)


def _sums(name: str, value: float) -> list[float]:
    if not MEASURED[name].time:
        return [1, value]
    told = log(max(value, SHORTEST))
    return [1, round(told, 5), round(told * told, 5)]


def _add(into: Sums, key: str, more: list[float]) -> None:
    """In place, because months of a team are a hundred thousand of these."""
    known = into.get(key)
    if known is None:
        into[key] = [*more]
        return
    known[0] += more[0]
    known[1] += more[1]
    if len(known) > 2:
        known[2] += more[2]


def added(days: Iterable[Cells]) -> Cells:
    """Several days or accounts put together."""
    found: Cells = {}
    for cells in days:
        for name, sums in cells.items():
            if (into := found.get(name)) is None:
                found[name] = {key: [*one] for key, one in sums.items()}
                continue
            for key, one in sums.items():
                _add(into, key, one)
    return found
