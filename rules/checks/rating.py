"""The customer's own verdict: a low rating is a risk, a high one a star."""

from collections.abc import Iterator
from datetime import datetime

from rules import text
from rules.model import Conversation, Finding, Kind, Rating, Severity, Speaker
from rules.policy import Policy

VERSION = 1
ADVICE = "今天就回访一次：先道歉，再问清哪一步没办好。"


def check(conversation: Conversation, policy: Policy, now: datetime) -> Iterator[Finding]:
    rating = conversation.rating
    if rating is None:
        return
    if rating.score <= policy.low_rating:
        severity = Severity.RED if rating.score <= 1 else Severity.ORANGE
        yield _finding(conversation, rating, "low_rating", Kind.RISK, severity)
    elif rating.score >= policy.high_rating:
        yield _finding(conversation, rating, "high_rating", Kind.STAR, Severity.YELLOW)


def _finding(conversation: Conversation, rating: Rating, name: str, kind: Kind, severity: Severity) -> Finding:
    said = [m for m in conversation.messages if m.speaker is Speaker.CUSTOMER]
    quote = rating.comment or (said[-1].text if said else "")
    advice = ADVICE if kind is Kind.RISK else ""
    message = said[-1].id if said else ""
    says = f"客户给了 {rating.score} 分" + (f"，说「{text.quote(rating.comment)}」" if rating.comment else "")
    return Finding(name, kind, severity, message, text.quote(quote), says, f"{name}@{VERSION}", advice)
