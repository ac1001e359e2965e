"""What is counted in the report: pains and waits, each figure with its n and its interval."""

from math import sqrt

from bot.checkup.masking import Mask, words_of
from bot.checkup.values import Figure, PainView
from rules import checkup, text
from rules.checkup import Pain
from rules.highest import quantile
from rules.packs import Packs


def pain_view(pain: Pain, packs: Packs, of: int) -> PainView:
    rule = packs.rule(pain.check)
    quotes: dict[str, None] = {}
    for moment in pain.quotes.ranked():
        mask = Mask(moment.seen.conversation)
        quotes |= {mask.said(words_of(moment.finding, moment.seen.message(moment.finding.message))): None}
    low, high = interval(pain.count, of)
    return PainView(
        title(pain, packs), pain.count, percent(pain.count / of), f"{percent(low)}–{percent(high)}",
        tuple(quotes)[: checkup.QUOTES], rule.advice if rule else "",
    )  # fmt: skip


def title(pain: Pain, packs: Packs) -> str:
    rule = packs.rule(pain.check)
    return rule.title if rule else pain.check


def interval(count: int, of: int) -> tuple[float, float]:
    """Wilson's, 95 %."""
    if not of:
        return 0.0, 1.0
    z, p = 1.96, count / of
    middle = (p + z * z / (2 * of)) / (1 + z * z / of)
    half = z * sqrt(p * (1 - p) / of + z * z / (4 * of * of)) / (1 + z * z / of)
    return max(0.0, middle - half), min(1.0, middle + half)


def percent(share: float) -> str:
    return f"{share:.1%}" if share < 0.2 else f"{share:.0%}"


def told_waits(waits: checkup.Waits) -> tuple[tuple[Figure, ...], str]:
    if not waits.first:
        return (), "这份导出里没有能用的时间，等了多久没法算。下次导出时带上每句话的时间，这里就有数了。"
    figures = [
        Figure("首次回复 · 中位", text.spell(quantile(waits.first, 0.5)), f"共 {len(waits.first):,} 段"),
        Figure("首次回复 · 九成在", f"{text.spell(quantile(waits.first, 0.9))}内", f"共 {len(waits.first):,} 段"),
        Figure("每次等待 · 中位", text.spell(quantile(waits.every, 0.5)), f"共 {len(waits.every):,} 次"),
        Figure("每次等待 · 九成在", f"{text.spell(quantile(waits.every, 0.9))}内", f"共 {len(waits.every):,} 次"),
    ]
    soon = sum(1 for seconds in waits.every if seconds <= 180)
    figures.append(Figure("三分钟内有回复", percent(soon / len(waits.every)), f"{soon:,} / {len(waits.every):,} 次"))
    figures.append(
        Figure("客户的最后一句没再回", f"{waits.unanswered:,} 段", f"共 {waits.timed:,} 段；有的只是随口收尾")
    )
    note = "从客户第一句没人回的话，算到第一句人工回复；机器人和系统的话不算回复。"
    return tuple(figures), note + ("导出的时间只到分钟，误差在一分钟以内。" if waits.to_the_minute else "")
