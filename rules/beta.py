"""The beta distribution: its cumulative distribution, its quantiles, and its logarithm of many at once."""

from functools import lru_cache
from math import exp, inf, lgamma, log, log1p, sqrt, tau
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
HALF_LOG_TAU = 0.5 * log(tau)
TINY = 1e-300
EXACT = 1e-12
STEPS = 200


def log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def below(x: float, a: float, b: float) -> float:
    """P(X ≤ x): the regularised incomplete beta function, by its continued fraction (Lentz's method)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = exp(a * log(x) + b * log1p(-x) - log_beta(a, b))
    if x < (a + 1) / (a + b + 2):
        return front * _fraction(x, a, b) / a
    return 1 - front * _fraction(1 - x, b, a) / b


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _off_zero(1 - (a + b) * x / (a + 1))
    found = d
    for m in range(1, STEPS + 1):
        even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
        odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
        for term in (even, odd):
            d = 1 / _off_zero(1 + term * d)
            c = _off_zero(1 + term / c)
            found *= c * d
        if abs(c * d - 1) < EXACT:
            break
    return found


def _off_zero(value: float) -> float:
    return value if abs(value) > TINY else TINY


@lru_cache(maxsize=4096)
def quantile(p: float, a: float, b: float) -> float:
    """The x with P(X ≤ x) = p; Newton's steps, kept inside an interval that halves."""
    low, high = 0.0, 1.0
    mean = a / (a + b)
    x = mean + NormalDist().inv_cdf(p) * sqrt(mean * (1 - mean) / (a + b + 1))
    for _ in range(60):
        x = x if low < x < high else (low + high) / 2
        miss = below(x, a, b) - p
        low, high = (low, x) if miss > 0 else (x, high)
        if abs(miss) < 1e-10 or high - low < 1e-12:
            break
        slope = (a - 1) * log(x) + (b - 1) * log1p(-x) - log_beta(a, b)
        x = x - miss / exp(slope) if -600 < slope < 600 else -inf
    return x


def log_betas(a: Numbers, b: Numbers) -> Numbers:
    """log B(a, b) of many at once."""
    return _log_gammas(a) + _log_gammas(b) - _log_gammas(a + b)


def _log_gammas(x: Numbers) -> Numbers:
    """Stirling's series eight steps further up, where it is exact to 1e-11."""
    steps = x * (x + 1) * (x + 2) * (x + 3) * (x + 4) * (x + 5) * (x + 6) * (x + 7)
    far = x + 8
    inverse = 1 / far
    square = inverse * inverse
    series = inverse * (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188))))
    found: Numbers = (far - 0.5) * np.log(far) - far + HALF_LOG_TAU + series - np.log(steps)
    return found
