"""Whether two messages say nearly the same: pairs of neighbouring characters they share."""

from functools import lru_cache
from operator import add

ALIKE = 0.6  # share of pairs in common
SHORT = 3  # characters: 在吗 asked three times is impatience, told by other checks
MARKS = " ,.!?~，。！？～…、；：\n"
LONG = 80  # characters compared


@lru_cache(maxsize=4096)
def pieces(raw: str) -> frozenset[str]:
    """Pairs of characters without the marks around them; empty when there is too little to compare."""
    words = raw[:LONG].strip(MARKS).lower()
    if len(words) <= SHORT:
        return frozenset()
    return frozenset(map(add, words, words[1:]))


def alike(one: frozenset[str], other: frozenset[str]) -> bool:
    small, large = len(one), len(other)
    if small > large:
        small, large = large, small
    if not small or small < ALIKE * large:
        return False
    common = len(one & other)
    return common >= ALIKE * (small + large - common)
