"""The rules of the packs: each that holds somewhere in the conversation gives one finding, on its newest message."""

from collections.abc import Iterator

from rules import text
from rules.model import Finding, Kind
from rules.packs import Packs
from rules.rule import Rule
from rules.scene import Scene


def check(scene: Scene, packs: Packs) -> Iterator[Finding]:
    """Asks only the rules that some name in the conversation could make true."""
    for rule, candidates in _candidates(scene, packs):
        holds, speakers = rule.condition.holds, rule.who
        hits = [i for i in candidates if scene.speakers[i] in speakers and holds(scene, i)]
        if hits:
            yield _finding(scene, packs, rule, hits)


def _candidates(scene: Scene, packs: Packs) -> list[tuple[Rule, list[int]]]:
    """In the order of the packs, so that equal conversations give equal findings."""
    found: dict[int, list[int]] = {}
    for i, names in enumerate(scene.names):
        for place in {place for name in names for place in packs.triggered.get(name, ())}:
            found.setdefault(place, []).append(i)
    for place in packs.always:
        found[place] = scene.by(packs.rules[place].who)
    return [(packs.rules[place], found[place]) for place in sorted(found)]


def _finding(scene: Scene, packs: Packs, rule: Rule, hits: list[int]) -> Finding:
    last = hits[-1]
    message = scene.message(last)
    start, end = _place(scene, packs, rule, last)
    minutes = scene.minutes_between(hits[0], last) or 0
    # A red line is about the very words; elsewhere half a clause reads badly.
    term = message.text[start:end] if rule.kind is Kind.REDLINE else text.clause(message.text, start, end)
    says = rule.says.format(n=len(hits), minutes=max(1, round(minutes)), term=term)
    quote = text.quote(message.text, start)
    return Finding(rule.id, rule.kind, rule.severity, message.id, quote, says, rule.name, rule.advice)


def _place(scene: Scene, packs: Packs, rule: Rule, i: int) -> tuple[int, int]:
    """Where in the message the first name stands that triggered the rule."""
    signals = scene.signals(i)
    for name, start, end in signals.terms:
        if name in rule.condition.needs:
            return start, end
    pattern = next((name for name in signals.patterns if name in rule.condition.needs), None)
    if pattern is None:
        return 0, 0
    even = text.normalise(scene.message(i).text, packs.simplify)
    start, end = packs.engine.where(pattern, even.text)
    return even.span(start, end) if end > start else (0, 0)
