"""Answers to what people type: short, and always with the next step."""

from handlers.cards.alert import TONES
from handlers.cards.card import Button, Card, Facts, Table, Text
from handlers.cards.words import HEADS, STATES, who
from rules.model import Conversation, Severity
from storage.alerts import Alert


def unknown(nearest: str, number: int | None = None) -> Card:
    if not nearest:
        return Card(
            "reply", "grey", "🌱 这句我没听懂", (Text("发「帮助」看看我会什么。"),), (_typed("帮助", "帮助", "guide"),)
        )
    meant = f"{nearest} A{number}" if number is not None else nearest
    return Card("reply", "grey", f"🌱 你是想说「{meant}」吗？", (Text(f"再发一次「{meant}」就行，发「帮助」看全部。"),))


def sentence(text: str, tone: str = "grey") -> Card:
    return Card("reply", tone, f"🌱 {text}")


def alert_list(alerts: list[tuple[Alert, Conversation, str]], total: int = 0) -> Card:
    """`total`: how many there are when only the first are listed."""
    if not alerts:
        return Card("reply", "green", "🌱 现在没有等着的告警，大家都被照顾到了")
    rows = tuple((f"{HEADS[a.severity]} #{a.code}", who(c), need, STATES[a.state]) for a, c, need in alerts)
    first = next((a for a, _, _ in alerts if a.state == "open"), None)
    buttons = (_typed(f"认领 {first.code}", f"认领 {first.code}", "claim", first.code),) if first else ()
    worst = max((a.severity for a, _, _ in alerts), default=Severity.YELLOW)
    return Card(
        "reply",
        TONES[worst],
        f"🌱 还没收尾的告警 {max(total, len(alerts))} 条" + (f"，先看 {len(alerts)} 条" if total > len(alerts) else ""),
        (Table(("编号", "客户", "需要", "状态"), rows),),
        buttons,
    )


def status(facts: tuple[tuple[str, str], ...]) -> Card:
    return Card("reply", "blue", "🌱 我现在的状态", (Facts(facts),))


def _typed(text: str, command: str, action: str, value: str = "") -> Button:
    return Button(text, action, value, command=command)
