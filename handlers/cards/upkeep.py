"""What Starling tells those who look after it: packs taken over or refused, and what was learnt."""

from collections.abc import Sequence

from handlers.cards.card import Card, Facts, Text
from handlers.cards.words import clean

MOST = 8  # mistakes on one card


def packs_changed(changes: Sequence[str]) -> Card:
    told = changes or ("内容有变化，规则和词没有变。",)
    return Card("notice", "green", "🌱 新的规则包已经用上", tuple(Text(clean(line)) for line in told))


def packs_refused(mistakes: Sequence[str]) -> Card:
    """Each mistake names its file, line and remedy; what was in use stays in use."""
    # Without .toml, which would be taken for a link and spoilt.
    lines = [Text(clean(line.replace(".toml 第", " 第", 1))) for line in mistakes[:MOST]]
    if len(mistakes) > MOST:
        lines.append(Text(f"还有 {len(mistakes) - MOST} 处，改好这些再看。"))
    calm = Text("现在仍用原来那一套，一条告警也不会漏。改好保存，我会自己再读一遍。")
    return Card("notice", "orange", "🟠 新的规则包还不能用", (*lines, calm))


def learnt(says: Sequence[tuple[str, str]], *, better: bool) -> Card:
    """(kind, what came of it)"""
    title = "🌱 从大家的复核里学到了新的" if better else "🌱 学了一遍大家的复核"
    return Card("notice", "green" if better else "blue", title, (Facts(tuple(says)),))


def rolled_back(says: Sequence[tuple[str, str]]) -> Card:
    if not says:
        return Card("reply", "grey", "🌱 现在用的就是出厂的评分，没有可以回退的模型")
    return Card("reply", "blue", "🌱 已经回退，几秒后所有进程都用它", (Facts(tuple(says)),))


def sentence(text: str) -> Card:
    return Card("reply", "blue", f"🌱 {text}")
