"""共评校准 while it goes on: the questions QA confirms, the blind vote in the room, the wordings, the agent's word."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Button, Card, Choices, Facts, Form, Quote, Text
from handlers.cards.words import clock
from rules import causes
from rules.poll import ALARMS, CHOICES, SEVERITIES
from storage.ballots import Better
from storage.calibrations import Calibration, Question

REASONS = {"appeal": "申诉后改判过", "review": "两次复核看法不同", "score": "分数在中间",
           "lately": "八哥最近提醒过"}  # fmt: skip
STATES = {"proposed": "待质检确认", "confirmed": "已确认", "open": "投票中", "wording": "选说法", "closed": "已结束",
          "dropped": "这周没开"}  # fmt: skip
MOST_TAPS = 5  # that a card shows where one cannot write on it
BLIND = "截止前谁也看不到结果，改主意就再投一次。"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question as a chat shows it."""

    session: Calibration
    case: Question
    total: int
    voters: int
    zone: ZoneInfo
    page: str = ""
    private: bool = True  # what somebody presses here is seen by nobody else
    forms: bool = False  # and one can write on the card
    wordings: Sequence[Better] = ()
    rule: str = ""  # what we said there; empty: nothing


def question(asked: Asked) -> Card:
    blocks: list[Block] = [*excerpt(asked.case), *_heard(asked.case), *_ballot(asked)]
    blocks.append(Facts((("编号", f"#{asked.case.code}"),)))
    until = clock(asked.session.closes_at, asked.zone) if asked.session.closes_at else ""
    buttons = (*_alarm_buttons(asked), *_page(asked))
    return Card("poll", "blue", _title(asked), tuple(blocks), buttons, f"{until} 截止 · 已投 {asked.voters} 人")


def choosing(asked: Asked) -> Card:
    """Which of the wordings is the best; nobody reads who wrote it."""
    code = asked.case.code
    shown = asked.wordings
    rows = tuple((str(n), better.text) for n, better in enumerate(shown, 1))
    if len(shown) < 2:
        waits: tuple[Block, ...] = (Text("盲投截止了，等这一场的说法选完，一起公布结果。"),)
        number = Facts((("编号", f"#{code}"),))
        return Card("poll", "blue", _title(asked), (*excerpt(asked.case), *waits, number), _page(asked), "投票已截止")
    how: list[Block] = [Text(_quietly(f"选说法 {code} 1", asked.page))]
    if asked.private:
        taps = tuple((f"选 {n}", f"{code}/{better.id}") for n, better in enumerate(shown, 1))
        how = [Choices("pick", taps if asked.forms else taps[:MOST_TAPS])]
        if len(taps) > MOST_TAPS and not asked.forms:
            how.append(Text(f"{MOST_TAPS} 句以后的，私聊发我「选说法 {code} {MOST_TAPS + 1}」，或者打开网页选。"))
    calm = Text("哪一句最想用？不写是谁写的，选完公布。")
    blocks = (*excerpt(asked.case), Facts(rows), calm, *how, Facts((("编号", f"#{code}"),)))
    until = clock(asked.session.ends_at, asked.zone) if asked.session.ends_at else ""
    return Card("poll", "blue", _title(asked), blocks, _page(asked), f"{until} 截止 · 已选 {asked.voters} 人")


def excerpt(case: Question) -> list[Block]:
    return [Quote(words, "", who) for who, words in case.excerpt]


def proposal(session: Calibration, cases: Sequence[Question], minutes: int, zone: ZoneInfo) -> Card:
    """To QA, the day before."""
    if session.state == "dropped":
        return Card("poll", "grey", "⚖️ 这周的共评校准没开，下周再来", state=STATES["dropped"])
    opens = session.due_at.astimezone(zone)
    when = f"{opens.strftime('%m-%d %H:%M')} 开始，投 {minutes} 分钟"
    blocks: list[Block] = [Text(f"{when}。确认后会先私信告诉这几段的接待同事，TA 可以匿名说一句。")]
    for case in cases:
        told = next((words for who, words in case.excerpt if who == "客户"), "")
        blocks.append(Text(f"{case.place}. #{case.code} {REASONS[case.why]} ·「{told}」"))
    if session.state != "proposed":
        blocks.append(Text(f"{session.confirmed_by} 确认了，到点自动开始。"))
        return Card("poll", "blue", f"⚖️ 这周共评 {len(cases)} 题", tuple(blocks), state=STATES[session.state])
    if len(cases) > 1:
        taps = tuple((f"去掉 {case.code}", f"{session.code}/{case.code}") for case in cases)
        say = f"不想问的，发「去掉 {cases[0].code}」就去掉那一题。"
        blocks.append(Choices("drop_question", taps, say))
    button = Button("就这几题", "confirm_poll", session.code, command=f"确认校准 {session.id}", style="primary")
    return Card("poll", "blue", f"⚖️ 这周共评这 {len(cases)} 题，可以吗", tuple(blocks), (button,), STATES["proposed"])


