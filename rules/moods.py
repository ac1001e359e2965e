"""How a customer came and how they left: the two sentences that show a conversation was saved."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules import endings
from rules.model import Conversation, Finding, Message, Signals, Speaker

VERY_UNEASY, UNEASY, PLEASED = -0.6, -0.2, 0.4  # of a mood
SPOKEN = ("text", "ack")  # what is said in words, a courtesy included


@dataclass(frozen=True, slots=True)
class Turn:
    before: Message
    after: Message
    felt: tuple[str, str]  # at these messages


def level(signals: Signals) -> float:
    """-1 angry … 1 pleased"""
    return round(signals.satisfied - signals.dissatisfied, 3)


def feels(mood: float) -> str:
    """In a word."""
    if mood <= VERY_UNEASY:
        return "很着急"
    if mood <= UNEASY:
        return "有点着急"
    return "平静" if mood < PLEASED else "满意"


def turn(conversation: Conversation, risks: Sequence[Finding]) -> Turn | None:
    """The customer's words at the worst and at the end; None when they were not glad at the end."""
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    said = [(m, s) for m, s in pairs if m.speaker is Speaker.CUSTOMER and s.shape in SPOKEN]
    gravity = {f.message: max(g.severity for g in risks if g.message == f.message) for f in risks}
    trouble = [(gravity[m.id], s.dissatisfied, m, s) for m, s in said if m.id in gravity]
    if not trouble:
        return None
    *_, worst, then = max(trouble, key=lambda one: one[:2])
    last, signals = said[-1]
    glad = last.id not in gravity and endings.grateful(last, signals)
    return Turn(worst, last, (feels(level(then)), feels(level(signals)))) if glad else None
