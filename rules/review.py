"""Which conversations people look at, and what that tells of those nobody looked at.

Two sorts are reviewed: the most telling ones by their scores, and a lot drawn at random. Only the lot speaks of the
whole: everybody in it had the same chance, which was fixed before the day and stands beside each of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from itertools import chain
from typing import TypeVar

from rules import beta

T = TypeVar("T")
LEVEL = 0.9  # of the interval
WANTED = 30  # drawn on an ordinary day
FIRST_CHANCE = 0.1  # before we know how much a day brings
FEW = 10  # with fewer reviewed nothing is said of the rest
PATTERN = ("doubt", "risk", "risk", "star", "random")


@dataclass(frozen=True, slots=True)
class Misses:
    """How many conversations should have called somebody and did not; None while too few were reviewed."""

    reviewed: int
    found: int
    silent: int  # conversations of the day that called nobody
    low: float | None = None
    high: float | None = None

    @property
    def value(self) -> float | None:
        return None if self.low is None else self.silent * self.found / self.reviewed


def chance(expected: int) -> float:
    """Of each conversation to be drawn, from how many are expected."""
    return min(1.0, WANTED / expected) if expected else FIRST_CHANCE


def drawn(day: str, conversation: str, chance: float) -> bool:
    """The same answer whenever it is asked: the lot depends on the day and the conversation alone."""
    told = blake2b(f"{day}|{conversation}".encode(), digest_size=8).digest()
    return int.from_bytes(told, "big") < chance * 2**64


def misses(found: int, reviewed: int, silent: int) -> Misses:
    """Horvitz and Thompson's estimate with one chance for all, and Clopper and Pearson's (1934) interval for its share.

    What was seen is certain: no fewer than were found, no more than all but those that were found to be fine.
    """
    if reviewed < FEW:
        return Misses(reviewed, found, silent)
    tail = (1 - LEVEL) / 2
    low = beta.quantile(tail, found, reviewed - found + 1) if found else 0.0
    high = beta.quantile(1 - tail, found + 1, reviewed - found) if found < reviewed else 1.0
    return Misses(reviewed, found, silent, max(found, silent * low), min(silent - (reviewed - found), silent * high))


def order(piles: Mapping[str, Sequence[T]]) -> list[T]:
    """What is in doubt, riskiest and most promising first; the drawn ones in between, so that they are reviewed too."""
    iterators = {why: iter(pile) for why, pile in piles.items()}
    longest = max((len(pile) for pile in piles.values()), default=0)
    rounds = ([next(iterators[why], None) for why in PATTERN if why in iterators] for _ in range(longest))
    return [one for one in chain.from_iterable(rounds) if one is not None]
