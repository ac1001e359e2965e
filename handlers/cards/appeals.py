"""Cards around appeals: my own findings, the form, what the judge sees, the answer; the judge reads no name."""

from collections.abc import Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Button, Card, Choices, Facts, Form, Quote, Text
from handlers.cards.words import clean, clock, who
from rules import causes
from rules.model import Conversation
from rules.privacy import quote
from storage.appeals import Appeal
from storage.judgements import Judged

STATES = {"open": "待复核", "accepted": "成立", "partly": "部分成立", "rejected": "不成立"}
RESULTS = {
    "accepted": "判定撤回了，不会出现在任何数据里。",
    "partly": "事实还在，但原因不在你，不算在你身上。",
    "rejected": "判定保留。可以和主管聊聊，也可以在共评校准里听听大家怎么看。",
}
TONES = {"open": "blue", "accepted": "green", "partly": "green", "rejected": "grey"}
DECISIONS = (("成立", "appeal_accept"), ("部分成立", "appeal_partly"), ("不成立", "appeal_reject"))
DAYS = 30
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Mine:
    """One finding about me, and what became of it."""

    judged: Judged
    appeal: Appeal | None
    open: bool  # there is still time to appeal


@dataclass(frozen=True, slots=True)
class Seen:
    """What an appeal is about, as its cards show it."""

    appeal: Appeal
    conversation: Conversation
    judged: Sequence[Judged]
    zone: ZoneInfo
    page: str = ""
    forms: bool = False


def mine(found: Sequence[Mine], zone: ZoneInfo) -> Card:
    """Only what can be learnt counts; the rest is told so."""
    personal = [one for one in found if one.judged.cause in causes.PERSONAL]
    open_ = [one for one in found if not one.judged.cause]
    others = len(found) - len(personal) - len(open_)
    shown = [*personal, *open_][:SHOWN]
    blocks: list[Block] = [Facts(tuple(_mine(one, zone) for one in shown))] if shown else []
    if others:
        blocks.append(Text(f"另有 {others} 条原因在流程、系统、政策或客户，交给能改的人了，不算在你身上。"))
    taps = tuple(
        (f"申诉 {one.judged.code}", f"reply/{one.judged.code}") for one in shown if one.open and not one.appeal
    )
    if taps:
        blocks += [
            Text(f"觉得哪条不对，发「申诉 {shown[0].judged.code} 理由」，会请另一位同事复核。"),
            Choices("appeal", taps),
        ]
    talks = len({one.judged.conversation for one in personal})  # one talk may have several findings
    title = f"🌱 我的质检 · 近 {DAYS} 天，算在你身上的 {talks} 段聊天"
    return Card("reply", "blue", title if found else f"🌱 近 {DAYS} 天没有关于你的判定，辛苦了", tuple(blocks))


def _mine(one: Mine, zone: ZoneInfo) -> tuple[str, str]:
    judged = one.judged
    counts = f"原因：{causes.word(judged.cause)}" if judged.cause else uncertain(judged)
    advice = f"可以这样说：{clean(judged.finding.advice)}" if judged.finding.advice else ""
    appeal = f"申诉 {one.appeal.code} {STATES[one.appeal.state]}" if one.appeal else ""
    told = " · ".join(part for part in (clean(judged.finding.says), counts, advice, appeal) if part)
    return f"{judged.code} {judged.found_at.astimezone(zone).strftime('%m-%d %H:%M')}", told


def uncertain(judged: Judged) -> str:
    """Why it does not count yet, or that a trusted rule said it alone."""
    return "还没定原因，先不算" if judged.verdict else "八哥按大家认可的规则判的，还没人看过"


def ask(judged: Sequence[Judged], code: str, *, forms: bool) -> Card:
    """Why do you think it is wrong?"""
    how: Block = Text(f"发「申诉 {code} 理由」就行。")
    if forms:
        how = Form("appeal", code, "为什么不该算：一两句就好", "提交申诉")
    calm = Text("会请一位没有参与这条判定的同事复核，TA 看不到你的名字。")
    return Card(
        "appeal", "blue", f"🌱 申诉 {code}：你觉得哪里不对？", (*_findings(judged), calm, how), state="只有你看得到"
    )


