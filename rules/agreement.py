"""How much people agree beyond chance: Krippendorff's alpha with a bootstrap interval, and raw agreement beside it.

K. Krippendorff, Computing Krippendorff's Alpha-Reliability, 2011; voters may miss cases.
"""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
ENOUGH = 20  # cases; below, alpha says nothing
DRAWS = 2000
SEED = 20111  # the same cases always give the same interval


@dataclass(frozen=True, slots=True)
class Agreement:
    """`alpha` is None while there are too few cases, or everybody always says the same."""

    cases: int  # with at least two voters
    raw: float | None = None  # share of pairs of voters who say the same, averaged over cases
    alpha: float | None = None
    low: float | None = None
    high: float | None = None

    @property
    def enough(self) -> bool:
        return self.cases >= ENOUGH


def agreement(units: Sequence[Sequence[Hashable]], *, ordinal: bool = False, enough: int = ENOUGH) -> Agreement:
    """`units`: what was said of each case; the values of an ordinal scale sort as they rank."""
    useful = [unit for unit in units if len(unit) > 1]
    if not useful:
        return Agreement(0)
    table = _coincidences(useful)
    raw = float(np.mean([np.trace(one) / one.sum() for one in table]))
    if len(useful) < enough:
        return Agreement(len(useful), raw)
    whole = float(_alphas(np.ones((1, len(useful))), table, ordinal=ordinal)[0])
    if np.isnan(whole):
        return Agreement(len(useful), raw)
    low, high = _interval(table, ordinal=ordinal)
    return Agreement(len(useful), raw, whole, low, high)


def alpha(units: Sequence[Sequence[Hashable]], *, ordinal: bool = False) -> float | None:
    """Without asking whether there are enough cases."""
    return agreement(units, ordinal=ordinal, enough=1).alpha


def _coincidences(units: Sequence[Sequence[Hashable]]) -> Floats:
    """For each case, how often each value meets each other value among its voters."""
    values = sorted({value for unit in units for value in unit}, key=lambda value: (str(type(value)), value))
    place = {value: n for n, value in enumerate(values)}
    table = np.zeros((len(units), len(values), len(values)))
    for n, unit in enumerate(units):
        counts = np.bincount([place[value] for value in unit], minlength=len(values)).astype(float)
        table[n] = (np.outer(counts, counts) - np.diag(counts)) / (len(unit) - 1)
    return table


def _interval(table: Floats, *, ordinal: bool) -> tuple[float | None, float | None]:
    """Cases are drawn anew; draws in which everybody says the same have no alpha."""
    cases = len(table)
    drawn = np.random.default_rng(SEED).multinomial(cases, np.full(cases, 1 / cases), size=DRAWS).astype(float)
    found = _alphas(drawn, table, ordinal=ordinal)
    known = found[~np.isnan(found)]
    if len(known) < DRAWS / 2:
        return None, None
    low, high = np.quantile(known, (0.025, 0.975))
    return float(low), float(high)


def _alphas(weights: Floats, table: Floats, *, ordinal: bool) -> Floats:
    """One for each row of weights of the cases."""
    met = np.einsum("bu,ukl->bkl", weights, table)
    totals = met.sum(axis=2)
    n = totals.sum(axis=1)
    apart = _distances(totals, ordinal=ordinal)
    observed = (met * apart).sum(axis=(1, 2))
    expected = (totals[:, :, None] * totals[:, None, :] * apart).sum(axis=(1, 2))
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.where(expected > 0, 1 - (n - 1) * observed / expected, np.nan)


def _distances(totals: Floats, *, ordinal: bool) -> Floats:
    if not ordinal:
        apart: Floats = 1.0 - np.eye(totals.shape[1])[None]
        return apart
    middle = np.cumsum(totals, axis=1) - totals / 2
    squares: Floats = (middle[:, :, None] - middle[:, None, :]) ** 2
    return squares
