"""Who is on duty, what is muted, and why nobody was called: answers in plain words."""

from collections.abc import Sequence

from handlers.cards.card import Block, Card, Facts, Text


def duty(rows: Sequence[tuple[str, str]]) -> Card:
    hint = Text("主管可以说「值班 张主管 到 18:00」，「值班 取消」回到排班表。")
    return Card("reply", "blue", "🌱 现在谁在值班", (Facts(tuple(rows)), hint))


def mutes(rows: Sequence[tuple[str, str]], total: int = 0) -> Card:
    """`total`: how many there are when only the first are listed."""
    if not rows:
        hint = Text("可以说「静音 规则 物流停滞 60」「静音 店铺 旗舰店 2小时」；一条告警说「静音 A12 30」。")
        return Card("reply", "green", "🌱 现在没有静音", (hint,))
    title = f"🌱 静音中 {max(total, len(rows))} 个"
    return Card("reply", "blue", title, (Facts(tuple(rows)), Text("「恢复 名字」或「恢复 A12」就结束。")))


def why(title: str, rows: Sequence[tuple[str, str]], more: Sequence[str] = ()) -> Card:
    blocks: list[Block] = [Facts(tuple(rows))] if rows else []
    return Card("reply", "blue", f"🌱 {title}", (*blocks, *(Text(line) for line in more)))
