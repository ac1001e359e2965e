"""What Starling found wrong with itself, and that it is mended."""

from datetime import timedelta

from handlers.cards.card import Card, Text
from handlers.cards.words import span

ADVICE = "可以运行 python -m bot doctor 看看是哪里；修好以后我会再说一声。"


def found(says: str) -> Card:
    return Card("notice", "orange", f"🟠 {says}", (Text(ADVICE),))


def mended(says: str, took: timedelta) -> Card:
    return Card("notice", "green", "🌱 好了，恢复正常", (Text(f"刚才说的「{says}」，用了 {span(took)}，现在没事了。"),))
