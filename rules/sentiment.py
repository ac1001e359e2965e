"""SnowNLP's sentiment, bit for bit and much faster: how likely a text is positive, 0..1."""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import exp

from rules import model_pack
from rules.trigram import Trigram

_CHINESE = re.compile("([\u4e00-\u9fa5]+)")
KEPT = 120  # longer texts are rarely said twice, so they are not remembered
SHORT = 12  # so are longer runs of Chinese characters


class Sentiment:
    """The evaluator over a packed model. Time grows with the text's length: cut what strangers send before scoring."""

    def __init__(self, sections: model_pack.Sections) -> None:
        self._boundaries = Trigram(sections)
        self._stop = frozenset(sections.text("stop").split("\n"))
        self._classes = sections.text("classes").split("\n")
        numbers = [list(sections.floats("class " + name)) for name in self._classes]
        self._base = (numbers[0][0], numbers[1][0])
        self._other = tuple(n[1] for n in numbers)
        words = sections.text("words").split("\n")
        self._words = dict(zip(words, zip(*(n[2:] for n in numbers), strict=True), strict=True))
        self._remembered = lru_cache(20_000)(self._score)
        self._run_remembered = lru_cache(20_000)(self._run)

    @staticmethod
    def load(blob: bytes) -> "Sentiment":
        """From the bytes of a packed file (see rules.trained); they are used in place, not copied."""
        return Sentiment(model_pack.read(blob))

    def score(self, text: str) -> float:
        """As `snownlp.SnowNLP(text).sentiments`. For the empty text, where SnowNLP raises, what its classifier says."""
        return self._remembered(text) if len(text) <= KEPT else self._score(text)

    def words(self, text: str) -> Iterator[str]:
        """As `snownlp.SnowNLP(text).words`."""
        for part in _CHINESE.split(text):
            if "\u4e00" <= part[:1] <= "\u9fa5":
                yield from self._boundaries.words(part)
            else:
                yield from part.split()

    def _score(self, text: str) -> float:
        first, second = self._base
        for part in _CHINESE.split(text):
            if "\u4e00" <= part[:1] <= "\u9fa5":
                found = self._run_remembered(part) if len(part) <= SHORT else self._run(part)
            else:
                found = self._numbers(part.split())
            for a, b in found:
                first += a
                second += b
        return self._positive(first, second)

    def _run(self, run: str) -> tuple[tuple[float, float], ...]:
        return self._numbers(self._boundaries.words(run))

    def _numbers(self, words: Iterable[str]) -> tuple[tuple[float, float], ...]:
        """Each word's part in both classes, without the stop words."""
        return tuple(self._words.get(word, self._other) for word in words if word not in self._stop)

    def _positive(self, first: float, second: float) -> float:
        """The package's rule: the first class wins a tie, and the answer is turned around for the other class."""
        name, best = "", 0.0
        for this, value in zip(self._classes, (first, second), strict=True):
            share = _share(first - value, second - value)
            if share > best:
                name, best = this, share
        return best if name == "pos" else 1 - best


def _share(first: float, second: float) -> float:
    try:
        return 1 / (0 + exp(first) + exp(second))
    except OverflowError:
        return 0
