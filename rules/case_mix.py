"""Like compared with like: what is expected of everybody by contact reason and difficulty is taken out.

Indirect standardisation (Breslow and Day, Statistical Methods in Cancer Research II, ch. 2). What colleagues reach on
the same kinds of cases is expected of everybody; only the rest is theirs. The group's cells stand in for "colleagues",
the person's own conversations among them.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from rules.metrics.blocks import Numbers
from rules.metrics.cells import Measured, Sums


def everybody(sums: Numbers, *, time: bool) -> tuple[Numbers, Numbers, Numbers]:
    """(n, mean after case mix, plain mean) of everybody."""
    n, total, cells = sums[:, :, 0].sum(axis=1), sums[:, :, 1].sum(axis=1), sums.sum(axis=0)
    if not len(n):
        return n, n, n
    share = np.divide(cells[:, 1], cells[:, 0], out=np.zeros(len(cells)), where=cells[:, 0] > 0)
    expected = (sums[:, :, 0] * share).sum(axis=1)
    adjusted = cells[:, 1].sum() / cells[:, 0].sum() + (total - expected) / n
    return n, adjusted if time else np.clip(adjusted, 0.0, 1.0), total / n


def within(sums: Numbers) -> float:
    """The variance of one logarithm around its person's mean in its cell."""
    n, total, squares = (sums[:, :, i][sums[:, :, 0] > 0] for i in range(3))
    square, freedom = float(np.maximum(0.0, squares - total * total / n).sum()), float((n - 1).sum())
    return square / freedom if freedom > 0 and square > 0 else 0.25


def one(m: Measured, mine: Sums, cells: Mapping[str, Sequence[float]]) -> tuple[float, float, float]:
    """(n, mean after case mix, plain mean) of one, among cells that hold theirs too."""
    n, total = sum(one[0] for one in mine.values()), sum(one[1] for one in mine.values())
    level = sum(one[1] for one in cells.values()) / sum(one[0] for one in cells.values())
    expected = sum(one[0] * cells[key][1] / cells[key][0] for key, one in mine.items() if one[0])
    adjusted = level + (total - expected) / n
    return n, adjusted if m.time else min(1.0, max(0.0, adjusted)), total / n


def within_cells(cells: Mapping[str, Sequence[float]]) -> float:
    return within(np.array([[[*one] for one in cells.values()]]))
