"""Finding by the meaning of words: texts as weighted tokens, and BM25 over those that share some.

A text is cut into words by rjieba; beside each word stands what it means (`=退款` for 退钱, 返款 …), so that different
words meet. The ranking is Okapi BM25 (Robertson & Zaragoza 2009, k1 = 1.2, b = 0.6), reckoned here and not in the
database, so that both engines give the same order.
"""

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

import ahocorasick_rs
import rjieba

from rules.lexicon.meanings import COMMON, MEANINGS
from rules.text import Simplify, normalise, simplify_by
from rules.traditional import table

K1, B = 1.2, 0.6
MEANT = 1.5  # what a word means tells more than which word it was
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
    return {token: MEANT if token.startswith("=") else 1.0 for token in tokens(question[-ASKED:])}


def meanings(even: str) -> Counter[str]:
    reader, owners = _reader()
    return Counter(
        f"={name}" for name in {owners[term] for term, _, _ in reader.find_matches_as_indexes(even, overlapping=True)}
    )


def rank(
    wanted: Mapping[str, float], stands: Mapping[int, Stand], total: int, mean: float, spread: Mapping[str, int]
) -> Sequence[tuple[int, float]]:
    """The best first, the newer one first among equals; `spread` says in how many of `total` texts a token stands."""
    rare = {token: math.log(1 + (total - n + 0.5) / (n + 0.5)) * wanted[token] for token, n in spread.items()}
    scores = [(id_, _score(rare, stand, mean)) for id_, stand in stands.items()]
    return sorted(scores, key=lambda one: (-round(one[1], 9), -one[0]))


def _score(rare: Mapping[str, float], stand: Stand, mean: float) -> float:
    long = K1 * (1 - B + B * stand.length / mean) if mean else K1
    return math.fsum(rare[token] * n * (K1 + 1) / (n + long) for token, n in sorted(stand.counts.items()))


def _tells(word: str) -> bool:
    return len(word) > 1 and word not in STOP and not _NUMBER.fullmatch(word)


@cache
def _simplify() -> Simplify:
    return simplify_by(table())


@cache
def _cutter() -> rjieba.Jieba:
    return rjieba.Jieba()


@cache
def _reader() -> tuple[ahocorasick_rs.AhoCorasick, tuple[str, ...]]:
    pairs = [(term, name) for name, terms in MEANINGS.items() for term in terms.split()]
    reader = ahocorasick_rs.AhoCorasick([term for term, _ in pairs])
    return reader, tuple(name for _, name in pairs)
