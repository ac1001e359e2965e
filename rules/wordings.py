"""What to say to the customer now: whole sentences, as a colleague may send them, for what was found."""

from collections.abc import Iterable, Iterator

from rules.model import Finding, Kind
from rules.packs import Packs

WAITING = "让您久等了，我正在看您的问题，马上给您答复。"
# What checks are called; rules of packs have their own titles.
TITLES = {
    "slow_first_reply": "首次回复太慢", "slow_reply": "回复太慢", "answered_late": "回复晚了",
    "repeated_dissatisfaction": "多次表达不满", "repeated_question": "同一个问题问了几遍",
    "low_rating": "客户给了低分", "high_rating": "客户给了高分",
}  # fmt: skip
# For those checks too.
MEASURED = {
    "slow_first_reply": WAITING,
    "slow_reply": WAITING,
    "repeated_dissatisfaction": "让您反复说真的抱歉，这件事我来负责到底，今天给您一个准信。",
    "repeated_question": "您问的这句我现在直接答您；要查的，10 分钟内告诉您结果。",
}


def worth_saying(found: Iterable[Finding], packs: Packs) -> Iterator[str]:
    """In the order of what was found, each once. What red lines advise is for leads, and nothing to tell a customer."""
    told = (_of(finding, packs) for finding in found if finding.kind is Kind.RISK)
    yield from dict.fromkeys(words for words in told if words)


def _of(finding: Finding, packs: Packs) -> str:
    rule = packs.rule(finding.rule)
    return rule.say if rule else MEASURED.get(finding.check, "")
