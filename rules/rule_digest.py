"""A short name for what a rule does, so that two packs can be compared rule by rule."""

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from rules.engine import KeywordSet, Pattern

DECIDES = ("when", "who", "kind", "severity")


def of(table: Mapping[str, Any], sets: Mapping[str, KeywordSet], patterns: Mapping[str, Pattern]) -> str:
    """Of the rule's table as it was written, and of every keyword set and pattern it names."""
    named = {word for word in _words(table.get("when")) if word in sets or word in patterns}
    parts: list[Any] = [{key: table[key] for key in DECIDES if key in table}]
    parts += [asdict(sets[name]) for name in sorted(named & sets.keys())]
    parts += [asdict(patterns[name]) for name in sorted(named & patterns.keys())]
    told = json.dumps(parts, default=sorted, ensure_ascii=False, sort_keys=True)
    return hashlib.sha256(told.encode()).hexdigest()[:12]


def keys(when: Any) -> frozenset[str]:
    """All keys of a condition and of the conditions inside it."""
    if isinstance(when, Mapping):
        return frozenset(map(str, when)).union(*(keys(value) for value in when.values()))
    return frozenset().union(*(keys(one) for one in when)) if isinstance(when, list) else frozenset()


def patience(when: Any) -> float:
    """Minutes without an answer before it can hold; 0 where waits may be too long, or a condition inside asks too."""
    if not isinstance(when, Mapping) or not isinstance(waited := when.get("waited"), Mapping):
        return 0.0
    if "to" in waited or any("waited" in keys(value) for value in when.values()):
        return 0.0
    least = waited.get("from", 0)
    return float(least) if isinstance(least, int | float) else 0.0


def _words(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _words(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner)
