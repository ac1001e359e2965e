"""One conversation as the rules see it: names found in each message, who speaks, how long ago."""

from dataclasses import dataclass
from datetime import datetime

from rules.model import Conversation, Message, Signals, Speaker

EVIDENCE = ("text", "ack")  # shapes that may prove something; notices, cards and emoji never do


@dataclass(frozen=True, slots=True)
class Scene:
    """`names[i]` are the keyword sets and patterns of message i."""

    conversation: Conversation
    names: tuple[frozenset[str], ...]
    speakers: tuple[Speaker, ...]
    now: datetime

    def message(self, i: int) -> Message:
        return self.conversation.messages[i]

    def signals(self, i: int) -> Signals:
        return self.conversation.signals[i]

    def minutes_between(self, i: int, j: int) -> float | None:
        earlier, later = self.message(i).at, self.message(j).at
        return (later - earlier).total_seconds() / 60 if earlier and later else None

    def by(self, speakers: frozenset[Speaker]) -> list[int]:
        return [i for i, speaker in enumerate(self.speakers) if speaker in speakers]


def of(conversation: Conversation, now: datetime) -> Scene:
    said = conversation.messages
    return Scene(conversation, tuple([names(s) for s in conversation.signals]), tuple([m.speaker for m in said]), now)


def names(signals: Signals) -> frozenset[str]:
    if signals.shape not in EVIDENCE or not (signals.terms or signals.patterns):
        return NOTHING
    return frozenset([term[0] for term in signals.terms]).union(signals.patterns)


NOTHING: frozenset[str] = frozenset()
