"""How a second opinion is told: to leads only, always marked as written by a machine, with how often it was right."""

from handlers.cards.card import Card, Facts, Text
from handlers.cards.words import clean
from rules.ledger import wilson
from storage.opinions import Opinion, Trust

MARK = "机器撰写，仅供参考"
STAGES = {
    "shadow": "影子（只记不说）",
    "hint": "提示（写在主管的卡片上）",
    "counted": "计入（写明判断和一致率；它不同意的，先请人复核）",
}


def rows(opinion: Opinion | None, trust: Trust | None) -> tuple[tuple[str, str], ...]:
    """Facts for the leads' card; none while it only looks on."""
    if opinion is None or opinion.state != "told" or trust is None or trust.stage == "shadow":
        return ()
    told = [
        (f"小结（{MARK}）", opinion.summary),
        ("理由（机器）", opinion.reason),
        ("可以这样说（机器）", opinion.wording),
    ]
    if trust.stage == "counted":
        told.insert(1, ("机器判断", f"{'属实' if opinion.real else '可能是误报'}，{agreed(trust)}"))
    return tuple((label, clean(words)) for label, words in told if words)


def agreed(trust: Trust) -> str:
    if not trust.judged:
        return "还没有人工判断可以对照"
    low, high = wilson(trust.agreed, trust.judged)
    return f"和人工一致 {trust.agreed / trust.judged:.0%}（{low:.0%}–{high:.0%}，共 {trust.judged} 次）"


def graduated(title: str, before: str, trust: Trust) -> Card:
    facts = Facts(
        (("规则", clean(title)), ("从", STAGES[before]), ("到", STAGES[trust.stage]), ("依据", agreed(trust)))
    )
    return Card("notice", "blue", "🌱 机器的第二意见换了一档", (facts, Text("一致率变低时，它会自己退回来。")))
