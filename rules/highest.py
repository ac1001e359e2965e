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
    _heap: list[tuple[float, int, str, T]] = field(default_factory=list)  # no two came at once: T is never compared
    _kept: dict[str, tuple[float, int, str, T]] = field(default_factory=dict)

    def add(self, rank: float, one: T, key: str = "") -> None:
        """Of those with the same `key` only the highest is kept."""
        self._came += 1
        entry = (rank, -self._came, key or str(self._came), one)
        same = self._kept.get(entry[2])
        if same is not None:
            if entry[:2] > same[:2]:
                self._heap[next(n for n, kept in enumerate(self._heap) if kept is same)] = entry
                self._kept[entry[2]] = entry
                heapq.heapify(self._heap)
            return
        if len(self._heap) < self.most:
            heapq.heappush(self._heap, entry)
        elif entry[:2] > self._heap[0][:2]:
            del self._kept[heapq.heapreplace(self._heap, entry)[2]]
        else:
            return
        self._kept[entry[2]] = entry

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
