"""共评校准 once it is over: the table, how it was decided, the best wording, who changes what; agreement; minutes."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Button, Card, Facts, Table, Text
from handlers.cards.polls import excerpt
from rules import causes
from rules.agreement import ENOUGH, Agreement
from rules.poll import ALARMS, OUTCOMES, RULE, SEVERITIES
from storage.calibrations import Calibration, Question
from storage.decisions import Decision, Told
from storage.rule_changes import RuleChange

CHANGES = {
    "accepted": "确认了，已生效",
    "declined": "看过，规则保留原样",
    "undone": "确认过，后来撤销了",
}
CRITERIA = {"choice": "该不该扣", "severity": "扣多重", "cause": "主要原因"}
STAGES = {"human_only": "只由人判", "hybrid": "人机一起判", "auto": "机器先判"}


@dataclass(frozen=True, slots=True)
class Ended:
    """One question with what came of it."""

    case: Question
    total: int
    decision: Decision
    change: RuleChange | None = None
    proposal: str = ""  # the change in words
    rule: str = ""  # what we said there
    page: str = ""


def closed(ended: Ended) -> Card:
    case, decision, told = ended.case, ended.decision, ended.decision.told
    blocks: list[Block] = [
        *excerpt(case),
        _table(decision),
        Text(f"{_voters(decision)} 人投票 → {_outcome(decision)}。"),
    ]
    blocks.append(Facts((*details(ended), ("编号", f"#{case.code}"))))
    state = "会上再聊" if told.outcome == "talk" else f"结果：{OUTCOMES[told.outcome]}"
    tone = "yellow" if told.outcome == "talk" else "green"
    title = f"⚖️ 共评校准 · 第 {case.place} 题 / 共 {ended.total} 题 · 结果"
    return Card("poll", tone, title, tuple(blocks), _buttons(ended), state)


def details(ended: Ended) -> list[tuple[str, str]]:
    """How it was decided, by whom, and what follows from it."""
    told = ended.decision.told
    rows = [("怎么算", RULE), ("投票的人", _seats(told.counts))]
    if told.outcome == "deduct":
        rows.append(("轻重和原因", _deduction(ended.decision)))
    if ended.rule:
        rows.append((f"八哥说的「{ended.rule}」", _alarm(told)))
    if told.wording:
        votes = f"（{told.wording_votes} 票）" if told.wording_votes else ""
        rows.append((f"最佳说法{votes}", f"「{told.wording}」"))
    return rows + _next(ended)


def sentence(decision: Decision) -> str:
    """9 人投票：扣 2 · 不扣 6 · 不确定 1 → 不扣（领先 44%）。"""
    n = decision.told.counts
    counts = f"扣 {n.get('deduct', 0)} · 不扣 {n.get('keep', 0)} · 不确定 {n.get('unsure', 0)}"
    return f"{_voters(decision)} 人投票：{counts} → {_outcome(decision)}。"


def _outcome(decision: Decision) -> str:
    told = decision.told
    if told.outcome == "talk":
        return f"还没定下（{told.because}）"
    by = f"，会上由 {told.by} 定下：{told.because}" if decision.version > 1 else f"（领先 {told.margin:.0%}）"
    return f"{OUTCOMES[told.outcome]}{by}"


def _voters(decision: Decision) -> int:
    return sum(int(decision.told.counts.get(name, 0)) for name in ("deduct", "keep", "unsure"))


def summary(session: Calibration, ended: Sequence[Ended], agreed: Mapping[str, Agreement], page: str = "") -> Card:
    """A new card, because edits call nobody."""
    rows = tuple((f"第 {e.case.place} 题", OUTCOMES[e.decision.told.outcome], _who(e)) for e in ended)
    open_ = sum(e.decision.told.outcome == "talk" for e in ended)
    blocks: list[Block] = [Table(("题", "结果", "谁来改"), rows), Text(agreement_line(agreed["choice"]))]
    if open_:
        blocks.append(Text(f"{open_} 题没有明显多数，留到会上聊；发「会议纪要 {session.id}」拿模板。"))
    buttons = [Button("打开网页", "poll_page", session.code, url=page)] if page else []
    if open_:
        buttons.insert(0, Button("会议纪要", "minutes", session.code, command=f"会议纪要 {session.id}"))
    title = f"⚖️ 共评结束：{len(ended) - open_} 题定下，{open_} 题会上再聊" if open_ else "⚖️ 共评结束，都有结果了"
    return Card("poll", "green", title, tuple(blocks), tuple(buttons), "已结束")


def agreement_line(found: Agreement) -> str:
    """Alpha says nothing on a few cases, so nothing is said then."""
    if not found.enough:
        return f"大家看法有多一致：样本不足（{found.cases}/{ENOUGH} 题）。"
    return f"大家看法有多一致：{figures(found)}。"


def figures(found: Agreement) -> str:
    if not found.enough:
        return f"样本不足（{found.cases}/{ENOUGH} 题）"
    raw = f"两人同意的占 {found.raw:.0%}" if found.raw is not None else ""
    if found.alpha is None:
        return f"{raw}（共 {found.cases} 题，回答几乎都一样，α 算不出）"
    span = f"（{found.low:.2f} 到 {found.high:.2f}）" if found.low is not None and found.high is not None else ""
    return f"{raw}，α {found.alpha:.2f}{span}，共 {found.cases} 题"


def agreements(found: Mapping[str, Agreement], by_rule: Mapping[str, Agreement], stages: Mapping[str, str]) -> Card:
    """For QA and leads: each criterion by itself, pooled over all calibrations."""
    rows = tuple((CRITERIA[name], figures(one)) for name, one in found.items())
    rules = tuple(
        (title, f"{figures(one)} · {STAGES[stages.get(title, 'human_only')]}") for title, one in by_rule.items()
    )
    blocks: list[Block] = [Facts(rows)]
    if rules:
        blocks += [Text("按规则看"), Facts(rules)]
    blocks.append(Text("α 是去掉碰巧以后的一致程度：1 是全一致，0 是和碰巧一样。括号里是 95% 区间。"))
    return Card("reply", "blue", "⚖️ 大家看法有多一致", tuple(blocks))


def alignment(same: int, decided: int) -> Card:
    """To this voter alone."""
    if not decided:
        return Card("reply", "blue", "⚖️ 你投过的题还没有结果，下次共评见")
    told = "和大家不同不是错，常常是标准还没说清楚；可以翻出来聊聊。"
    title = f"⚖️ 你投过 {decided} 题有了结果，{same} 题和大家一致"
    return Card("reply", "blue", title, (Text(told), Text("这个数只有你自己看得到。")))


def minutes(session: Calibration, ended: Sequence[Ended], zone: ZoneInfo) -> Card:
    """会议纪要: what was decided stands there, what is open has blanks."""
    day = (session.opened_at or session.due_at).astimezone(zone).strftime("%Y-%m-%d")
    lines = [f"日期：{day}　参加：　　　　记录："]
    for one in ended:
        lines.append(f"{one.case.place}. #{one.case.code} {sentence(one.decision)}")
        if one.decision.told.outcome == "talk":
            lines += ["　两边各自的理由：", "　聊完的决定（扣分 / 不扣）：", "　规则要不要改、谁改、哪天前："]
    codes = [one.case.code for one in ended if one.decision.told.outcome == "talk"]
    if codes:
        lines.append(f"聊完后质检或主管说「定论 {codes[0]} 不扣 理由」，就记成新一版决定；")
        lines.append(f"规则该不该提醒也聊过的，说「定论 {codes[0]} 不扣 不该提醒 理由」。")
    return Card("reply", "blue", f"⚖️ 共评会议纪要 · {day}", (Text("\n".join(lines)),))


def _table(decision: Decision) -> Table:
    n = decision.told.counts
    return Table(("扣分", "不扣", "不确定"), (tuple(str(n.get(name, 0)) for name in ("deduct", "keep", "unsure")),))


def _seats(counts: Mapping[str, object]) -> str:
    seats = counts.get("seats")
    return " · ".join(f"{seat} {n}" for seat, n in seats.items()) if isinstance(seats, Mapping) else ""


def _deduction(decision: Decision) -> str:
    parts = (SEVERITIES.get(decision.told.severity, ""), causes.word(decision.told.cause))
    return " · ".join(part for part in parts if part) or "没人写"


def _alarm(told: Told) -> str:
    """提醒得对 4 · 不该提醒 1"""
    votes = " · ".join(f"{word} {told.counts[name]}" for name, word in ALARMS.items() if told.counts.get(name))
    return f"{votes} → {ALARMS.get(told.alarm, '看法还不一')}" if votes else ALARMS.get(told.alarm, "没人说")


def _next(ended: Ended) -> list[tuple[str, str]]:
    rows = [("谁来改", _who(ended))]
    if ended.change is not None:
        rows.append(("近 30 天重跑", ended.decision.difference or "正在重跑，稍等"))
    return rows


def _who(ended: Ended) -> str:
    told, change = ended.decision.told, ended.change
    if told.outcome == "talk":
        return OUTCOMES["talk"]
    if change is None:
        return "不用改规则，照这个标准来"
    if change.state == "proposed":  # in a meeting a lead may decide, and only QA changes rules
        by = told.by if told.by and ended.decision.version == 1 else "质检"
        return f"等{by}确认：{ended.proposal}（{change.code}）"
    return f"{change.decided_by} {CHANGES[change.state]}：{ended.proposal}（{change.code}）"


def _buttons(ended: Ended) -> tuple[Button, ...]:
    code, change = ended.case.code, ended.change
    buttons: list[Button] = []
    if change is not None and change.state == "proposed" and ended.decision.rerun == "done":
        buttons += [
            Button("质检确认", "accept_rule", code, command=f"质检确认 {code}", style="primary"),
            Button("保留原样", "keep_rule", code, command=f"保留原样 {code}"),
        ]
    return (*buttons, *((Button("打开网页", "poll_page", code, url=ended.page),) if ended.page else ()))