def filed(seen: Seen, hours: int) -> Card:
    """To the appellant, until it is decided."""
    rows = (("理由", clean(seen.appeal.reason)), ("编号", f"#{seen.appeal.code}"))
    calm = Text(f"已经交给另一位同事，{hours} 小时内会看；到时没看完会换人接着看。")
    title = "🌱 收到你的申诉"
    return Card("appeal", "blue", title, (*_findings(seen.judged), Facts(rows), calm), state=STATES[seen.appeal.state])


def told(seen: Seen) -> Card:
    """To the appellant: what came of it."""
    appeal = seen.appeal
    title = f"🌱 你的申诉{STATES[appeal.state]}"
    rows = [("复核人说", clean(appeal.answer)), ("编号", f"#{appeal.code}")]
    if appeal.decided_at is not None:
        rows.insert(1, ("复核", f"{appeal.decided_by} {clock(appeal.decided_at, seen.zone, appeal.filed_at)}"))
    blocks = (*_findings(seen.judged), Facts(tuple(rows)), Text(RESULTS[appeal.state]))
    return Card("appeal", TONES[appeal.state], title, blocks, state=STATES[appeal.state])


def judge(seen: Seen, leaning: str = "") -> Card:
    """To whoever judges; `leaning`: the decision whose reason is being asked for."""
    appeal = seen.appeal
    blocks: list[Block] = [Text(who(seen.conversation)), *_findings(seen.judged)]
    blocks.append(Facts((("申诉理由", clean(appeal.reason)), ("编号", f"#{appeal.code}"))))
    if appeal.state != "open":
        blocks.append(Facts((("结果", f"{appeal.decided_by} 判为{STATES[appeal.state]}：{clean(appeal.answer)}"),)))
        return Card("appeal", "grey", "⚖️ 这条申诉有结果了", tuple(blocks), state=STATES[appeal.state])
    blocks.append(_asks(seen, leaning))
    page = (Button("看这段聊天", "listen", appeal.code, url=seen.page),) if seen.page else ()
    taps = tuple(Button(text, action, appeal.code, command=f"{text} {appeal.code}") for text, action in DECISIONS)
    return Card("appeal", "orange", "⚖️ 请你复核一条判定", tuple(blocks), (*taps, *page), _until(seen))


def passed(appeal: Appeal) -> Card:
    return Card("appeal", "grey", f"⚖️ {appeal.code} 换了一位同事来复核，不用再看了", state="已转交")


def changed(appeal: Appeal, codes: str) -> str:
    """To those who judged first, when there is time for it."""
    return f"你判过的 {codes} 复核后改判（{STATES[appeal.state]}）：{appeal.answer}。一起对一下标准就好。"


def _asks(seen: Seen, leaning: str) -> Block:
    code = seen.appeal.code
    word, action = next(((w, a) for w, a in DECISIONS if a == leaning), ("", ""))
    if word and seen.forms:
        return Form(action, code, f"判为{word}，写一句理由（申诉的同事会看到）", f"确认{word}")
    example = word or "成立"
    return Text(f"判的时候带一句理由，比如「{example} {code} 客户当时已经收到答复」。部分成立：事实在，原因不在个人。")


def _until(seen: Seen) -> str:
    due = seen.appeal.due_at
    return f"{clock(due, seen.zone, seen.appeal.filed_at)} 前" if due else STATES["open"]


def _findings(judged: Sequence[Judged]) -> list[Block]:
    blocks: list[Block] = []
    for one in [*{one.finding.check: one for one in judged}.values()][:3]:
        blocks.append(Facts(((f"判定 {one.code}", clean(one.finding.says)),)))
        if one.finding.quote:
            blocks.append(Quote(quote(one.finding.quote)))
    return blocks
