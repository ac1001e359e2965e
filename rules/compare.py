"""Two ways compared like with like: the difference of two shares over kinds of cases, and the sample still needed.

Mantel and Haenszel's risk difference with the variance of Sato (Biometrics 45, 1989), as in Greenland and Rothman,
Modern Epidemiology, 3rd ed., ch. 15. It says what goes together, not what causes what.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from math import ceil, sqrt
from statistics import NormalDist

from rules.metrics.cells import Sums

LEVEL = 0.9
POWER = 0.8
LEAST = 20  # on each side; below that nothing is said
WORTH = 0.05  # a difference that is worth knowing
REAL, USUAL, FEW = "确有差别", "看不出差别", "样本少"


@dataclass(frozen=True, slots=True)
class Compared:
    value: float  # the first share minus the second, kind by kind
    interval: tuple[float, float]  # 90 %
    shares: tuple[float, float]  # plain
    n: tuple[int, int]
    word: str
    needed: int  # more conversations on each side to see what there seems to be; 0: enough


def compare(one: Sums, other: Sums) -> Compared | None:
    """None when the two have no kind of case in common."""
    kinds = {
        key: (one[key][0], one[key][1], other[key][0], other[key][1])
        for key in one
        if key in other and one[key][0] and other[key][0]
    }
    weight = sum(n * m / (n + m) for n, _, m, _ in kinds.values())
    if not weight:
        return None
    value = sum((a * m - b * n) / (n + m) for n, a, m, b in kinds.values()) / weight
    error = sqrt(_variance(kinds, value, weight))
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * error
    n = round(sum(k[0] for k in kinds.values())), round(sum(k[2] for k in kinds.values()))
    shares = sum(k[1] for k in kinds.values()) / n[0], sum(k[3] for k in kinds.values()) / n[1]
    interval = max(-1.0, value - half), min(1.0, value + half)
    real = interval[0] > 0 or interval[1] < 0
    word = FEW if min(n) < LEAST else REAL if real else USUAL
    return Compared(
        value, interval, shares, n, word, 0 if word == REAL else max(0, max(LEAST, needed(*shares)) - min(n))
    )


def _variance(kinds: Mapping[str, tuple[float, float, float, float]], value: float, weight: float) -> float:
    """Sato's, with half a case where a side has none or only good ones, so that it is never nothing."""
    p = q = 0.0
    for n, a, m, b in kinds.values():
        total = n + m
        p += (n * n * b - m * m * a + n * m * (m - n) / 2) / (total * total)
        q += (a * (m - b) + b * (n - a)) / (2 * total)
    least = sum((n * m / (n + m)) ** 2 * (0.25 / (n + 1) ** 2 + 0.25 / (m + 1) ** 2) for n, _, m, _ in kinds.values())
    return max(value * p + q, least) / (weight * weight)


def needed(one: float, other: float) -> int:
    """How many on each side to see this difference, or the least that is worth knowing, four times out of five."""
    normal = NormalDist()
    z = normal.inv_cdf((1 + LEVEL) / 2) + normal.inv_cdf(POWER)
    apart = max(abs(one - other), WORTH)
    spread = max(one * (1 - one) + other * (1 - other), 0.02)
    return ceil(z * z * spread / (apart * apart))
