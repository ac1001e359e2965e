"""What other rules would have said of the past, as people read it."""

from collections.abc import Callable

from handlers.cards.card import Block, Card, Facts, Quote, Table, Text
from handlers.cards.words import clean
from rules.difference import Difference, Pile
from rules.privacy import quote
from rules.rerun import Fate

FATES = {Fate.ADDED: "新增", Fate.REMOVED: "消失", Fate.LOUDER: "变响", Fate.QUIETER: "变轻"}
VERDICTS = {"real": "判过有效", "false_alarm": "判过误报", "overturned": "改判过", "": "没判过"}
SHOWN = 3  # examples


def sentence(found: Difference) -> str:
    """近 30 天 412 段会话：新增 14 条、消失 3 条；会多叫人 5 次、少叫 1 次。"""
    days = max(1, round((found.until - found.since).total_seconds() / 86400))
    parts = [f"{word} {found.piles[fate].n} 条" for fate, word in FATES.items() if found.piles[fate].n]
    told = "、".join(parts) or "一条也没有变"
    more, fewer = found.calls[Fate.ADDED].n, found.calls[Fate.REMOVED].n
    calls = f"；会多提醒 {more} 段、少提醒 {fewer} 段" if more or fewer else ""
    return f"近 {days} 天 {found.conversations:,} 段会话（{found.messages:,} 条消息）重跑一遍：{told}{calls}。"


def difference_card(found: Difference, title: Callable[[str], str]) -> Card:
    blocks: list[Block] = [Text(sentence(found))]
    for fate, word in FATES.items():
        pile = found.piles[fate]
        if pile.n:
            blocks += _pile(pile, word, title)
    return Card("review", "blue", "🌱 换一套规则，过去会怎样", tuple(blocks), state="重跑结果")


def _pile(pile: Pile, word: str, title: Callable[[str], str]) -> list[Block]:
    rules = sorted(pile.rules.items(), key=lambda one: -one[1])[:5]
    verdicts = " · ".join(f"{VERDICTS[v]} {n}" for v, n in sorted(pile.verdicts.items(), reverse=True))
    rows = tuple((clean(title(rule)), f"{n} 条") for rule, n in rules)
    examples = sorted(pile.examples, key=lambda example: not example.verdict)[:SHOWN]
    quotes = [Quote(quote(e.change.finding.quote), "", "") for e in examples if e.change.finding.quote]
    return [Facts(((word, f"共 {pile.n} 条（{verdicts}）"),)), Table(("规则", word), rows), *quotes]
