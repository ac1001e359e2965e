"""How a customer came and how they left: the two sentences that show a conversation was saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules import endings
from rules.model import Conversation, Finding, Message, Speaker

SPOKEN = ("text", "ack")  # what is said in words, a courtesy included


@dataclass(frozen=True, slots=True)
class Turn:
    before: Message
    after: Message


def turn(conversation: Conversation, risks: Sequence[Finding]) -> Turn | None:
    """The customer's words at the worst and at the end; None when they were not glad at the end."""
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    said = [(m, s) for m, s in pairs if m.speaker is Speaker.CUSTOMER and s.shape in SPOKEN]
    gravity = {f.message: max(g.severity for g in risks if g.message == f.message) for f in risks}
    trouble = [(gravity[m.id], s.dissatisfied, m) for m, s in said if m.id in gravity]
    if not trouble:
        return None
    worst = max(trouble, key=lambda one: one[:2])[2]
    last, signals = said[-1]
    glad = last.id not in gravity and endings.grateful(last, signals)
    return Turn(worst, last) if glad else None
