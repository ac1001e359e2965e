"""Finding by the meaning of words: texts as weighted tokens, and BM25 over those that share some.

A text is cut into words by rjieba; beside each word stands what it means (`=退款` for 退钱, 返款 …), so that different
words meet. The ranking is Okapi BM25 (Robertson & Zaragoza 2009, k1 = 2, b = 0.75), reckoned here and not in the
database, so that both engines give the same order.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

import ahocorasick_rs
import rjieba

from rules.lexicon.meanings import COMMON, MEANINGS
from rules.text import Simplify, normalise, simplify_by
from rules.traditional import table

K1, B = 2.0, 0.75
MEANT = 2.5  # what a word means tells more than which word it was
ALIKE = 0.5  # of the neighbouring characters of the shorter one
KNOWN = 0.4  # a word beside its meaning
MOST = 2_000  # characters of a text that are read
ASKED = 300  # characters of a question: a whole message may be asked about
_WORD = re.compile(r"[0-9a-z\u4e00-\u9fff]+")
_NUMBER = re.compile(r"[0-9a-z]{1,2}|\d+")
STOP = frozenset(COMMON.split())


@dataclass(frozen=True, slots=True)
class Stand:
    """One text that shares tokens with the question."""

    length: int
    counts: Mapping[str, int]


def tokens(text: str) -> Counter[str]:
    """How often each word and each meaning stands in the text."""
    even = normalise(text[:MOST], _simplify()).text
    words = (word for run in _WORD.findall(even) for word in _cutter().cut_for_search(run))
    found = Counter(word for word in words if _tells(word))
    found.update(meanings(even))
    return found


def weighed(parts: Iterable[tuple[str, int]]) -> Counter[str]:
    """The tokens of a text in parts, each counting so many times."""
    found: Counter[str] = Counter()
    for text, weight in parts:
        found.update({token: n * weight for token, n in tokens(text).items()})
    return found


def asked(question: str) -> Mapping[str, float]:
    """What a question wants, and how much each token of it tells."""
    even = normalise(question[-ASKED:], _simplify()).text
    known = "|".join(term for term, _ in _terms(even))
    return {token: _weight(token, known) for token in tokens(even)}


def meant(question: str) -> Mapping[str, float]:
    """Only what the words of a question mean."""
    return dict.fromkeys(meanings(normalise(question[-ASKED:], _simplify()).text), MEANT)


def meanings(even: str) -> Counter[str]:
    return Counter({f"={name}": 1 for _, name in _terms(even)})


def rank(
    wanted: Mapping[str, float], stands: Mapping[int, Stand], total: int, mean: float, spread: Mapping[str, int]
) -> Sequence[tuple[int, float]]:
    """The best first, the newer one first among equals; `spread` says in how many of `total` texts a token stands."""
    rare = {token: math.log(1 + (max(total - n, 0) + 0.5) / (n + 0.5)) * wanted[token] for token, n in spread.items()}
    whole = sum(rare.values()) or 1.0
    scores = [(id_, _score(rare, stand, mean) * _share(rare, stand, whole)) for id_, stand in stands.items()]
    return sorted(scores, key=lambda one: (-round(one[1], 9), -one[0]))


def _score(rare: Mapping[str, float], stand: Stand, mean: float) -> float:
    long = K1 * (1 - B + B * stand.length / mean) if mean else K1
    return math.fsum(rare[token] * n * (K1 + 1) / (n + long) for token, n in sorted(stand.counts.items()))


def _weight(token: str, known: str) -> float:
    """A word whose meaning is known counts little by itself."""
    if token.startswith("="):
        return MEANT
    return KNOWN if token in known else 1.0


def _terms(even: str) -> list[tuple[str, str]]:
    """(term, meaning) for each that stands there."""
    reader, pairs = _reader()
    return [pairs[found[0]] for found in reader.find_matches_as_indexes(even, overlapping=True)]


def _share(rare: Mapping[str, float], stand: Stand, whole: float) -> float:
    """A text that has a little of everything asked for is better than one with much of a single word."""
    return math.sqrt(math.fsum(rare[token] for token in sorted(stand.counts)) / whole)


def alike(one: str, other: str) -> bool:
    """Nearly the same words: of two such cases the better is enough."""
    a, b = set(map("".join, pairwise(one))), set(map("".join, pairwise(other)))
    return one == other or (bool(a and b) and len(a & b) / min(len(a), len(b)) >= ALIKE)


def _tells(word: str) -> bool:
    return len(word) > 1 and word not in STOP and not _NUMBER.fullmatch(word)


@cache
def _simplify() -> Simplify:
    return simplify_by(table())


@cache
def _cutter() -> rjieba.Jieba:
    return rjieba.Jieba()


@cache
def _reader() -> tuple[ahocorasick_rs.AhoCorasick, Sequence[tuple[str, str]]]:
    pairs = [(term, name) for name, terms in MEANINGS.items() for term in terms.split()]
    return ahocorasick_rs.AhoCorasick([term for term, _ in pairs]), pairs
