"""The highlight: what the customer said, and who earned it when they like to be named."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Card, Facts, Quote, Text
from handlers.cards.words import clock, who
from rules.model import Conversation, Finding, Speaker
from rules.privacy import defang, mask, quote


@dataclass(frozen=True, slots=True)
class StarView:
    case: int
    conversation: Conversation
    finding: Finding
    zone: ZoneInfo
    agent: str = ""  # empty: not named


def star_card(view: StarView) -> Card:
    finding = view.finding
    message = next((m for m in view.conversation.messages if m.id == finding.message), None)
    at = clock(message.at, view.zone) if message and message.at else ""
    side = "客服" if message and message.speaker is Speaker.AGENT else "客户"
    blocks: list[Block] = [Text(who(view.conversation)), Quote(quote(finding.quote), at, side)]
    line = _line_worth_copying(view)
    if line:
        blocks.append(Text(f"可以抄走的一句：「{line}」"))
    blocks.append(Facts((("为什么好", mask(defang(finding.says))), ("编号", f"#S{view.case}"))))
    name = f" · {view.agent}" if view.agent else ""
    return Card("star", "green", f"⭐ 服务之星时刻{name}", tuple(blocks), state="新发现")


def _line_worth_copying(view: StarView) -> str:
    """The longest thing the agent said before the praise: usually the promise or the explanation that helped."""
    said: list[str] = []
    for message in view.conversation.messages:
        if message.id == view.finding.message:
            break
        if message.speaker is Speaker.AGENT:
            said.append(message.text)
    return quote(max(said, key=len), 60) if said else ""
