"""How often one person may ask: as much as anybody does by hand, and no more, so that everybody gets a turn."""

import threading
from collections.abc import Hashable
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

MOST = 60.0  # presses at once; as many again in the next minute
PER_SECOND = 1.0
KNOWN = 5000  # people; those who have rested are forgotten beyond that
PRESS, COMMAND = 1.0, 3.0  # what each takes of a turn: a command may count figures of a year


class Turn(Enum):
    FREE = auto()
    TELL = auto()  # not now, and they shall hear so
    OVER = auto()  # not now, and they have heard so


@dataclass(slots=True)
class Left:
    turns: float
    at: datetime
    told: bool = False


@dataclass(slots=True)
class Turns:
    """Of this process; nobody needs them after a restart."""

    most: float = MOST
    _left: dict[Hashable, Left] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def take(self, who: Hashable, now: datetime, cost: float = PRESS) -> Turn:
        with self._lock:
            left = self._rested(who, now)
            if left.turns >= cost:
                left.turns -= cost
                left.told = left.told and left.turns < self.most / 2
                return Turn.FREE
            told, left.told = left.told, True
            return Turn.OVER if told else Turn.TELL

    def _rested(self, who: Hashable, now: datetime) -> Left:
        if len(self._left) >= KNOWN:
            self._left = {one: left for one, left in self._left.items() if self._now(left, now) < self.most}
        left = self._left.setdefault(who, Left(self.most, now))
        left.turns, left.at = self._now(left, now), max(left.at, now)
        return left

    def _now(self, left: Left, now: datetime) -> float:
        rested = max(0.0, (now - left.at).total_seconds())
        return min(self.most, left.turns + rested * PER_SECOND)
