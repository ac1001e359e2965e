"""Intervals that hold what they state (90 %): for shares, means, quantiles and ratios; None where data cannot tell."""

from collections.abc import Sequence
from functools import lru_cache
from math import cbrt, comb, cos, exp, floor, pi, sqrt, tan
from statistics import NormalDist

LEVEL = 0.9
EXACT = 400  # up to so many values the ranks of a quantile are counted exactly
Interval = tuple[float, float]


def share(good: float, n: int, level: float = LEVEL) -> Interval | None:
    """Wilson, E. B. (1927), "Probable inference": good from small n on, and never outside 0..1."""
    if n == 0:
        return None
    z = NormalDist().inv_cdf((1 + level) / 2)
    p, z2 = good / n, z * z
    middle, half = p + z2 / (2 * n), z * sqrt(p * (1 - p) / n + z2 / (4 * n * n))
    low = 0.0 if good == 0 else (middle - half) / (1 + z2 / n)
    return low, 1.0 if good == n else (middle + half) / (1 + z2 / n)


def count(n: int, level: float = LEVEL) -> Interval:
    """How many there might as well have been (Poisson, on the square root scale, and never too narrow)."""
    half = NormalDist().inv_cdf((1 + level) / 2) / 2
    return max(0.0, sqrt(n) - half) ** 2, (sqrt(n + 1) + half) ** 2


def mean(values: Sequence[float], level: float = LEVEL) -> Interval | None:
    """Student's t with Hall's (1992) transformation, because waits and amounts are skewed: long ones are few."""
    n = len(values)
    if n < 2:
        return None
    middle = sum(values) / n
    second, third = (sum((v - middle) ** power for v in values) / n for power in (2, 3))
    return from_moments(n, middle, second, third, level)


def from_moments(n: int, middle: float, second: float, third: float, level: float = LEVEL) -> Interval | None:
    """The same from the central moments, so that days can be added up."""
    if n < 2 or second <= 0:
        return None
    t = t_quantile((1 + level) / 2, n - 1)
    skew = third / second**1.5 / sqrt(n) if n > 2 else 0.0
    error = sqrt(second / (n - 1))
    return middle - error * _unskewed(t, skew), middle - error * _unskewed(-t, skew)


def _unskewed(t: float, a: float) -> float:
    shifted = t - a / 6
    return shifted if abs(a) < 1e-9 else 3 / a * (cbrt(1 + a * shifted) - 1)


def quantile(values: Sequence[float], q: float) -> float:
    """Linear between neighbours (type 7 of Hyndman and Fan, 1996), as spreadsheets and numpy do; `values` sorted."""
    place = (len(values) - 1) * q
    below = floor(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def around_quantile(values: Sequence[float], q: float, level: float = LEVEL) -> Interval | None:
    """Order statistics, interpolated between two ranks (Hettmansperger and Sheather, 1986; Nyblom, 1992).

    `values` sorted. None with fewer values than any two ranks need: 5 for a median, 29 for a p90.
    """
    n, tail = len(values), (1 - level) / 2
    low, high = lower_rank(n, q, tail), lower_rank(n, 1 - q, tail)
    if low is None or high is None:
        return None
    return _at_rank(values, low), _at_rank(values, n + 1 - high)


@lru_cache(maxsize=4096)
def lower_rank(n: int, q: float, tail: float) -> float | None:
    """The rank, with its fraction, below which the quantile lies with probability `tail`."""
    if n > EXACT:
        return n * q + 0.5 + NormalDist().inv_cdf(tail) * sqrt(n * q * (1 - q))
    below = 0.0  # P(fewer than `rank` values lie below the quantile)
    for rank in range(1, n + 1):
        term = comb(n, rank - 1) * q ** (rank - 1) * (1 - q) ** (n - rank + 1)
        if below + term > tail:
            return None if rank == 1 else _between(rank - 1, (tail, below, below + term), q, n)
        below += term
    return None


def _between(rank: int, chances: tuple[float, float, float], q: float, n: int) -> float:
    """Nyblom's interpolation between this rank and the next, exact enough for any smooth distribution."""
    tail, here, beyond = chances
    share_ = (tail - here) / (beyond - here)
    weight = 1 + rank * (1 - q) * (beyond - tail) / ((n - rank) * q * (tail - here)) if share_ > 0 else 0.0
    return rank + (1 / weight if weight else 0.0)


def _at_rank(values: Sequence[float], rank: float) -> float:
    rank = min(max(rank, 1.0), float(len(values)))
    return quantile(values, (rank - 1) / (len(values) - 1)) if len(values) > 1 else values[0]


def ratio(pairs: Sequence[tuple[float, float]], level: float = LEVEL) -> Interval | None:
    """Of two sums over conversations: linearised (Cochran, Sampling Techniques, 3rd ed., 6.4), with Student's t."""
    return ratio_from_sums(len(pairs), sum(x for x, _ in pairs), sum(y for _, y in pairs), squares_of(pairs), level)


def squares_of(pairs: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """The sums of xx, xy and yy."""
    return sum(x * x for x, _ in pairs), sum(x * y for x, y in pairs), sum(y * y for _, y in pairs)


def ratio_from_sums(
    n: int, above: float, below: float, squares: tuple[float, float, float], level: float = LEVEL
) -> Interval | None:
    """The same from sums, so that days can be added up."""
    if n < 2 or below <= 0:
        return None
    value, (xx, xy, yy) = above / below, squares
    spread = max(0.0, xx - 2 * value * xy + value * value * yy) / (n - 1)
    half = t_quantile((1 + level) / 2, n - 1) * sqrt(n * spread) / below
    return max(0.0, value - half), value + half


@lru_cache(maxsize=4096)
def t_quantile(p: float, df: int) -> float:
    """Student's t, one-sided p > 0.5; Hill (1970), Algorithm 396."""
    two = 2 * (1 - p)
    if df == 1:
        return cos(two * pi / 2) / (tan(two * pi / 2) * cos(two * pi / 2))
    if df == 2:
        return sqrt(2 / (two * (2 - two)) - 2)
    a = 1 / (df - 0.5)
    b = 48 / a**2
    c = ((20700 * a / b - 98) * a - 16) * a + 96.36
    d = ((94.5 / (b + c) - 3) / b + 1) * sqrt(a * pi / 2) * df
    y = (d * two) ** (2 / df)
    if y > 0.05 + a:
        return sqrt(df * _expm1(_far(NormalDist().inv_cdf(p), df, (a, b, c, d))))
    y = ((1 / (((df + 6) / (df * y) - 0.089 * d - 0.822) * (df + 2) * 3) + 0.5 / (df + 4)) * y - 1) * (df + 1) / (
        df + 2
    ) + 1 / y
    return sqrt(df * y)


def _far(x: float, df: int, terms: tuple[float, float, float, float]) -> float:
    a, b, c, d = terms
    y = x * x
    if df < 5:
        c += 0.3 * (df - 4.5) * (x + 0.6)
    c += (((0.05 * d * x - 5) * x - 7) * x - 2) * x + b
    y = (((((0.4 * y + 6.3) * y + 36) * y + 94.5) / c - y - 3) / b + 1) * x
    return a * y * y


def _expm1(x: float) -> float:
    return exp(x) - 1 if x > 0.002 else 0.5 * x * x + x
