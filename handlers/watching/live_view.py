"""One conversation as somebody who may listen sees it now: words, waits, findings at their words, mood, alerts."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers import looks, serving, talk
from handlers.alerting import headlines
from handlers.cards.words import COLLEAGUE, HEADS, STATES, clean, unnamed, where
from handlers.context import Context
from handlers.people import Person
from handlers.talk import Gap, Line, Point
from rules import moods, waiting
from rules.model import Finding, Kind, Order, Severity
from rules.privacy import defang, harmless, mask_name
from storage import alerts, appeals, conversations, findings, orders, watching
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.findings import Found
from storage.watching import Look

STEPS = {
    "opened": "提醒了大家", "raised": "更着急了", "claim": "认领", "resolve": "解决", "resolved": "自己好起来了",
    "false_alarm": "标为误报", "mute": "静音", "woken": "静音结束", "escalated": "叫了人", "mine": "说：我来处理",
    "help": "说：需要帮助", "whisper": "私下提示", "got_it": "收到了提示", "take_over": "接手", "hand_to": "转给同事",
}  # fmt: skip
UNCHECKED = {
    "no timestamps": "消息没有带时间，等了多久没法算",
    "e-mail has no chat-speed limit": "邮件不按聊天的速度算，回复快慢没有检查",
    "phone transcript": "电话记录看不出回复快慢，没有检查",
}
NOT_YET = "刚进来，还没有检查过"


@dataclass(frozen=True, slots=True)
class Eyes:
    """How somebody sees it: without masks, as their own conversation, with what red lines say of a colleague."""

    revealed: bool = False
    own: bool = False
    redlines: bool = False
    blind: bool = False  # without who served: whoever judges what is said of them must not know


@dataclass(frozen=True, slots=True)
class Step:
    at: str
    words: str


@dataclass(frozen=True, slots=True)
class Matter:
    code: str
    level: str
    state: str  # the word on the card
    open: bool
    says: str
    steps: tuple[Step, ...]


@dataclass(frozen=True, slots=True)
class Bought:
    id: str
    paid: str
    items: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Wait:
    """The customer waits now."""

    since: datetime
    limit: int  # seconds


@dataclass(frozen=True, slots=True)
class LiveView:
    link: str
    customer: str
    about: str  # 旗舰店 · 在线聊天 · 售后
    agent: str
    level: str
    over: bool
    lines: tuple[Line | Gap, ...]
    left_out: int  # earlier lines that are not shown
    wait: Wait | None
    mood: tuple[Point, ...]
    matters: tuple[Matter, ...]
    bought: tuple[Bought, ...]
    unchecked: tuple[str, ...]
    faded: bool  # the originals are masked for good
    looks: tuple[Look, ...]
    rating: str


def build(ctx: Context, tx: Tx, stored: Stored, eyes: Eyes) -> LiveView:
    """Who may see it was asked before; `eyes` says how."""
    conversation = stored.conversation
    every = [f for f in findings.of(tx, conversation.id) if _for(eyes, f.finding.kind)]
    found = headlines.now(ctx, stored, (f.finding for f in every if f.standing), counted=True)
    lines, left_out = talk.lines(ctx, stored, [*found, *_said_before(ctx, every)], eyes.revealed)
    seen = [a for a in alerts.of(tx, conversation.id) if _for(eyes, a.kind)]
    mood = talk.mood(ctx, conversation)
    person = serving.holder(ctx, stored)
    view = LiveView(
        link=stored.link,
        customer=_customer(stored, eyes),
        about=where(conversation),
        agent=person.name if person else clean(conversation.agent or ""),
        level="none" if _calmed(seen, mood) else _level(found),
        over=conversation.status == "resolved",
        lines=lines,
        left_out=left_out,
        wait=_wait(ctx, stored),
        mood=mood,
        matters=tuple(_matter(ctx, tx, a, stored) for a in seen),
        bought=tuple(_bought(ctx, o) for o in orders.of_customer(tx, stored.source, conversation.customer_id)),
        unchecked=_unchecked(tx, stored),
        faded=watching.faded(tx, conversation.id),
        looks=tuple(watching.looks(tx, [conversation.id], 20)) if not eyes.own else (),
        rating=_rating(stored, eyes),
    )
    return _blind(ctx, stored, view) if eyes.blind else view


def by_link(ctx: Context, tx: Tx, link: str) -> Stored:
    """Raises LookupError."""
    id_ = conversations.by_link(tx, link)
    stored = conversations.load(tx, [id_], ctx.engine.recalled).get(id_) if id_ else None
    if stored is None:
        raise LookupError(link)
    return stored


def eyes_of(ctx: Context, tx: Tx, stored: Stored, person: Person, *, revealed: bool = False) -> Eyes:
    judges = any(one.conversation == stored.conversation.id for one in appeals.entrusted(tx, person.name))
    own = person.name in looks.staff(ctx, stored).names
    return Eyes(revealed, own, looks.hears_redlines(ctx, person, stored), judges)


def _blind(ctx: Context, stored: Stored, view: LiveView) -> LiveView:
    spoke = (message.agent or "" for message in stored.conversation.messages)
    names = {*looks.staff(ctx, stored).names, *spoke, stored.conversation.agent or ""}

    def told(matter: Matter) -> Matter:
        steps = tuple(replace(step, words=unnamed(step.words, names, COLLEAGUE)) for step in matter.steps)
        return replace(matter, says=unnamed(matter.says, names, COLLEAGUE), steps=steps)

    lines, matters = talk.blind(view.lines, names), tuple(map(told, view.matters))
    return replace(view, agent="", lines=lines, matters=matters, looks=())


def _for(eyes: Eyes, kind: Kind) -> bool:
    return eyes.redlines or kind is not Kind.REDLINE


def _customer(stored: Stored, eyes: Eyes) -> str:
    name = stored.conversation.customer_name
    if not name:
        return "一位客户"
    return defang(name) if eyes.revealed else mask_name(name)


def _level(found: Iterable[Finding]) -> str:
    worst = max((f.severity for f in found if f.kind is not Kind.STAR), default=Severity.NONE)
    return worst.level


def _calmed(seen: Iterable[Alert], mood: Sequence[Point]) -> bool:
    """All that was open is closed, and the customer sounds so."""
    states = [alert.closed_at is not None for alert in seen]
    return bool(states) and all(states) and bool(mood) and mood[-1].mood > moods.UNEASY


def _said_before(ctx: Context, every: Sequence[Found]) -> list[Finding]:
    """What a rule found in earlier words stays marked there when it speaks of later ones now; waits come and go."""
    now = {f.finding.check for f in every if f.standing}
    moved = [f.finding for f in every if not f.standing and f.finding.check in now]
    return [f for f in moved if (rule := ctx.engine.packs.rule(f.rule)) and not rule.patience]


def _wait(ctx: Context, stored: Stored) -> Wait | None:
    conversation = stored.conversation
    turns = waiting.turns(conversation) if waiting.timed(conversation) else ()
    if not turns or turns[-1].reply is not None:
        return None
    limit = ctx.policy.first_reply_seconds if turns[-1].first else ctx.policy.reply_seconds
    return Wait(turns[-1].began, limit)


def _matter(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> Matter:
    steps = tuple(_step(ctx, s) for s in alerts.steps(tx, alert.id) if s.step in STEPS)
    head = HEADS[alert.severity] if alert.closed_at is None else "✅"
    return Matter(alert.code, alert.severity.level, STATES[alert.state], alert.closed_at is None,
                  f"{head} {headlines.of(ctx, tx, alert, stored, counted=True)}", steps)  # fmt: skip


def _step(ctx: Context, step: alerts.Step) -> Step:
    did = STEPS[step.step]
    words = harmless(step.words) if step.step in ("resolve", "resolved", "false_alarm", "escalated") else ""
    if step.step == "escalated" and words:
        return Step(ctx.clock(step.at), f"叫了{words}")
    told = f"{step.actor} {did}" if step.actor else did
    return Step(ctx.clock(step.at), f"{told}：{words}" if words else told)


def _bought(ctx: Context, order: Order) -> Bought:
    items = tuple(f"{clean(item.title)} ¥{item.amount:g}" for item in order.items)
    paid = order.paid_at.astimezone(ctx.zone).strftime("%m-%d %H:%M") if order.paid_at else ""
    return Bought(clean(order.id), paid, items)


def _unchecked(tx: Tx, stored: Stored) -> tuple[str, ...]:
    if stored.screened_at is None:
        return (NOT_YET,)
    told = watching.unchecked(tx, stored.conversation.id)
    return tuple(UNCHECKED.get(because, f"有一项没能检查（{clean(because)}）") for _, because in told)


def _rating(stored: Stored, eyes: Eyes) -> str:
    rating = stored.conversation.rating
    if rating is None:
        return ""
    said = defang(rating.comment) if eyes.revealed else harmless(rating.comment)
    return f"客户给了 {rating.score} 星" + (f"：{said}" if said else "")
