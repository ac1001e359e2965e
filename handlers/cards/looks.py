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


def of_one(conversation: Conversation, looks: Sequence[Look], zone: ZoneInfo) -> Card:
    if not looks:
        return Card("reply", "blue", "🌱 还没有人看过这段聊天", (Text(who(conversation)), Text(LATER)))
    rows = tuple((moment(look, zone), look.actor, why(look)) for look in looks[:MOST])
    table = Table(("时间", "谁", "为什么"), rows)
    return Card("reply", "blue", f"🌱 这段聊天被看过 {len(looks)} 次", (Text(who(conversation)), table))


def lately(looks: Sequence[tuple[Look, str]], zone: ZoneInfo) -> Card:
    if not looks:
        return Card("reply", "blue", "🌱 最近七天，没有人看过你的聊天", (Text(LATER),))
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
