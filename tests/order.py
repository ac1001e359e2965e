"""Who takes what when several workers share a run: what is slow comes first, so that nobody waits for it at the end."""

from itertools import groupby

import pytest


def dealt(items: list[pytest.Item], workers: int) -> list[pytest.Item]:
    """Each worker starts with an equal part of the list; at the head of each part now stand some of the slow files."""
    slow = [item for item in items if item.get_closest_marker("slow")]
    rest = iter([item for item in items if not item.get_closest_marker("slow")])
    files = [list(group) for _, group in groupby(slow, key=lambda item: item.path)]
    order: list[pytest.Item] = []
    for worker in range(workers):
        part = (len(items) - len(order)) // (workers - worker)
        first = [item for file in files[worker::workers] for item in file]
        order += [*first, *(item for _, item in zip(range(part - len(first)), rest, strict=False))]
    return [*order, *rest]