def warning(case: Question, opens: datetime, zone: ZoneInfo, *, forms: bool, over: bool = False) -> Card:
    """To the agent of the case, before anybody else reads it."""
    at = opens.astimezone(zone).strftime("%m-%d %H:%M")
    blocks: list[Block] = [Text(f"{at} 的共评会聊到下面这段。不写你的名字，聊的是标准，不是你。"), *excerpt(case)]
    if case.heard:
        blocks.append(Facts((("你说的（匿名）", case.heard),)))
    if not over:
        ask = "当时怎么想的？想说就写一句，会匿名放在题目下面"
        blocks.append(
            Form("own_word", case.code, ask, "匿名带上") if forms else Text(f"{ask}：发「我说 {case.code} …」。")
        )
        blocks.append(Text("这一题你不用投，别的题照常投。"))
    return Card("poll", "blue", "⚖️ 先跟你说一声，你有一段聊天，大家想一起对对标准", tuple(blocks), state="只有你看得到")


def opening(session: Calibration, cases: int, zone: ZoneInfo) -> Card:
    """Edits call nobody, so that the second vote is said once; over, it says so."""
    if session.state == "closed":
        return Card("poll", "grey", "⚖️ 说法选完了，结果在题目那张卡片上", state=STATES["closed"])
    until = clock(session.ends_at, zone) if session.ends_at else ""
    title = f"⚖️ 盲投截止了，来选更好的说法，{until} 公布结果"
    return Card("poll", "blue", title, (Text(f"{cases} 题有同事写了说法，翻到题目那张卡片选一句。"),), state="选说法")


def _ballot(asked: Asked) -> list[Block]:
    code, note = asked.case.code, Text(BLIND)
    if not asked.private:
        how = Text(_quietly(f"投票 {code} 扣分{' 提醒得对' if asked.rule else ''}", asked.page))
        return [Text(_deduct(asked)), *_alarm(asked), how, note]
    if not asked.forms:  # DingTalk shows five options in all
        heavy = tuple((f"扣分·{word}", f"{code}/deduct.{n}") for n, word in SEVERITIES.items())
        rest = tuple((CHOICES[choice], f"{code}/{choice}") for choice in ("keep", "unsure"))
        return [
            Text(_deduct(asked)),
            Choices("vote", heavy + rest),
            *_alarm(asked),
            note,
            Text(f"原因和更好的说法私聊发我：「投票 {code} 扣分 流程」「说法 {code} …」"),
        ]
    alarm: list[Block] = []
    if asked.rule:
        taps = tuple((word, f"{code}/alarm.{name}") for name, word in ALARMS.items())
        alarm = [*_alarm(asked), Choices("vote", taps)]
    return [
        Text(_deduct(asked)),
        Choices("vote", tuple((word, f"{code}/{choice}") for choice, word in CHOICES.items())),
        Text("选了扣分，再点扣多重；主要因为什么也可以点。"),
        Choices("vote", tuple((word, f"{code}/deduct.{n}") for n, word in SEVERITIES.items())),
        Choices("vote", tuple((cause.word, f"{code}/cause.{name}") for name, cause in causes.CAUSES.items())),
        *alarm,
        note,
        Form("better", code, "更好的说法：换你会怎么说", "写好了"),
    ]  # fmt: skip


def _deduct(asked: Asked) -> str:
    """Two questions, because a customer may well be angry at nobody's fault."""
    said = f"八哥说这里「{asked.rule}」。\n① " if asked.rule else ""
    return f"{said}这条该不该扣分？扣分，就是算在接待的同事身上。"


def _alarm(asked: Asked) -> list[Block]:
    return [Text("② 八哥在这里提醒得对吗？和扣不扣分开看：客户真有这回事，就是对。")] if asked.rule else []


def _alarm_buttons(asked: Asked) -> tuple[Button, ...]:
    """Where a card shows five options in all, the second question has buttons of its own."""
    if not asked.rule or not asked.private or asked.forms:
        return ()
    return tuple(Button(word, "vote", f"{asked.case.code}/alarm.{name}") for name, word in ALARMS.items())


def _quietly(example: str, page: str) -> str:
    how = f"这个群里按什么大家都看得见，所以悄悄来：私聊发我「{example}」"
    return f"{how}，或者打开网页。" if page else f"{how}。"


def _heard(case: Question) -> list[Block]:
    return [Text(f"当时接待的同事说：{case.heard}")] if case.heard else []


def _page(asked: Asked) -> tuple[Button, ...]:
    return (Button("打开网页", "poll_page", asked.case.code, url=asked.page),) if asked.page else ()


def _title(asked: Asked) -> str:
    return f"⚖️ 共评校准 · 第 {asked.case.place} 题 / 共 {asked.total} 题"
