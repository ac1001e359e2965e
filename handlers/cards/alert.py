"""The alert card: the customer's need first, then quote, reason, one suggestion, and what is left to do."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from zoneinfo import ZoneInfo

from handlers.cards.card import Block, Button, Card, Choices, Facts, Quote, Text
from handlers.cards.words import AGENT, HEADS, STATES, clock, span, unnamed, who
from rules import causes, reasons
from rules.model import Conversation, Finding, Kind, Message, Severity, Speaker
from rules.privacy import harmless, quote
from storage.alerts import Alert

QUOTED = re.compile(r"(?:[：，]?说?|[：，])「([^」]+)」$")
STRONGER = {"threat_complaint": "threat_regulator"}  # who tells the regulator complains
TONES = {Severity.RED: "red", Severity.ORANGE: "orange", Severity.YELLOW: "yellow", Severity.NONE: "yellow"}


@dataclass(frozen=True, slots=True)
class AlertView:
    """All that the card of an alert shows."""

    alert: Alert
    conversation: Conversation
    findings: tuple[Finding, ...]  # what stands first, the worst first
    zone: ZoneInfo
    agent: str = ""  # named only to leads
    load: int = 0  # how many customers the agent serves now
    more: tuple[tuple[str, str], ...] = ()  # further facts: the ladder, and who took it when
    page: str = ""  # the address of the live view; empty where people cannot reach our pages
    private: tuple[tuple[str, str], ...] = ()  # facts for leads only
    cause: str = ""  # why it came about, once somebody has said so
    say: str = ""  # a sentence for the customer, as it may be sent
    colleagues: tuple[str, ...] = ()  # whose names a customer may have said


def alert_card(view: AlertView, audience: str) -> Card:
    view = view if audience == "leads" else _for_the_team(view)
    alert = view.alert
    blocks: tuple[Block, ...] = (Text(who(view.conversation)), *_quote(view), Facts(_facts(view, audience)))
    blocks += _why(view) if audience == "leads" else ()
    return Card(
        kind="alert",
        tone=_tone(alert),
        title=_title(view),
        blocks=blocks,
        buttons=_buttons(view),
        state=STATES[alert.state],
    )


def _for_the_team(view: AlertView) -> AlertView:
    """Nobody is named with a problem in front of the team, not even in the customer's words."""

    def told(words: str) -> str:
        return unnamed(words, view.colleagues, AGENT)

    findings = tuple(replace(f, quote=told(_quoted(view, f)), says=told(f.says)) for f in view.findings)
    return replace(view, findings=findings, alert=replace(view.alert, closing=told(view.alert.closing)))


def _why(view: AlertView) -> tuple[Block, ...]:
    """Asked once it is over, of those who can do something about it."""
    alert = view.alert
    if alert.state != "resolved" or not alert.closed_by:
        return ()
    if view.cause:
        return (Facts((("主要因为", causes.word(view.cause)),)),)
    return (Text("主要因为什么？只有知识和态度算在个人身上，其余交给能改的人。"), cause_choices(alert.code))


def cause_choices(subject: str) -> Choices:
    taps = tuple((cause.word, f"{subject}/{name}") for name, cause in causes.CAUSES.items())
    return Choices("cause", taps, f"发「原因 {subject} 流程」就行，也可以是{'、'.join(word for word, _ in taps)}。")


def escalation_card(view: AlertView, audience: str, words: str, mentions: Iterable[str]) -> Card:
    """A new post that calls somebody, because edits notify nobody."""
    card = alert_card(view, audience)
    return replace(card, blocks=(Text(words), *card.blocks), mentions=tuple(mentions))


def help_card(view: AlertView, audience: str, mentions: Iterable[str]) -> Card:
    """The same when the colleague who serves the customer asked for a hand."""
    card, loud = alert_card(view, audience), max(view.alert.severity, Severity.ORANGE)
    title, blocks = f"{HEADS[loud]} 接待的同事需要帮手", (Text(card.title), *card.blocks)
    return replace(card, tone=TONES[loud], title=title, blocks=blocks, mentions=tuple(mentions))


def agent_card(view: AlertView, *, passed: bool = False) -> Card:
    """For the conversation's own agent, directly: an offer of help, no reproach. `passed`: somebody else has it now."""
    if passed:
        told = "转给同事" if view.conversation.agent else "转出"
        return Card("assist", "grey", f"🌱 这段聊天已{told}，辛苦了", (Text(who(view.conversation)),), (), f"已{told}")
    alert = view.alert
    blocks: list[Block] = [Text(who(view.conversation)), *_quote(view)]
    blocks += [Text(f"{label}：{words}") for label, words in _advice(view)]
    title, buttons = _offer(view)
    return Card("assist", "blue", title, tuple(blocks), buttons, alert.helper or STATES[alert.state])


def _offer(view: AlertView) -> tuple[str, tuple[Button, ...]]:
    """A hand is offered while the customer is there and nobody has come yet."""
    alert, code = view.alert, view.alert.code
    mine = Button("我来处理", "mine", code, command=f"我来处理 {code}", style="primary")
    help_ = Button("需要帮助", "help", code, command=f"需要帮助 {code}")
    if alert.closed_at is not None:
        return f"🌱 这段聊天已经收尾：{_closing(alert) or STATES[alert.state]}", ()
    if alert.claimed_by:
        return f"🌱 这段聊天有点难，{alert.claimed_by}来搭手了", ()
    if view.conversation.status == "resolved":
        return "🌱 这段聊天结束了，客户心里还没放下", (mine,)
    return "🌱 这段聊天有点难，需要搭把手吗？", (mine, help_)


