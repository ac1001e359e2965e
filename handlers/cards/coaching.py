"""Coaching while the customer is still there: the hint to the agent, the coach's own card, and who looks after whom."""

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Button, Card, Choices, Facts, Form, Text
from handlers.cards.words import clock, who
from rules.model import Conversation
from storage.alerts import Alert
from storage.whispers import Whisper

ANSWERS = {"got_it": "收到", "help": "需要帮助"}
NUMBERS = "①②③"
IN_TITLE = 60  # characters of a hint that a notification shows whole


@dataclass(frozen=True, slots=True)
class CoachView:
    """All that the cards of one alert's coaching show."""

    alert: Alert
    conversation: Conversation
    whispers: tuple[Whisper, ...]
    zone: ZoneInfo
    suggestions: tuple[tuple[str, str], ...] = ()  # (how a press names it, the wording)
    forms: bool = False  # whether people can write on a card there

    @property
    def closed(self) -> bool:
        return self.alert.closed_at is not None


def whisper_card(view: CoachView, whisper: Whisper, *, still: bool) -> Card:
    """For the agent alone. `still`: the conversation is still theirs, so an answer is still wanted."""
    code = view.alert.code
    short = len(whisper.words) <= IN_TITLE
    title = f"🌱 {whisper.by}私下提示你" + (f"：{whisper.words}" if short else "")
    blocks = (Text(who(view.conversation)),) if short else (Text(whisper.words), Text(who(view.conversation)))
    value = f"{code}/{whisper.id}"
    answers = (
        Button("收到", "got_it", value, command=f"收到 {code}", style="primary"),
        Button("需要帮助", "help", value, command=f"需要帮助 {code}"),
    )
    open_ = still and not view.closed
    left = answers if not whisper.answer else answers[1:] if whisper.answer == "got_it" else ()
    return Card("whisper", "blue", title, blocks, left if open_ else (), _state(view, whisper))


def coach_card(view: CoachView) -> Card:
    """For the one who coaches: what was said and answered so far, and what to say next with one tap."""
    blocks: list[Block] = [Text(who(view.conversation))]
    if view.whispers:
        blocks.append(Facts(tuple(row for whisper in view.whispers for row in _told(view, whisper))))
    blocks += _offers(view)
    last = view.whispers[-1] if view.whispers else None
    state = _state(view, last) if last else STATE_CLOSED if view.closed else "发出去只有接待的同事看到"
    return Card("coach", "blue", _title(last), tuple(blocks), _taps(view), state)


STATE_CLOSED = "已收尾"


def whispered(whisper: Whisper, zone: ZoneInfo) -> tuple[str, str]:
    """One row for the leads' card; what was said stays between the two."""
    told = f"{whisper.by} {clock(whisper.at, zone)} 私下提示"
    if whisper.answer and whisper.answered_at:
        told += f" · {clock(whisper.answered_at, zone)} 接待{ANSWERS[whisper.answer]}"
    return ("提示", told)


def taking(name: str, alert: Alert, *, by_hand: bool) -> Card:
    """Nothing has moved yet: the helpdesk says when it has."""
    told = f"{name}要来接这位客户，正在客服系统里手动转" if by_hand else f"{name}来接这位客户，会话正在转"
    return Card("reply", "blue", f"🌱 {told} · #{alert.code}")


def handed(name: str, to: str, alert: Alert) -> Card:
    """`to`: empty where no agent is named."""
    told = f"{name}请{to or '同事'}接着照顾这位客户"
    return Card("reply", "blue", f"🌱 {told} · #{alert.code}")


def leaving(to: str, conversation: Conversation, *, moved: bool) -> Card:
    """To the agent whose conversation is going to somebody else, and is still theirs until it has `moved`."""
    state, tone = ("已转好", "grey") if moved else ("正在转", "blue")
    calm = () if moved else (Text("正在转给 TA，转好我再告诉你；这会儿客户说话，先应一声。"),)
    return Card("handover", tone, f"🌱 {to}要来接着照顾这位客户", (Text(who(conversation)), *calm), state=state)


