"""Cards of shadow mode: the day's would-be alerts, how it would have gone, and which limits the answers suggest."""

from collections.abc import Sequence
from dataclasses import dataclass

from handlers.cards.card import Block, Button, Card, Choices, Facts, Quote, Text
from handlers.cards.words import HEADS, clean, who
from rules.ledger import wilson
from rules.model import Conversation, Finding, Severity
from rules.policy import Policy
from rules.privacy import quote
from rules.shadow import Proposal
from storage.shadows import Shadow

SHOWN = 6  # on one card
VERDICTS = {"real": "有效", "false_alarm": "误报"}
WORDS = {Severity.RED: "红", Severity.ORANGE: "橙", Severity.YELLOW: "黄"}
LEVELS = {"yellow": "黄色", "orange": "橙色", "red": "红色"}
KNOBS = {"yellow_risk": "黄色说法提醒的风险分", "alert_from": "开始提醒的级别", "repeat_times": "多次不满的次数"}


@dataclass(frozen=True, slots=True)
class Line:
    """One would-be alert, ready to be judged."""

    shadow: Shadow
    conversation: Conversation | None
    finding: Finding | None
    at: str
    subject: str  # of the post it stands in


def day(found: Sequence[Shadow], lines: Sequence[Line]) -> Card:
    """Once a day for each lead; nobody else was told."""
    more = [Text(f"还有 {len(found) - len(lines)} 条，发「影子」接着看。")] if len(found) > len(lines) else []
    blocks = [block for line in lines for block in _blocks(line)]
    calm = Text("影子模式：这些都没有发到群里。点一下对不对，我就知道该提醒到什么程度。")
    title = f"🌱 今天我本来会提醒 {len(found)} 次（{_levels(found)}）"
    done = sum(bool(one.verdict) for one in found)
    return Card("shadow", "blue", title, (calm, *blocks, *more), state=f"已判 {done} / {len(found)}")


def summary(
    found: Sequence[Shadow], lines: Sequence[Line], proposals: Sequence[Proposal], policy: Policy, *, live: bool
) -> Card:
    """影子: so far, what is left to judge, what could be changed, and the step into real alerts."""
    if not found:
        told = "现在是上线的，提醒照常发到群里。" if live else "还没有本来会提醒的事，等客户说几句话再看。"
        return Card("reply", "blue", f"🌱 {told}")
    blocks: list[Block] = [
        Facts((("本来会提醒", f"{len(found)} 次（{_levels(found)}）"), ("判下来", _precision(found))))
    ]
    blocks += [Text(f"提议：{KNOBS[p.knob]}改成 {shown_value(p)}。{reason(p)}") for p in proposals]
    blocks += [block for line in lines for block in _blocks(line)]
    adopt = [
        Button(f"采用{KNOBS[p.knob]} {shown_value(p)}", "adopt", f"reply/{p.knob}", command=f"采用 {p.knob}")
        for p in proposals
    ]
    go = [] if live else [Button("上线", "go_live", "reply", command="上线", style="primary")]
    title = "🌱 影子模式到现在：" if not live else "🌱 影子模式那时："
    return Card("reply", "blue", f"{title}本来会提醒 {len(found)} 次", tuple(blocks), (*go, *adopt)[:5])


def reason(proposal: Proposal) -> str:
    """What it would have silenced, and what stays."""
    return (
        f"少提醒 {proposal.silenced} 次，其中 {proposal.wrong} 次是误报；"
        f"判为有效的 {proposal.real} 次里还会提醒 {proposal.kept} 次"
    )


def shown_value(proposal: Proposal) -> str:
    return LEVELS.get(proposal.value, proposal.value)


def _precision(found: Sequence[Shadow]) -> str:
    judged = [one for one in found if one.verdict]
    if not judged:
        return "还没有人判过"
    real = sum(one.verdict == "real" for one in judged)
    low, high = wilson(real, len(judged))
    return f"{real / len(judged):.0%} 有效（{low * 100:.0f}–{high:.0%}，共 {len(judged)} 次）"


def _levels(found: Sequence[Shadow]) -> str:
    counts = ((word, sum(one.severity is level for one in found)) for level, word in WORDS.items())
    return " ".join(f"{word} {n}" for word, n in counts if n)


def _blocks(line: Line) -> list[Block]:
    one = line.shadow
    says = clean(line.finding.says) if line.finding else "这位客户需要帮忙"
    whose = who(line.conversation) if line.conversation else ""
    blocks: list[Block] = [Text(f"{HEADS[one.severity]} #{one.code} {says}\n{whose} · {line.at}")]
    if line.finding and line.finding.quote:
        blocks.append(Quote(quote(line.finding.quote)))
    if one.verdict:
        return [*blocks, Text(f"{one.judged_by}：{VERDICTS[one.verdict]}")]
    taps = tuple((f"{one.code} {word}", f"{line.subject}/{one.code}.{name}") for name, word in VERDICTS.items())
    return [*blocks, Choices("shadow_verdict", taps)]
