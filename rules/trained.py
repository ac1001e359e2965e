"""Packs what snownlp has learnt: every logarithm is taken here, by the package's formulas and in their order."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import log
from typing import Any

from rules import model_pack
from rules.trigram import BEGIN, TAGS, spread

Learnt = Mapping[str, Any]  # a model of the package, as it saves it
Tagged = tuple[str, str]  # a character and its tag

START: Tagged = ("", "BOS")


def pack(segmenter: Learnt, classifier: Learnt, stop_words: Iterable[str]) -> bytes:
    """The packed file that rules.sentiment loads."""
    return model_pack.write([*_boundaries(segmenter), *_words(classifier), ("stop", "\n".join(stop_words).encode())])


@dataclass(frozen=True, slots=True)
class Places:
    """Where a tagged character stands in a key: characters first, then two bits for each tag."""

    ids: Mapping[str, int]

    @property
    def bits(self) -> int:
        return len(self.ids).bit_length()

    def of(self, tagged: Iterable[Tagged], length: int, at: int) -> dict[Tagged, int]:
        """The part of a key of `length` characters that each tagged character is at place `at`."""
        last = length - 1 - at
        up, low = self.bits * last + 2 * length, 2 * last
        tags = {tag: i for i, tag in enumerate(TAGS)}
        return {t: self.ids[t[0]] << up | tags.get(t[1], 0) << low for t in tagged if t[0] in self.ids}


def _boundaries(model: Learnt) -> list[tuple[str, bytes]]:
    """Base rows of single characters, and what pairs and triples of characters change."""
    one = model["uni"]
    single = dict.fromkeys(c for (c, tag), n in one["d"].items() if tag in TAGS and len(c) == 1 and n)
    places = Places({c: i for i, c in enumerate(["", *single])})
    uni = {(c, tag): model["l1"] * (_count(one, (c, tag)) / one["total"]) for c in places.ids for tag in TAGS}
    pairs = {two: part for two, part in _pairs(model) if two[1] in uni}
    first = [uni[t] + pairs.get((START, t), 0.0) + _begins(model, t) for t in uni]
    at0, at1 = places.of(uni, 2, 0), places.of(uni, 2, 1)
    entries = {at0[a] | at1[b]: _log(uni[b] + part) for (a, b), part in pairs.items() if a in at0}
    return [
        ("characters", "".join([BEGIN, *single]).encode()),
        ("alone", model_pack.floats(map(_log, uni.values()))),
        ("first", model_pack.floats(map(_log, first))),
        *_table("pairs", entries, 4),
        *_table("triples", _triples(model, places, uni, pairs), 6),
    ]


def _pairs(model: Learnt) -> Iterator[tuple[tuple[Tagged, Tagged], float]]:
    share, before = model["l2"], model["uni"]
    for two, n in model["bi"]["d"].items():
        yield two, _divide(share * n, _count(before, two[0]))


def _begins(model: Learnt, this: Tagged) -> float:
    return _divide(model["l3"] * _count(model["tri"], (START, START, this)), _count(model["bi"], (START, START)))


def _triples(
    model: Learnt, places: Places, uni: Mapping[Tagged, float], pairs: Mapping[tuple[Tagged, Tagged], float]
) -> dict[int, float]:
    share, before = model["l3"], model["bi"]["d"]
    at0, at1, at2 = places.of(model["uni"]["d"], 3, 0), places.of(uni, 3, 1), places.of(uni, 3, 2)
    entries = {}
    for (a, b, c), n in model["tri"]["d"].items():
        if a in at0 and b in at1 and c in at2:  # those that begin before the text twice are in `first`
            part = _divide(share * n, before.get((a, b), 0))
            entries[at0[a] | at1[b] | at2[c]] = _log(uni[c] + pairs.get((b, c), 0.0) + part)
    return entries


def _table(name: str, values: Mapping[int, float], tag_bits: int) -> list[tuple[str, bytes]]:
    """Sorted entries and the slots that lead to the first of each key; a sentinel ends the last key."""
    keys = sorted(values)
    slots = [0] * (2 << len(keys).bit_length())  # at most half full
    mask = len(slots) - 1
    previous = -1
    for i, entry in enumerate(keys, 1):
        key = entry >> tag_bits
        if key == previous:
            continue
        previous, slot = key, spread(key) & mask
        while slots[slot]:
            slot = (slot + 1) & mask
        slots[slot] = i
    return [
        (name, model_pack.integers([*keys, 2**64 - 1])),
        (name + "_values", model_pack.floats(values[key] for key in keys)),
        (name + "_slots", model_pack.small(slots)),
    ]


def _log(probability: float) -> float:
    return log(probability) if probability else float("-inf")


def _count(table: Learnt, key: Any) -> float:
    n: float = table["d"].get(key, table["none"])
    return n


def _divide(a: float, b: float) -> float:
    return 0.0 if b == 0 else a / b


def _words(model: Learnt) -> list[tuple[str, bytes]]:
    """Each word's logarithm in both classes, in the order in which the package sums them."""
    names = list(model["d"])
    words = list(dict.fromkeys(word for name in names for word in model["d"][name]["d"] if "\n" not in word))
    base = [log(model["d"][name]["total"]) - log(model["total"]) for name in names]
    sections = [("classes", "\n".join(names).encode()), ("words", "\n".join(words).encode())]
    for name, prior in zip(names, base, strict=True):
        table = model["d"][name]
        other = log(table["none"] / table["total"])
        values = [log(_count(table, word) / table["total"]) for word in words]
        sections.append((f"class {name}", model_pack.floats([prior, other, *values])))
    return sections
