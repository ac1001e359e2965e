"""What Starling says about itself to the people who look after it."""

from handlers.cards.card import Card, Facts, Text


def undelivered(room: str, title: str, why: str) -> Card:
    rows = (("群", room), ("卡片", title), ("原因", why))
    advice = Text("处理好以后，新的卡片会照常发出；可以先运行 python -m bot doctor 看看。")
    return Card("notice", "orange", "🟠 有一张卡片没能送到", (Facts(rows), advice))


def unchanged(room: str, title: str, why: str) -> Card:
    rows = (("群", room), ("卡片", title), ("原因", why))
    advice = Text("它停在之前的样子，同一件事的其他卡片也可能这样。现在到哪一步了，发「告警」就能看到。")
    return Card("notice", "yellow", "🟡 有一张卡片改不了了", (Facts(rows), advice))
