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
    _kept: set[str] = field(default_factory=set)
    _heap: list[tuple[float, int, str, T]] = field(default_factory=list)  # no two came at once: T is never compared

    def add(self, rank: float, one: T, key: str = "") -> None:
        """A `key` that is kept already is not kept again."""
        self._came += 1
        key = key or str(self._came)
        if key in self._kept:
            return
        entry = (rank, -self._came, key, one)
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, entry)
            self._kept.add(key)
        elif entry[:2] > self._heap[0][:2]:
            gone = heapq.heapreplace(self._heap, entry)
            self._kept.discard(gone[2])
            self._kept.add(key)

    def ranked(self) -> list[T]:
        """The highest first."""
        return [entry[3] for entry in sorted(self._heap, key=lambda entry: entry[:2], reverse=True)]


def quantile(values: list[float], share: float) -> float:
    """With linear interpolation; `values` may come in any order and may not be empty."""
    ordered = sorted(values)
    at = share * (len(ordered) - 1)
    low = int(at)
    high = min(low + 1, len(ordered) - 1)
    return ordered[low] + (ordered[high] - ordered[low]) * (at - low)
