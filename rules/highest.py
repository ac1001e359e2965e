"""The few highest of many that stream by, in bounded memory."""

import heapq
from dataclasses import dataclass, field
from typing import Generic, TypeVar

T = TypeVar("T")


@dataclass(slots=True)
class Highest(Generic[T]):
    """Of equals, those that came first."""

    most: int
    _came: int = 0
    _heap: list[tuple[float, int, T]] = field(
        default_factory=list
    )  # the order of coming is unique: T is never compared

    def add(self, rank: float, one: T) -> None:
        self._came += 1
        entry = (rank, -self._came, one)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, entry)
        elif entry[:2] > self._heap[0][:2]:
            heapq.heapreplace(self._heap, entry)

    def ranked(self) -> list[T]:
        """The highest first."""
        return [one for _, _, one in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


def quantile(values: list[float], share: float) -> float:
    """With linear interpolation; `values` may come in any order and may not be empty."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
