"""Whether a conversation has ended well, and the sentence that says how."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from rules import text, waiting
from rules.checks.waiting import LATE, NOT_MEASURED
from rules.model import Conversation, Finding, Message, Signals, Speaker
from rules.policy import Policy

LEVEL = 0.5  # from this probability on a message counts as dissatisfied or satisfied
GOOD_RATING = 4
# Keyword sets beside which thanks are meant otherwise, or come too early: 呵呵谢谢你们, 谢谢但是还没到账.
NOT_AN_END = frozenset(
    ("not_yet", "awaiting", "sarcasm", "unsolved", "still_failing", "anger", "disappointed", "distrust", "attitude")
)
GRATITUDE = ("谢", "辛苦", "thx", "thank", "3q")


class How(StrEnum):
    RATED_WELL = "rated_well"
    RESOLVED = "resolved"
    CUSTOMER_CONTENT = "customer_content"
    ANSWERED = "answered"


@dataclass(frozen=True, slots=True)
class Ending:
    how: How
    says: str  # for the card: 客户说「好的谢谢」


def of(conversation: Conversation, risks: Sequence[Finding], policy: Policy, now: datetime) -> Ending | None:
    """`risks`: the findings of risk; None as long as somebody should still look."""
    rating = conversation.rating
    if rating and rating.score >= GOOD_RATING:
        return Ending(How.RATED_WELL, f"客户给了 {rating.score} 分")
    if rating and rating.score <= policy.low_rating:
        return None
    grave = [f for f in risks if not is_late(f)]
    thanks = _content(conversation, {f.message for f in grave})
    if thanks:
        return Ending(How.CUSTOMER_CONTENT, f"客户说「{text.quote(thanks.text)}」")
    if conversation.status == "resolved" and not _dissatisfied(conversation, {f.message for f in grave}):
        return Ending(How.RESOLVED, "会话已结束")
    return None if grave else _answered(conversation, policy, now)


def is_late(finding: Finding) -> bool:
    """A wait that is over: true, but no reason to call anybody."""
    return finding.rule.startswith(f"{LATE}@")


def _customer(conversation: Conversation) -> list[tuple[int, Message, Signals]]:
    """What the customer said in words, a courtesy included."""
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    said = [(i, m, s) for i, (m, s) in enumerate(pairs) if m.speaker is Speaker.CUSTOMER]
    return [one for one in said if one[2].shape in ("text", "ack")]


def _content(conversation: Conversation, evidence: set[str]) -> Message | None:
    """The customer's last words, when they are content and a human wrote between the trouble and them."""
    said = _customer(conversation)
    if not said:
        return None
    last, message, signals = said[-1]
    if message.id in evidence or not grateful(message, signals):
        return None
    trouble = max((i for i, m in enumerate(conversation.messages) if m.id in evidence), default=-1)
    between = conversation.messages[trouble + 1 : last]
    return message if any(m.speaker is Speaker.AGENT for m in between) else None


def grateful(message: Message, signals: Signals) -> bool:
    """Words of a customer who is content now, and waits for nothing more."""
    if not NOT_AN_END.isdisjoint(name for name, _, _ in signals.terms):
        return False
    if signals.shape == "ack":
        return any(word in message.text.lower() for word in GRATITUDE)
    return signals.satisfied >= LEVEL > signals.dissatisfied


def _dissatisfied(conversation: Conversation, evidence: set[str]) -> bool:
    """At the end, by the customer's last words."""
    said = _customer(conversation)
    return bool(said) and (said[-1][2].dissatisfied >= LEVEL or said[-1][1].id in evidence)


def _answered(conversation: Conversation, policy: Policy, now: datetime) -> Ending | None:
    if conversation.channel in NOT_MEASURED or not waiting.timed(conversation):
        return None
    turns = waiting.turns(conversation)
    if not turns or turns[-1].reply is None:
        return None
    return Ending(How.ANSWERED, f"客服已回复，客户等了 {text.spell(turns[-1].seconds(now, policy))}")