def _title(view: AlertView) -> str:
    alert = view.alert
    if alert.state == "resolved" and alert.closed_at:
        took = alert.closed_at - alert.opened_at
        spent = f" · 用了 {span(took)}" if took >= timedelta(seconds=1) else ""
        at = clock(alert.closed_at, view.zone, alert.opened_at)
        return f"✅ {at} 已解决 · {_closing(alert) or '客户的事办好了'}{spent}"
    if alert.state == "false_alarm":
        return f"⚪ 误报 · {_needs(view)}"
    if alert.state == "muted":
        return f"🔕 已静音 · {_needs(view)}"
    return f"{HEADS[alert.severity]} {_needs(view)}"


def _closing(alert: Alert) -> str:
    """It may hold the customer's words."""
    return harmless(alert.closing)


def _needs(view: AlertView) -> str:
    return needs(view.alert.kind, view.conversation, view.findings)


def needs(kind: Kind, conversation: Conversation, findings: Sequence[Finding]) -> str:
    """The first line, in one breath: what it is about, and who needs what, said once."""
    first, *rest = _reasons(findings)[:2] or ["这位客户需要帮忙"]
    topic = reasons.topic(conversation) if kind is Kind.RISK else ""
    if topic and not reasons.speaks_of(first, conversation):
        return f"{topic}的事：{first}"
    return "，".join((first, *(_shorter(says) for says in rest)))


def _reasons(findings: Sequence[Finding]) -> list[str]:
    """What the quote already shows, or a stronger finding tells, is not said again."""
    shown = findings[0].quote if findings else ""
    checks = {finding.check for finding in findings}
    told = (_unquoted(f.says, shown) for f in findings if STRONGER.get(f.check) not in checks)
    return [harmless(says) for says in dict.fromkeys(told)]


def _unquoted(says: str, shown: str) -> str:
    found = QUOTED.search(says)
    return says[: found.start()] if found and found[1].strip("…") in shown else says


def _shorter(says: str) -> str:
    """Without the subject everybody knows: 客户提到… is 提到…, but 客户的问题… stays."""
    return says.removeprefix("客户") if not says.startswith("客户的") else says


def _tone(alert: Alert) -> str:
    if alert.state == "resolved":
        return "green"
    return "grey" if alert.state in ("false_alarm", "muted") else TONES[alert.severity]


def _quote(view: AlertView) -> tuple[Quote, ...]:
    if not view.findings:
        return ()
    finding = view.findings[0]
    message = _message(view.conversation, finding.message)
    at = clock(message.at, view.zone, view.alert.opened_at) if message and message.at else ""
    side = "客服" if message and message.speaker is Speaker.AGENT else "客户"
    return (Quote(quote(_quoted(view, finding)), at, side),)


def _quoted(view: AlertView, finding: Finding) -> str:
    message = _message(view.conversation, finding.message)
    return finding.quote or (message.text if message else "")


def _message(conversation: Conversation, id_: str) -> Message | None:
    return next((m for m in conversation.messages if m.id == id_), None)


def _facts(view: AlertView, audience: str) -> tuple[tuple[str, str], ...]:
    alert = view.alert
    because = [_shorter(says) for says in _reasons(view.findings)]
    rows = [("为什么提醒", " · ".join(because[:4]))] if because else []
    rows += _advice(view)
    rows += view.more
    rows += _history(view)
    rows += view.private if audience == "leads" else ()
    rows.append(("编号", f"#{alert.code}"))
    if audience == "leads" and view.agent:
        busy = f"（同时接待 {view.load} 人）" if view.load > 1 else ""
        rows.append(("接待", f"{view.agent}{busy}"))
    return tuple(rows)


def _history(view: AlertView) -> list[tuple[str, str]]:
    """What became of it, who did that and when."""
    alert, zone = view.alert, view.zone
    first = alert.opened_at
    rows = []
    if alert.helper:
        rows.append(("客服", alert.helper))
    if alert.state == "muted" and alert.muted_until:
        rows.append(("静音", f"{alert.closed_by} 静音到 {clock(alert.muted_until, zone, first)}"))
    if alert.closed_at and alert.closed_by:
        who_when = f"{alert.closed_by} {clock(alert.closed_at, zone, first)}"
        if alert.state == "false_alarm":
            rows.append(("误报", f"{who_when} · {_closing(alert)}" if alert.closing else who_when))
        else:
            rows.append(("解决", f"{who_when} 解决"))
    return rows


def _advice(view: AlertView) -> tuple[tuple[str, str], ...]:
    """One suggestion while it helps: a sentence for the customer, or else what to do."""
    if view.alert.closed_at is not None:
        return ()
    if view.say:
        return (("可以先说", f"「{view.say}」"),)
    advice = next((f.advice for f in view.findings if f.advice), "")
    return (("可以这样做", advice),) if advice else ()


def _buttons(view: AlertView) -> tuple[Button, ...]:
    """At most five, by state; the first is what most people should press."""
    alert, code = view.alert, view.alert.code
    if alert.closed_at is not None:
        return ()
    claim = Button("认领", "claim", code, command=f"认领 {code}")
    resolve = Button("解决", "resolve", code, command=f"解决 {code}")
    wrong = Button("误报", "false_alarm", code, command=f"误报 {code}")
    mute = Button("静音", "mute", code, command=f"静音 {code}")
    whisper = Button("私下提示", "whisper", code, command=f"私下提示 {code}")
    take = Button("接管", "take_over", code, command=f"接管 {code}")
    listen = (Button("旁听", "listen", code, url=view.page),) if view.page else ()
    by_state = {
        "open": (claim, *listen, wrong, mute),
        "claimed": (*listen, whisper, take, resolve, wrong),
        "muted": (claim, *listen, resolve, wrong),
    }
    first, *others = by_state[alert.state]
    return (replace(first, style="primary"), *others)
