"""One thing counted, and how several about the same unit become one."""

from collections.abc import Callable, Hashable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

NEVER = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Point:
    unit: Hashable  # points of one unit are folded into one
    agents: tuple[str, ...]  # to whom it counts; the total has every point
    value: float | None  # None: pending, left out until it is known
    conversation: str
    at: datetime | None  # when it began: decides the day it counts for
    beside: float = 0.0  # what a ratio is divided by


Fold = Callable[[list[Point]], tuple[float | None, float]]


def worst(points: list[Point]) -> tuple[float | None, float]:
    """One bad makes it bad; one that is still pending keeps it pending."""
    values = [p.value for p in points]
    known = [v for v in values if v is not None]
    if known and (min(known) == 0 or len(known) == len(values)):
        return min(known), 0.0
    return None, 0.0


def best(points: list[Point]) -> tuple[float | None, float]:
    return max((p.value for p in points if p.value is not None), default=None), 0.0


def latest(points: list[Point]) -> tuple[float | None, float]:
    return max(points, key=lambda p: (p.at or NEVER, p.conversation)).value, 0.0


def added(points: list[Point]) -> tuple[float | None, float]:
    known = [p for p in points if p.value is not None]
    if not known:
        return None, 0.0
    return sum(p.value or 0.0 for p in known), sum(p.beside for p in known)


def folded(points: Iterable[Point], fold: Fold) -> list[tuple[float | None, float, list[Point]]]:
    """Value, divisor and points of each unit, in the order of the points."""
    units: dict[Hashable, list[Point]] = {}
    for point in points:
        units.setdefault(point.unit, []).append(point)
    return [(*fold(told), told) if len(told) > 1 else (told[0].value, told[0].beside, told) for told in units.values()]


def shown(counted: list[Point], value: float) -> Point:
    """Of the points of one unit the one that stands for it: the latest of those that made it what it is."""
    alike = [p for p in counted if p.value == value]
    return max(alike or counted, key=lambda p: (p.at or NEVER, p.conversation))
