"""Rule packs: TOML texts become rules, keyword sets and one compiled engine, or one list of every mistake in them."""

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, replace

from rules import traditional
from rules.engine import Engine, KeywordSet, Pattern
from rules.pack_lines import Mistakes, PackError
from rules.pack_reading import Reader
from rules.rule import Rule
from rules.shape import VERSION as SHAPE_VERSION
from rules.text import VERSION as TEXT_VERSION
from rules.text import Simplify, simplify_by


@dataclass(frozen=True, slots=True)
class Versions:
    """Of each part of a message's signals: what has another version is read again, the rest is kept."""

    shape: str
    terms: str
    patterns: str
    judge: str = ""  # of the scorer in use; set by whoever hands one over


@dataclass(frozen=True, slots=True)
class Packs:
    rules: tuple[Rule, ...]
    sets: Mapping[str, KeywordSet]
    engine: Engine
    versions: Versions
    triggered: Mapping[str, tuple[int, ...]]  # the places in `rules` of those that need this name in the message
    always: tuple[int, ...]  # of those no name can trigger
    simplify: Simplify

    def rule(self, name: str) -> Rule | None:
        """By "id" or "id@version"."""
        wanted = name.split("@")[0]
        return next((rule for rule in self.rules if rule.id == wanted), None)


def only(packs: Packs, ids: Collection[str]) -> Packs:
    """The same packs with no other rules than these."""
    rules = tuple(rule for rule in packs.rules if rule.id in ids)
    return replace(packs, rules=rules, triggered=_triggered(rules), always=_always(rules))


def parse(texts: Mapping[str, str]) -> Packs:
    """`texts` by file name; later files may use the keyword sets of others. Raises PackError with every mistake."""
    mistakes = Mistakes()
    reader = Reader(texts, mistakes)
    sets, rules = reader.sets, reader.rules
    if mistakes.found:
        raise PackError(mistakes.told())
    patterns = tuple(reader.patterns.values())
    guards = [sets[name] for pattern in patterns for name in pattern.guard if name in sets]
    versions = Versions(
        f"{TEXT_VERSION}.{SHAPE_VERSION}",
        _version([*sets.values()]),
        _version([*patterns, *guards]),
    )
    return Packs(
        rules,
        sets,
        Engine(sets.values(), patterns),
        versions,
        _triggered(rules),
        _always(rules),
        simplify_by(traditional.table()),
    )


def _version(parts: list[KeywordSet | Pattern]) -> str:
    told = sorted(json.dumps(asdict(part), default=sorted, ensure_ascii=False) for part in parts)
    return hashlib.sha256("\n".join((TEXT_VERSION, SHAPE_VERSION, *told)).encode()).hexdigest()[:8]


def _triggered(rules: tuple[Rule, ...]) -> dict[str, tuple[int, ...]]:
    found: dict[str, list[int]] = {}
    for place, rule in enumerate(rules):
        for name in rule.condition.needs:
            found.setdefault(name, []).append(place)
    return {name: tuple(places) for name, places in found.items()}


def _always(rules: tuple[Rule, ...]) -> tuple[int, ...]:
    return tuple(place for place, rule in enumerate(rules) if not rule.condition.needs)
