"""All that comes out differently under other rules, counted, with what people had said of it."""

from dataclasses import dataclass, field
from datetime import datetime

from rules.rerun import Change, Fate

EXAMPLES = 30  # kept of each fate, the reviewed ones first


@dataclass(frozen=True, slots=True)
class Example:
    change: Change
    conversation: str
    link: str
    verdict: str  # real | false_alarm | overturned | "" while nobody has said


@dataclass(slots=True)
class Pile:
    """All that comes out differently in one way; one rule counts once in a conversation."""

    n: int = 0
    rules: dict[str, int] = field(default_factory=dict)
    verdicts: dict[str, int] = field(default_factory=dict)
    examples: list[Example] = field(default_factory=list)

    def add(self, example: Example) -> None:
        self.n += 1
        rule, verdict = example.change.rule, example.verdict
        self.rules[rule] = self.rules.get(rule, 0) + 1
        self.verdicts[verdict] = self.verdicts.get(verdict, 0) + 1
        if len(self.examples) < EXAMPLES:
            self.examples.append(example)
        elif verdict and (plain := next((i for i, e in enumerate(self.examples) if not e.verdict), None)) is not None:
            self.examples[plain] = example


@dataclass(slots=True)
class Calls:
    """Matters of conversations for which somebody would be called, or no more."""

    n: int = 0
    verdicts: dict[str, int] = field(default_factory=dict)

    def add(self, verdict: str) -> None:
        self.n += 1
        self.verdicts[verdict] = self.verdicts.get(verdict, 0) + 1


@dataclass(slots=True)
class Difference:
    since: datetime
    until: datetime
    conversations: int = 0
    messages: int = 0
    touched: int = 0  # conversations in which anything differs
    piles: dict[Fate, Pile] = field(default_factory=lambda: {fate: Pile() for fate in Fate})
    calls: dict[Fate, Calls] = field(default_factory=lambda: {Fate.ADDED: Calls(), Fate.REMOVED: Calls()})

    @property
    def added(self) -> Pile:
        return self.piles[Fate.ADDED]

    @property
    def removed(self) -> Pile:
        return self.piles[Fate.REMOVED]
