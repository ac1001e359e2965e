"""What screening makes of one sentence, for people who try a rule: what a real customer's message would have led to."""

from collections.abc import Callable, Sequence

from handlers.cards.card import Block, Card, Facts, Text
from handlers.cards.words import clean
from rules.decide import SENTENCES, Decision, Reason, Verb
from rules.model import Finding, Kind, Severity

LEVELS = {
    Severity.NONE: "不会提醒",
    Severity.YELLOW: "黄色提醒",
    Severity.ORANGE: "橙色提醒",
    Severity.RED: "红色提醒",
}
TONES = {Severity.NONE: "green", Severity.YELLOW: "yellow", Severity.ORANGE: "orange", Severity.RED: "red"}
WORTH_SAYING = 0.3  # of a single sentence's risk: less says nothing and looks like a contradiction
QUIET = (Reason.MILD, Reason.BELOW_LEVEL)


def trial(
    decisions: Sequence[Decision], findings: Sequence[Finding], risk: float, title: Callable[[Finding], str]
) -> Card:
    spoken = [d for d in decisions if d.verb is Verb.SPEAK]
    level = max((d.severity for d in spoken if d.kind is not Kind.STAR), default=Severity.NONE)
    rows = tuple((title(f), clean(f.says)) for f in findings if f.severity)
    blocks: list[Block] = [Facts(rows) if rows else Text("这句话没有触发会提醒的规则。")]
    if not level and rows:
        blocks += [Text(f"{SENTENCES[d.reason]}。") for d in decisions if d.reason in QUIET]
    if risk > WORTH_SAYING:
        blocks.append(Text(f"整段风险 {risk:.0%}"))
    praise = "服务之星 · " if any(d.kind is Kind.STAR for d in spoken) else ""
    return Card("reply", TONES[level], f"🌱 {praise}{LEVELS[level]}", tuple(blocks))
