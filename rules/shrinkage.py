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
GRID = 12
APART = np.geomspace(1.0, 2000.0, GRID)  # from people as different as one hump allows to all the same
STEPS = np.array([-2.4, -1.6, -0.8, 0.0, 0.8, 1.6, 2.4])  # standard errors
SHOWS = 30  # cases of the rarer kind that could show how people differ
DRAWS = 240
MANY = 40  # people; with more, where their middle is is hardly in doubt
Interval = tuple[float, float]
TAIL = (1 - LEVEL) / 2
OPEN = (0.0, 1.0)
SAME, TINY = 1e-9, 1e-18
Z = NormalDist().inv_cdf((1 + LEVEL) / 2)
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float  # a rate, or the logarithm of a time
    interval: Interval  # 90 %
    above: float  # chance of being above the median of the group; half where nothing tells people apart
    n: float


@dataclass(frozen=True, slots=True)
class Rates:
    """What each share may be, as a beta distribution, and the middle of all."""

    n: Sequence[float]
    posteriors: Sequence[tuple[float, float]]
    middle: float
    above: Sequence[float] = ()  # empty: by the posterior alone, because the middle of so many is hardly in doubt

    def estimate(self, place: int, intervals: bool = True) -> Estimate:
        a, b = self.posteriors[place]
        interval = (beta.quantile(TAIL, a, b), beta.quantile(1 - TAIL, a, b)) if intervals else OPEN
        above = self.above[place] if self.above else 1 - beta.below(self.middle, a, b)
        return Estimate(a / (a + b), interval, above, self.n[place])


@dataclass(frozen=True, slots=True)
class Times:
    """What each logarithm of a time may be, as a normal distribution, and the middle of all."""

    n: Sequence[float]
    posteriors: Sequence[tuple[float, float]]  # mean, standard deviation
    middle: float
    above: Sequence[float] = ()

    def estimate(self, place: int, intervals: bool = True) -> Estimate:
        mean, sd = self.posteriors[place]
        above = self.above[place] if self.above else 1 - NormalDist(mean, max(sd, 1e-9)).cdf(self.middle)
        return Estimate(mean, (mean - Z * sd, mean + Z * sd), above, self.n[place])


def rates(n: Numbers, good: Numbers) -> Rates:
    """`good` of `n` of each person, after what the case mix explains."""
    if not (n > 0).any():
        return Rates(n.tolist(), [], 0.0)
    a, b, weights = _mixture(n, good)
    posteriors = _matched(a, b, weights)
    middle = median(a / (a + b) for a, b in posteriors)
    if _alike(n, good):
        return Rates(n.tolist(), posteriors, middle, [0.5] * len(n))
    if len(n) > MANY:
        return Rates(n.tolist(), posteriors, middle)
    which = np.searchsorted(np.cumsum(weights), (np.arange(DRAWS) + 0.5) / DRAWS).clip(max=len(weights) - 1)
    drawn = np.random.default_rng(len(n)).beta(a[:, which], b[:, which])
    return Rates(n.tolist(), posteriors, middle, _above(drawn))


def _alike(n: Numbers, good: Numbers) -> bool:
    """One person alone, or a group of whom nobody stands out: there is nothing to say of anybody."""
    share = good[n > 0] / n[n > 0]
    return float(np.ptp(share)) < SAME


def _above(drawn: Numbers) -> list[float]:
    """Of the draws, the share in which each is above the middle; being the middle oneself is half of it."""
    middle = np.median(drawn, axis=0)
    above: list[float] = ((drawn > middle).mean(axis=1) + (drawn == middle).mean(axis=1) / 2).tolist()
    return above


def _mixture(n: Numbers, good: Numbers) -> tuple[Numbers, Numbers, Numbers]:
    """Each person's (a, b) for every place where the middle may be and how alike people may be, and its weight."""
    known = n > 0
    apart = np.repeat(APART, len(STEPS))
    centre = np.concatenate([_centres(n[known], good[known], one) for one in APART])
    precision = apart / np.minimum(centre, 1 - centre)  # a and b are 1 or more: one hump, also near 0 and 1
    a, b = centre * precision, (1 - centre) * precision
    # Before the data speak: proper in how alike people are, leaning to apart as Morris (1983) asks, but not to what
    # a few rare cases could never show; of the middle as little as Jeffreys' prior says, so that a team in which it
    # never happened is not one in which it never will.
    usual = np.maximum(n[known].mean(), SHOWS / np.minimum(centre, 1 - centre))
    prior = np.log(usual / (usual + precision)) + 0.5 * np.log(centre * (1 - centre))
    own_a, own_b = a + good[:, None], b + (n - good)[:, None]
    likely = beta.log_betas(own_a[known], own_b[known]) - beta.log_betas(a, b)
    logs = likely.sum(axis=0) + prior
    weights = np.exp(logs - logs.max())
    return own_a, own_b, weights / weights.sum()


def _matched(a: Numbers, b: Numbers, weights: Numbers) -> list[tuple[float, float]]:
    """For each person one beta distribution with the mean and the variance of all together."""
    total = a + b
    mean = (weights * a / total).sum(axis=1)
    square = (weights * a * (a + 1) / (total * (total + 1))).sum(axis=1)
    size = np.maximum(mean * (1 - mean) / np.maximum(square - mean * mean, TINY) - 1, 1e-3)
    return [(float(m * t), float((1 - m) * t)) for m, t in zip(mean, size, strict=True)]


def _centres(n: Numbers, good: Numbers, apart: float) -> Numbers:
    """The share of all together, and shares as far from it as chance may put it when people differ so much."""
    centre = (good.sum() + 0.5) / (n.sum() + 1)  # nobody is perfect for certain
    precision = apart / min(centre, 1 - centre)
    error = sqrt(1 / (centre * (1 - centre) * (1 / (1 / n + 1 / precision)).sum()))
    found: Numbers = 1 / (1 + np.exp(-(log(centre / (1 - centre)) + STEPS * error)))
    return found


def times(n: Numbers, mean: Numbers, within: float) -> Times:
    """Of logarithms of times; `within` is the variance of one around its person's mean."""
    posteriors = _normal_posteriors(n, mean, within) if (n > 0).any() else []
    middle = median([value for value, _ in posteriors] or [0.0])
    if not 0 < len(posteriors) <= MANY:
        return Times(n.tolist(), posteriors, middle)
    centres, errors = np.array(posteriors).T[:, :, None]
    drawn = np.random.default_rng(len(n)).normal(centres, errors, (len(posteriors), DRAWS))
    return Times(n.tolist(), posteriors, middle, _above(drawn))


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
