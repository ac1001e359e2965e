"""What was worked out from rows that never change: kept while there is room, found again by what it was made of."""

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

T = TypeVar("T")
ROOM = 192 * 2**20  # bytes
LEAST = 16 * 2**10  # of one


class Shelf:
    """For any number of threads; two that miss at once both work it out."""

    def __init__(self, room: int = ROOM):
        self._room = room
        self._kept: OrderedDict[Hashable, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Hashable, make: Callable[[], T]) -> T:
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
                found: T = self._kept[key]
                return found
        made = make()
        with self._lock:
            self._room += _size(self._kept.pop(key, None)) - _size(made)
            self._kept[key] = made
            while self._room < 0 and len(self._kept) > 1:
                self._room += _size(self._kept.popitem(last=False)[1])
        return made


def _size(kept: Any) -> int:
    return 0 if kept is None else max(LEAST, getattr(kept, "nbytes", 0))
