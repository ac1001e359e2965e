"""Who looked at a conversation, when and why, for those who may ask."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from handlers.cards.card import Card, Table, Text
from handlers.cards.words import clean, who
from rules.model import Conversation
from rules.privacy import mask_name
from storage.watching import Look

MOST = 20
LATER = "正在进行的聊天，等它结束或过一小时，才看得到是谁在听。"


def of_one(conversation: Conversation, looks: Sequence[Look], zone: ZoneInfo, *, later: bool) -> Card:
    """`later`: while it goes on its agent is not told yet who listens, nor whether anybody does."""
    if not looks:
        title = "这段聊天还在进行；结束后，或过一小时，告诉你谁看过" if later else "还没有人看过这段聊天"
        return Card("reply", "blue", f"🌱 {title}", (Text(who(conversation)),))
    rows = tuple((moment(look, zone), look.actor, why(look)) for look in looks[:MOST])
    table = Table(("时间", "谁", "为什么"), rows)
    calm = (Text(LATER),) if later else ()
    return Card("reply", "blue", f"🌱 这段聊天被看过 {len(looks)} 次", (Text(who(conversation)), *calm, table))


def lately(looks: Sequence[tuple[Look, str]], zone: ZoneInfo) -> Card:
    if not looks:
        return Card("reply", "blue", "🌱 已经结束的聊天，这七天没有人看过", (Text(LATER),))
    latest = list(reversed(looks))[:MOST]
    rows = tuple(
        (moment(look, zone), mask_name(name) if name else "客户", look.actor, why(look)) for look, name in latest
    )
    title = f"🌱 最近七天，你的聊天被看过 {len(looks)} 次"
    return Card("reply", "blue", title, (Table(("时间", "客户", "谁", "为什么"), rows), Text(LATER)))


def moment(look: Look, zone: ZoneInfo) -> str:
    return look.at.astimezone(zone).strftime("%m-%d %H:%M")


def why(look: Look) -> str:
    return clean(f"看了原文：{look.why}" if look.revealed else look.why)
