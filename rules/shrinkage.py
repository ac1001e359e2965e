"""Estimates that do not mistake luck for merit: each person's own is drawn towards the others', more when n is small.

Rates: empirical Bayes with a beta prior (Efron and Morris, 1975; Carlin and Louis, Bayesian Methods for Data Analysis,
3rd ed., ch. 5). Times: normal with known variance (Rubin, 1981). How much people really differ is not known either, so
it is averaged over a grid, weighted by the likelihood (Morris, 1983: otherwise intervals come out too short).
"""

from collections.abc import Collection, Sequence
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
Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Estimate:
    value: float  # a rate, or the logarithm of a time
    interval: Interval  # 90 %
    above: float  # chance of being above the median of the group
    n: float


@dataclass(frozen=True, slots=True)
class Count:
    """`good` of `n`, after what the case mix explains."""

    n: float
    good: float


@dataclass(frozen=True, slots=True)
class Mean:
    n: float
    mean: float


def rates(counts: Sequence[Count], only: Collection[int] | None = None, intervals: bool = True) -> list[Estimate]:
    """One for each, in their order; of those that are not asked about only the value is right."""
    if not any(c.n > 0 for c in counts):
        return []
    posteriors = _beta_posteriors(np.array([c.n for c in counts]), np.array([c.good for c in counts]))
    middle = median(a / (a + b) for a, b in posteriors)
    wanted = range(len(counts)) if only is None else only
    found = []
    for i, (a, b) in enumerate(posteriors):
        above = 1 - beta.below(middle, a, b) if i in wanted else 0.5
        interval = (beta.quantile(TAIL, a, b), beta.quantile(1 - TAIL, a, b)) if intervals and i in wanted else OPEN
        found.append(Estimate(a / (a + b), interval, above, counts[i].n))
    return found


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
    found: Numbers = np.clip(1 / (1 + np.exp(-(log(centre / (1 - centre)) + STEPS * error))), 1e-4, 1 - 1e-4)
    return found


def times(means: Sequence[Mean], within: float) -> list[Estimate]:
    """Of logarithms of times; `within` is the variance of one around its person's mean."""
    if not any(m.n > 0 for m in means):
        return []
    errors = [within / m.n if m.n else 1e9 for m in means]
    posteriors = _normal_posteriors(means, errors, within)
    middle = median(mean for mean, _ in posteriors)
    z = NormalDist().inv_cdf((1 + LEVEL) / 2)
    return [
        Estimate(mean, (mean - z * sd, mean + z * sd), 1 - NormalDist(mean, max(sd, 1e-9)).cdf(middle), told.n)
        for (mean, sd), told in zip(posteriors, means, strict=True)
    ]


def _normal_posteriors(means: Sequence[Mean], errors: Sequence[float], within: float) -> list[tuple[float, float]]:
    """(mean, standard deviation) for each person, over how much people may differ; their centre is integrated out."""
    spreads = np.geomspace(within * 4.0, within * 4e-4, GRID)[:, None]  # variance between people
    known = np.array([m.n > 0 for m in means])
    mean, error = np.array([m.mean for m in means]), np.array(errors)
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