def relieved(by: str, conversation: Conversation) -> Card:
    """To the same once it is not theirs any more: thanks, no reproach."""
    calm = Text("前面的都看到了，辛苦。接下来不用再回，有要交代的跟 TA 说一声就好。")
    return Card("handover", "blue", f"🌱 {by}接过这位客户了，你先歇口气", (Text(who(conversation)), calm))


def taken_on(by: str, conversation: Conversation, code: str) -> Card:
    """To whoever had claimed the matter: somebody else looks after it from here."""
    calm = Text(f"#{code} 卡片上还写着你什么时候认领的，谢谢你先接住。")
    return Card("handover", "blue", f"🌱 {by}接着跟这位客户了，你可以先忙别的", (Text(who(conversation)), calm))


def entrusted(by: str, conversation: Conversation, need: str, code: str, page: str) -> Card:
    rows = (("客户需要", need), ("编号", f"#{code}")) if need else (("编号", f"#{code}"),)
    title = f"🌱 {by}想请你接着照顾一位客户"
    calm = Text(
        "会话转到你名下后就由你来回；想先看看聊到哪了，点「旁听」。" if page else "会话转到你名下后就由你来回。"
    )
    listen = (Button("旁听", "listen", code, url=page),) if page else ()
    return Card("handover", "blue", title, (Text(who(conversation)), Facts(rows), calm), listen, "待转接")


def spared(to: str, conversation: Conversation) -> Card:
    """To whoever was asked to take it, when somebody else comes instead."""
    calm = Text("刚才请你接的这一位不用接了，谢谢你愿意来。")
    return Card("handover", "blue", f"🌱 换成{to}来接这位客户了", (Text(who(conversation)), calm))


def not_assigned(to: str, why: str, alert: str) -> Card:
    advice = Text(f"请在客服系统里打开这段会话，手动分配给{to}。")
    rows = (("编号", f"#{alert}"), ("原因", why))
    return Card("notice", "orange", "🟠 没能在客服系统里把会话转过去", (Facts(rows), advice))


def not_noted(why: str, alert: str) -> Card:
    rows = (("编号", f"#{alert}"), ("原因", why))
    calm = Text("给同事的私信照常送到，不受影响。")
    return Card("notice", "grey", "🌱 这条提示没能写进客服系统的备注", (Facts(rows), calm))


def _title(last: Whisper | None) -> str:
    if last is None:
        return "🌱 想私下对接待的同事说什么？"
    if not last.answer:
        return f"🌱 已经私下告诉{last.to}，等 TA 回应"
    return f"🌱 {last.to}{'收到了' if last.answer == 'got_it' else '想要个帮手'}"


def _state(view: CoachView, whisper: Whisper) -> str:
    if whisper.answer:
        return ANSWERS[whisper.answer]
    return STATE_CLOSED if view.closed else "待回应"


def _told(view: CoachView, whisper: Whisper) -> list[tuple[str, str]]:
    rows = [(f"{clock(whisper.at, view.zone)} {whisper.by}", whisper.words)]
    if whisper.answer and whisper.answered_at:
        rows.append((f"{clock(whisper.answered_at, view.zone)} {whisper.to}", ANSWERS[whisper.answer]))
    return rows


def _offers(view: CoachView) -> list[Block]:
    if view.closed:
        return []
    listed = [f"{NUMBERS[n]} {words}" for n, (_, words) in enumerate(view.suggestions)]
    offers: list[Block] = [Text("\n".join(["可以直接用：", *listed]))] if listed else []
    code = view.alert.code
    if not view.forms:
        return [*offers, Text(f"自己写：发给我「私下提示 {code} 想说的话」")]
    taps = tuple((f"用{NUMBERS[n]}", f"{code}/{name}") for n, (name, _) in enumerate(view.suggestions))
    offers += [Choices("whisper", taps)] if taps else []
    return [*offers, Form("whisper", code, "自己写一句", "悄悄发给 TA")]


def _taps(view: CoachView) -> tuple[Button, ...]:
    """Where nothing can be filled in, a button types the whole sentence."""
    code = view.alert.code
    if view.closed or view.forms:
        return ()
    return tuple(
        Button(f"用{NUMBERS[n]}", "whisper", f"{code}/{name}", command=f"私下提示 {code} {words}")
        for n, (name, words) in enumerate(view.suggestions)
    )
