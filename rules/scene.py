"""One conversation as the rules see it: names found in each message, who speaks, how long ago."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from rules.model import Conversation, Message, Signals, Speaker

EVIDENCE = ("text", "ack")  # shapes that may prove something; notices, cards and emoji never do


@dataclass(frozen=True, slots=True)
class Scene:
    """`names[i]` are the keyword sets and patterns of message i."""

    conversation: Conversation
    names: tuple[frozenset[str], ...]
    now: datetime

    def message(self, i: int) -> Message:
        return self.conversation.messages[i]

    def signals(self, i: int) -> Signals:
        return self.conversation.signals[i]

    def minutes_between(self, i: int, j: int) -> float | None:
        earlier, later = self.message(i).at, self.message(j).at
        return (later - earlier).total_seconds() / 60 if earlier and later else None

    def by(self, speakers: frozenset[Speaker]) -> Iterable[int]:
        return (i for i, m in enumerate(self.conversation.messages) if m.speaker in speakers)


def of(conversation: Conversation, now: datetime) -> Scene:
    return Scene(conversation, tuple(names(s) for s in conversation.signals), now)


def names(signals: Signals) -> frozenset[str]:
    if signals.shape not in EVIDENCE or not (signals.terms or signals.patterns):
        return NOTHING
    return frozenset([term[0] for term in signals.terms]).union(signals.patterns)


NOTHING: frozenset[str] = frozenset()
