"""Estimates that do not mistake luck for merit: each person's own is drawn towards the others', more when n is small.

Rates: empirical Bayes with a beta prior (Efron and Morris, 1975; Carlin and Louis, Bayesian Methods for Data Analysis,
3rd ed., ch. 5). Times: normal with known variance (Rubin, 1981). How much people really differ is not known either, so
it is averaged over a grid, weighted by the likelihood (Morris, 1983: otherwise intervals come out too short).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist, median

import numpy as np
from numpy.typing import NDArray

from rules import beta

LEVEL = 0.9
GRID = 14
PRECISIONS = np.geomspace(2.0, 4000.0, GRID)  # from all apart to all the same
STEPS = np.array([-2.4, -1.2, 0.0, 1.2, 2.4])  # standard errors
Interval = tuple[float, float]
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


def rates(counts: Sequence[Count], only: Sequence[int] | None = None) -> list[Estimate]:
    """One for each, in their order; where `only` some are asked about, the others' intervals stay open."""
    if not any(c.n > 0 for c in counts):
        return []
    posteriors = _beta_posteriors(np.array([c.n for c in counts]), np.array([c.good for c in counts]))
    middle = median(a / (a + b) for a, b in posteriors)
    tail = (1 - LEVEL) / 2
    return [
        Estimate(
            a / (a + b),
            (beta.quantile(tail, a, b), beta.quantile(1 - tail, a, b)) if only is None or i in only else (0.0, 1.0),
            1 - beta.below(middle, a, b),
            counts[i].n,
        )
        for i, (a, b) in enumerate(posteriors)
    ]


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
    found: Numbers = 1 / (1 + np.exp(-(log(centre / (1 - centre)) + STEPS * error)))
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
    spreads = [within * 4.0 * 1e-4 ** (i / (GRID - 1)) for i in range(GRID)]  # variance between people
    fits = [_fit(means, errors, tau) for tau in spreads]
    weights = _weights([likely for _, _, likely in fits])
    found = []
    for mean, error in zip(means, errors, strict=True):
        parts = [_posterior(mean, error, tau, fit) for tau, fit in zip(spreads, fits, strict=True)]
        centre = sum(w * m for w, (m, _) in zip(weights, parts, strict=True))
        square = sum(w * (v + m * m) for w, (m, v) in zip(weights, parts, strict=True))
        found.append((centre, sqrt(max(square - centre * centre, 1e-12))))
    return found


def _weights(logs: Sequence[float]) -> list[float]:
    top = max(logs)
    raw = [exp(one - top) for one in logs]
    return [one / sum(raw) for one in raw]


def _fit(means: Sequence[Mean], errors: Sequence[float], tau: float) -> tuple[float, float, float]:
    """(centre, its variance, log-likelihood) when people differ so much; the centre is integrated out."""
    known = [(m.mean, e) for m, e in zip(means, errors, strict=True) if m.n]
    precision = sum(1 / (tau + e) for _, e in known)
    centre = sum(m / (tau + e) for m, e in known) / precision
    usual = sum(e for _, e in known) / len(known)
    likely = -0.5 * sum(log(tau + e) + (m - centre) ** 2 / (tau + e) for m, e in known) - 0.5 * log(precision)
    return centre, 1 / precision, likely + log(tau / (usual + tau))


def _posterior(mean: Mean, error: float, tau: float, fit: tuple[float, float, float]) -> tuple[float, float]:
    centre, unsure, _ = fit
    pull = tau / (tau + error)  # how much of their own
    own = mean.mean if mean.n else centre
    return centre + pull * (own - centre), tau * error / (tau + error) + (1 - pull) ** 2 * unsure
