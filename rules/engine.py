"""All terms in one automaton and all regexes behind one filter: one pass each, whatever the number of rules."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import ahocorasick_rs
import re2

from rules.negation import negated

MOST = 64  # places kept of one message: a text pasted to be found everywhere costs no more
Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class KeywordSet:
    name: str
    terms: tuple[str, ...]
    exceptions: tuple[str, ...] = ()  # 垃圾 but not inside 垃圾袋
    negation: bool = True  # a negated term does not count
    dissatisfied: float = 0.0  # how much one such message says by itself, for when there is no scorer
    satisfied: float = 0.0


@dataclass(frozen=True, slots=True)
class Pattern:
    name: str
    match: str
    unless: str = ""
    guard: frozenset[str] = frozenset()  # keyword sets without which nobody asks for this pattern


@dataclass(frozen=True, slots=True)
class Owner:
    """One keyword set that holds a term."""

    name: str
    negation: bool
    exception: bool  # the term cancels others of this set that it covers


class Engine:
    """Compiled once per change of the packs, shared by all threads, never changed."""

    def __init__(self, sets: Iterable[KeywordSet], patterns: Iterable[Pattern]) -> None:
        owners, found = _owners(sets), tuple(patterns)
        self._owners = tuple(owners.values())
        self._edges = tuple(_is_word(term) for term in owners)
        self._terms = ahocorasick_rs.AhoCorasick(
            list(owners), implementation=ahocorasick_rs.Implementation.DFA, store_patterns=False
        )
        free = [pattern for pattern in found if not pattern.guard]
        self._regexes, self._slots = _regexes(free)
        self._guarded = _guarded(found)
        self.compiled: Mapping[str, Any] = {p.name: compiled(p.match) for p in found}

    def terms(self, text: str) -> tuple[Place, ...]:
        """Places in the (normalised) text, without negated and excepted ones."""
        hits = self._terms.find_matches_as_indexes(text, overlapping=True)
        if not hits:
            return ()
        found: list[Place] = []
        excepted: list[Place] = []
        for index, start, end in hits[: 4 * MOST]:
            if self._edges[index] and _inside_word(text, start, end):
                continue
            for owner in self._owners[index]:
                if owner.exception:
                    excepted.append((owner.name, start, end))
                elif not (owner.negation and negated(text, start, end)):
                    found.append((owner.name, start, end))
        kept = [place for place in found if not _covered(place, excepted)] if excepted else found
        return tuple(kept[:MOST])

    def patterns(self, text: str, sets: frozenset[str]) -> tuple[str, ...]:
        """Of the (normalised) text in which those keyword sets were found."""
        asked = {guarded.name: guarded for name in sets for guarded in self._guarded.get(name, ())}
        found = [guarded.name for guarded in asked.values() if guarded.holds(text)]
        matched = self._regexes.Match(text) if self._regexes else None
        if matched:
            hit = frozenset(matched)
            found += [name for name, match, unless in self._slots if match in hit and unless not in hit]
        return tuple(found)

    def where(self, pattern: str, text: str) -> tuple[int, int]:
        """Where a pattern matched; only asked when a finding is made."""
        found = self.compiled[pattern].search(text)
        return found.span() if found else (0, 0)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A pattern that is only asked when one of its keyword sets is there."""

    name: str
    match: Any
    unless: Any

    def holds(self, text: str) -> bool:
        return bool(self.match.search(text)) and not (self.unless and self.unless.search(text))


def options() -> Any:
    chosen = re2.Options()
    chosen.case_sensitive = False
    chosen.log_errors = False
    return chosen


def compiled(regex: str) -> Any:
    return re2.compile(regex, options())


def _regexes(patterns: list[Pattern]) -> tuple[Any, tuple[tuple[str, int, int], ...]]:
    """A filter and not a set: the states of a set explode with a few .{0,40}, and a full set forgets matches."""
    if not patterns:
        return None, ()
    regexes = re2.Filter()
    slots = []
    for pattern in patterns:
        match = regexes.Add(pattern.match, options())
        slots.append((pattern.name, match, regexes.Add(pattern.unless, options()) if pattern.unless else -1))
    regexes.Compile()
    return regexes, tuple(slots)


def _guarded(patterns: Iterable[Pattern]) -> Mapping[str, tuple[Guarded, ...]]:
    found: dict[str, list[Guarded]] = {}
    for pattern in patterns:
        guarded = Guarded(pattern.name, compiled(pattern.match), compiled(pattern.unless) if pattern.unless else None)
        for name in pattern.guard:
            found.setdefault(name, []).append(guarded)
    return {name: tuple(patterns) for name, patterns in found.items()}


def _owners(sets: Iterable[KeywordSet]) -> dict[str, list[Owner]]:
    owners: dict[str, list[Owner]] = {}
    for keywords in sets:
        for term in keywords.terms:
            owners.setdefault(term, []).append(Owner(keywords.name, keywords.negation, False))
        for term in keywords.exceptions:
            owners.setdefault(term, []).append(Owner(keywords.name, False, True))
    return owners


def _covered(place: Place, excepted: list[Place]) -> bool:
    name, start, end = place
    return any(name == other and s <= start and end <= e for other, s, e in excepted)


def _is_word(term: str) -> bool:
    """Latin letters and digits have edges: 12315 is not inside a telephone number."""
    return term.isascii() and term.isalnum()


def _inside_word(text: str, start: int, end: int) -> bool:
    before, after = text[start - 1 : start], text[end : end + 1]
    return (before.isascii() and before.isalnum()) or (after.isascii() and after.isalnum())
