"""Small pieces of wording that several cards share: masked names, levels, states, spans of time."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rules.model import Conversation, Severity
from rules.privacy import harmless, mask_name

HEADS = {Severity.RED: "🔴", Severity.ORANGE: "🟠", Severity.YELLOW: "🟡", Severity.NONE: "🟡"}
AGENT, COLLEAGUE = "客服", "同事"  # instead of somebody's name: as customers call them, and as we do
CHANNELS = {"chat": "在线聊天", "phone": "电话", "email": "邮件"}
STATES = {"open": "待认领", "claimed": "已认领", "resolved": "已解决", "false_alarm": "误报", "muted": "已静音",
          "shadow": "影子"}  # fmt: skip


def who(conversation: Conversation) -> str:
    """王** · 旗舰店 · 在线聊天 · 售后"""
    name = mask_name(conversation.customer_name) if conversation.customer_name else "一位客户"
    return " · ".join(part for part in (name, where(conversation)) if part)


def where(conversation: Conversation) -> str:
    """旗舰店 · 在线聊天 · 售后"""
    parts = (clean(conversation.shop), CHANNELS.get(conversation.channel, ""), clean(conversation.team))
    return " · ".join(part for part in parts if part)


def clean(told: str) -> str:
    """A name somebody else chose: masked and harmless like everything on a card."""
    return harmless(told)


def unnamed(told: str, names: Iterable[str], word: str) -> str:
    """Somebody's words with another word for these names: 客服小李骂我 is 客服骂我. One character is no name."""
    for name in sorted((name for name in names if len(name) > 1), key=len, reverse=True):
        told = told.replace(name, word)
    return told.replace(word * 2, word)


def clock(at: datetime, zone: ZoneInfo, day: datetime | None = None) -> str:
    """14:05; with its date, 11-20 14:05, when that is another day than `day`."""
    local = at.astimezone(zone)
    same = day is None or local.date() == day.astimezone(zone).date()
    return local.strftime("%H:%M" if same else "%m-%d %H:%M")


def span(length: timedelta) -> str:
    """45 秒, 6 分钟, 2 小时 5 分"""
    seconds = max(0, int(length.total_seconds()))
    if seconds < 60:
        return f"{seconds} 秒"
    minutes = seconds // 60
    if minutes < 60:
        return f"{minutes} 分钟"
    hours, rest = divmod(minutes, 60)
    return f"{hours} 小时 {rest} 分" if rest else f"{hours} 小时"
