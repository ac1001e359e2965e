"""Estimates that do not mistake luck for merit: each person's own is drawn towards the others', more when n is small.

Rates: empirical Bayes with a beta prior (Efron and Morris, 1975; Carlin and Louis, Bayesian Methods for Data Analysis,
3rd ed., ch. 5). Times: normal with known variance (Rubin, 1981). How much people really differ is not known either, so
it is averaged over a grid, weighted by the likelihood (Morris, 1983: otherwise intervals come out too short).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import log, sqrt
from statistics import NormalDist, median

import numpy as np
from numpy.typing import NDArray

from rules import beta

LEVEL = 0.9
GRID = 14
PRECISIONS = np.geomspace(2.0, 4000.0, GRID)  # from all apart to all the same
STEPS = np.array([-2.4, -1.2, 0.0, 1.2, 2.4])  # standard errors
Interval = tuple[float, float]
TAIL = (1 - LEVEL) / 2
OPEN = (0.0, 1.0)
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float  # a rate, or the logarithm of a time
    interval: Interval  # 90 %
    above: float  # chance of being above the median of the group
    n: float


@dataclass(frozen=True, slots=True)
class Rates:
    """What each share may be, as a beta distribution, and the middle of all."""

    n: Sequence[float]
    posteriors: Sequence[tuple[float, float]]
    middle: float

    def estimate(self, place: int, intervals: bool = True) -> Estimate:
        a, b = self.posteriors[place]
        interval = (beta.quantile(TAIL, a, b), beta.quantile(1 - TAIL, a, b)) if intervals else OPEN
        return Estimate(a / (a + b), interval, 1 - beta.below(self.middle, a, b), self.n[place])


@dataclass(frozen=True, slots=True)
class Times:
    """What each logarithm of a time may be, as a normal distribution, and the middle of all."""

    n: Sequence[float]
    posteriors: Sequence[tuple[float, float]]  # mean, standard deviation
    middle: float

    def estimate(self, place: int, intervals: bool = True) -> Estimate:
        mean, sd = self.posteriors[place]
        above = 1 - NormalDist(mean, max(sd, 1e-9)).cdf(self.middle)
        return Estimate(mean, (mean - Z * sd, mean + Z * sd), above, self.n[place])


def rates(n: Numbers, good: Numbers) -> Rates:
    """`good` of `n` of each person, after what the case mix explains."""
    posteriors = _beta_posteriors(n, good) if (n > 0).any() else []
    return Rates(n.tolist(), posteriors, median([a / (a + b) for a, b in posteriors] or [0.0]))


def _beta_posteriors(n: Numbers, good: Numbers) -> list[tuple[float, float]]:
    """For each person one beta distribution, over where the middle may be and how alike people may be."""
    known = n > 0
    precision = np.repeat(PRECISIONS, len(STEPS))
    centre = np.concatenate([_centres(n[known], good[known], m) for m in PRECISIONS])
    a, b = centre * precision, (1 - centre) * precision
    usual = n[known].mean()
    # Before the data speak: proper in how alike people are, and leaning to apart, as Morris (1983) asks.
    prior = np.log(usual / (usual + precision))
    own_a, own_b = a + good[:, None], b + (n - good)[:, None]
    likely = beta.log_betas(own_a[known], own_b[known]) - beta.log_betas(a, b)
    logs = likely.sum(axis=0) + prior
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    total = own_a + own_b
    mean = (weights * own_a / total).sum(axis=1)
    square = (weights * own_a * (own_a + 1) / (total * (total + 1))).sum(axis=1)
    size = np.maximum(mean * (1 - mean) / np.maximum(square - mean * mean, 1e-12) - 1, 1e-3)
    return [(float(m * t), float((1 - m) * t)) for m, t in zip(mean, size, strict=True)]


def _centres(n: Numbers, good: Numbers, precision: float) -> Numbers:
    """The share of all together, and shares as far from it as chance may put it when people differ so much."""
    centre = (good.sum() + 0.5) / (n.sum() + 1)  # nobody is perfect for certain
    apart = (1 / (centre * (1 - centre) * (1 / n + 1 / precision))).sum()
    error = 1 / sqrt(apart) / (centre * (1 - centre))
    logits = np.clip(log(centre / (1 - centre)) + STEPS * error, -50, 50)  # beyond these a share is 0 or 1 anyway
    found: Numbers = np.clip(1 / (1 + np.exp(-logits)), 1e-4, 1 - 1e-4)
    return found


def times(n: Numbers, mean: Numbers, within: float) -> Times:
    """Of logarithms of times; `within` is the variance of one around its person's mean."""
    posteriors = _normal_posteriors(n, mean, within) if (n > 0).any() else []
    return Times(n.tolist(), posteriors, median([value for value, _ in posteriors] or [0.0]))


def _normal_posteriors(n: Numbers, mean: Numbers, within: float) -> list[tuple[float, float]]:
    """(mean, standard deviation) for each person, over how much people may differ; their centre is integrated out."""
    spreads = np.geomspace(within * 4.0, within * 4e-4, GRID)[:, None]  # variance between people
    known = n > 0
    error = np.divide(within, n, out=np.full(len(n), 1e9), where=known)
    width = spreads + error[known]
    precision = (1 / width).sum(axis=1, keepdims=True)
    centre = (mean[known] / width).sum(axis=1, keepdims=True) / precision
    likely = -0.5 * (np.log(width) + (mean[known] - centre) ** 2 / width).sum(axis=1, keepdims=True)
    usual = error[known].mean()
    logs = likely - 0.5 * np.log(precision) + np.log(spreads / (usual + spreads))
    weights = np.exp(logs - logs.max())
    weights /= weights.sum()
    pull = spreads / (spreads + error)  # how much of their own
    each = centre + pull * (np.where(known, mean, centre) - centre)
    unsure = spreads * error / (spreads + error) + (1 - pull) ** 2 / precision
    found = (weights * each).sum(axis=0)
    square = (weights * (unsure + each * each)).sum(axis=0) - found * found
    return [(float(m), sqrt(max(float(v), 1e-12))) for m, v in zip(found, square, strict=True)]
