"""What a morning briefing may say of yesterday: whether a figure really moved, and which questions are on the rise."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import sqrt

CHANGED, USUAL, FEW = "确有变化", "正常波动", "样本少"
ENOUGH = 20  # of what was counted, on both sides
MANY = 5  # conversations on one day, for a rise to be worth a word
RISEN = 3.0  # standard errors above what the days before let expect: with forty questions, once in twenty briefings
SEVERAL, HANDS = 3, 2  # a pattern is told from so many conversations of so many colleagues: it is nobody's

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Shown:
    """One figure of a day."""

    value: float | None
    n: int
    span: Span | None  # 90 %


def moved(now: Shown, before: Shown) -> str:
    """Intervals that do not touch are a change."""
    if now.value is None or before.value is None or min(now.n, before.n) < ENOUGH or not now.span or not before.span:
        return FEW
    apart = now.span[0] > before.span[1] or now.span[1] < before.span[0]
    return CHANGED if apart else USUAL


@dataclass(frozen=True, slots=True)
class Rise:
    reason: str
    n: int
    usual: float  # a day, in the days before


def rising(now: Mapping[str, int], before: Iterable[Mapping[str, int]]) -> list[Rise]:
    """Contact reasons that came more often than chance explains (Poisson, on the square root scale)."""
    days = [day for day in before if day]
    found = []
    for reason, n in now.items():
        usual = sum(day.get(reason, 0) for day in days) / len(days) if days else 0.0
        error = 0.5 * sqrt(1 + 1 / len(days)) if days else 0.5
        if days and n >= MANY and sqrt(n) - sqrt(usual) > RISEN * error:
            found.append(Rise(reason, n, usual))
    return sorted(found, key=lambda rise: rise.usual - rise.n)
