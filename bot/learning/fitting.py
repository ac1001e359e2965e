"""Logistic regression with a Gaussian prior, over a few dense and many sparse columns, by Newton's method."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]
Truth = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Matrix:
    """Columns: a one for the base, the dense ones, then those of the sparse blocks that are used at all."""

    dense: Vector
    rows: NDArray[np.intp]
    columns: NDArray[np.intp]
    values: Vector
    used: NDArray[np.intp]  # which sparse columns are there
    width: int  # all sparse columns
    blocks: int = 1  # of equal width

    @staticmethod
    def of(dense: Vector, blocks: Sequence[Sequence[tuple[NDArray[np.uint32], Vector]]], each: int) -> "Matrix":
        parts = [
            (r, p.astype(np.intp) + b * each, v) for b, block in enumerate(blocks) for r, (p, v) in enumerate(block)
        ]
        places = np.concatenate([p for _, p, _ in parts])
        values = np.concatenate([v for _, _, v in parts])
        rows = np.repeat([r for r, _, _ in parts], [len(p) for _, p, _ in parts])
        told = values != 0
        used, columns = np.unique(places[told], return_inverse=True)
        ones = np.ones((len(dense), 1))
        return Matrix(
            np.hstack((ones, dense)), rows[told], columns, values[told], used, each * len(blocks), len(blocks)
        )

    def times(self, weights: Vector) -> Vector:
        split = self.dense.shape[1]
        told = self.values * weights[split:][self.columns]
        return self.dense @ weights[:split] + np.bincount(self.rows, told, minlength=len(self.dense))

    def back(self, by_row: Vector) -> Vector:
        sparse = np.bincount(self.columns, self.values * by_row[self.rows], minlength=len(self.used))
        return np.concatenate((by_row @ self.dense, sparse))

    def penalty(self, dense: float | Vector, sparse: float | Vector) -> Vector:
        """Of each dense column and of each sparse block; the base goes free, nearly."""
        by_block = np.broadcast_to(sparse, self.blocks)[self.used // (self.width // self.blocks)]
        return np.concatenate(([1e-6], np.broadcast_to(dense, self.dense.shape[1] - 1), by_block))

    def parts(self, weights: Vector) -> tuple[float, Vector, Vector]:
        """Base, dense weights, and the sparse ones in all their columns."""
        split = self.dense.shape[1]
        sparse = np.zeros(self.width)
        sparse[self.used] = weights[split:]
        return float(weights[0]), weights[1:split], sparse


def logistic(matrix: Matrix, truth: Vector, offset: Vector, penalty: Vector) -> Vector:
    """The weights that, added to `offset`, explain the truth best under the penalty."""
    weights = np.zeros(len(penalty))
    for _ in range(25):
        chance = _sigmoid(offset + matrix.times(weights))
        slope = matrix.back(chance - truth) + penalty * weights
        if np.abs(slope).max() < 1e-4:
            break
        step = _solve(matrix, chance * (1 - chance), penalty, slope)
        weights -= _length(matrix, truth, offset, penalty, weights, step) * step
    return weights


def _solve(matrix: Matrix, curve: Vector, penalty: Vector, slope: Vector) -> Vector:
    """Newton's step by conjugate gradients, scaled by the penalty; exact enough long before it is exact."""
    step = np.zeros_like(slope)
    scale = 1 / (penalty + 1)
    rest = slope.copy()
    along = scale * rest
    size = rest @ along
    target = 1e-6 * size
    for _ in range(200):
        bent = matrix.back(curve * matrix.times(along)) + penalty * along
        far = size / (along @ bent)
        step += far * along
        rest -= far * bent
        new = rest @ (scale * rest)
        if new < target:
            break
        along = scale * rest + new / size * along
        size = new
    return step


def _length(matrix: Matrix, truth: Vector, offset: Vector, penalty: Vector, weights: Vector, step: Vector) -> float:
    """The whole step, or as many halves of it as make things better."""
    at, along = offset + matrix.times(weights), matrix.times(step)

    def cost(length: float) -> float:
        z, w = at - length * along, weights - length * step
        return float(np.logaddexp(0, z).sum() - truth @ z + 0.5 * (penalty * w) @ w)

    length, now = 1.0, cost(0.0)
    while cost(length) > now and length > 1e-3:
        length /= 2
    return length


def _sigmoid(z: Vector) -> Vector:
    told: Vector = 1 / (1 + np.exp(-np.clip(z, -30, 30)))
    return told


def shift(truth: Truth, odds: Vector) -> float:
    """What to add to log-odds so that they hit the share of true ones."""
    by = 0.0
    for _ in range(20):
        chance = _sigmoid(odds + by)
        by += float((truth - chance).sum() / max((chance * (1 - chance)).sum(), 1e-3))
    return by


def better(truth: Truth, new: Vector, old: Vector) -> bool:
    """Whether the new log-odds surprise less than the old ones, by more than chance would (one in twenty)."""
    gain = (np.logaddexp(0, old) - truth * old) - (np.logaddexp(0, new) - truth * new)
    return bool(gain.mean() > 1.64 * gain.std() / len(gain) ** 0.5)


def auc(truth: Truth, odds: Vector) -> float:
    """The chance that a true one stands above a false one."""
    yes, no = odds[truth], np.sort(odds[~truth])
    below = np.searchsorted(no, yes, "left") + np.searchsorted(no, yes, "right")
    return float(below.sum() / (2 * len(yes) * len(no)))


def gain_margin(truth: Truth, new: Vector, old: Vector) -> float:
    """Half the 95 % interval of the difference of two AUCs on the same verdicts, after DeLong."""
    by_yes = _below(new[truth], new[~truth]) - _below(old[truth], old[~truth])
    by_no = _below(-new[~truth], -new[truth]) - _below(-old[~truth], -old[truth])
    variance = by_yes.var(ddof=1) / len(by_yes) + by_no.var(ddof=1) / len(by_no)
    return float(1.96 * variance**0.5)


def _below(these: Vector, others: Vector) -> Vector:
    """For each of these, the share of the others that stand below it; ties count half."""
    ordered = np.sort(others)
    told = np.searchsorted(ordered, these, "left") + np.searchsorted(ordered, these, "right")
    share: Vector = told / (2 * len(ordered))
    return share


def margin(area: float, positive: int, negative: int) -> float:
    """Half the 95 % interval of an AUC, after Hanley and McNeil."""
    one, two = area / (2 - area), 2 * area**2 / (1 + area)
    variance = area * (1 - area) + (positive - 1) * (one - area**2) + (negative - 1) * (two - area**2)
    return float(1.96 * (max(variance, 0.0) / (positive * negative)) ** 0.5)
