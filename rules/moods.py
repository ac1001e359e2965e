"""How a customer came and how they left: the two sentences that show a conversation was saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.endings import LEVEL
from rules.model import Conversation, Finding, Message, Speaker

SPOKEN = ("text", "ack")  # what is said in words, a courtesy included


@dataclass(frozen=True, slots=True)
class Turn:
    before: Message
    after: Message


def turn(conversation: Conversation, risks: Sequence[Finding]) -> Turn | None:
    """The customer's words at the worst and at the end; None when the end shows no better mood.

    `risks`: the worst first.
    """
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    said = [(m, s) for m, s in pairs if m.speaker is Speaker.CUSTOMER and s.shape in SPOKEN]
    evidence = [finding.message for finding in risks]
    worst = next((m for id_ in evidence for m, _ in said if m.id == id_), None)
    if worst is None or not said:
        return None
    last, signals = said[-1]
    better = last.id not in evidence and signals.dissatisfied < LEVEL
    return Turn(worst, last) if better else None
