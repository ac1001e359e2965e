"""Where in a message a rule found what it looks for, so that people see the words and not only the verdict."""

from collections.abc import Sequence

from rules import text
from rules.model import Signals
from rules.packs import Packs
from rules.rule import Rule

Span = tuple[int, int]


def of_rule(raw: str, signals: Signals, rule: Rule, packs: Packs) -> tuple[Span, ...]:
    """Places in the original text, in their order; none for a rule that looks at the conversation as a whole."""
    needs = rule.condition.needs
    found = [(start, end) for name, start, end in signals.terms if name in needs]
    patterns = [name for name in signals.patterns if name in needs]
    if patterns and not found:
        even = text.normalise(raw, packs.simplify)
        places = (packs.engine.where(name, even.text) for name in patterns)
        found = [even.span(start, end) for start, end in places if end > start]
    return apart(found)


def apart(spans: Sequence[Span]) -> tuple[Span, ...]:
    """The same places with overlaps joined."""
    joined: list[Span] = []
    for start, end in sorted(spans):
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)
