"""Someone pressed a button or typed its command: who may, what changes, and what they see at once."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta

from handlers import alerts, permissions
from handlers.cards.card import Card
from handlers.context import Context
from handlers.people import Person
from handlers.permissions import Matter
from handlers.protocols import Pressed, Reply, Target
from rules.privacy import defang, mask
from storage import alerts as records
from storage import audit, conversations, findings, heard, posts
from storage.alerts import Alert
from storage.db import Tx

# These chats show the card that comes back with the answer; editing it meanwhile would be refused.
ANSWERED_IN_CALLBACK = frozenset({"dingtalk", "feishu"})
CALLBACK_OPEN = timedelta(seconds=3)
HELP = "需要帮助"
UNKNOWN = "这个按钮已经过期了，请看最新的卡片。"


@dataclass(frozen=True, slots=True)
class Request:
    """What is asked of an alert, by whom; the same for a button and a typed command."""

    action: str
    number: int | None
    person: Person | None
    speaker: str  # the person's name, or the platform's id of a stranger
    text: str = ""
    minutes: int | None = None


def pressed(ctx: Context, tx: Tx, press: Pressed) -> Reply:
    """Apply a press once; the reply carries the card as it now stands where it was pressed."""
    person = ctx.people.who(press.chat, press.person)
    request = Request(
        press.action, _number(press.value), person, person.name if person else press.person, press.form.get("text", "")
    )
    post = posts.get(tx, press.key) if press.key else None
    if post is not None and not _belongs(post, press):
        return Reply(False, UNKNOWN)
    if not heard.fresh(tx, press.chat, press.event, ctx.now()):
        return Reply(True, "收到，已经处理过了。", _card(ctx, tx, request, post))
    reply = apply(ctx, tx, request)
    if not reply.ok or post is None:
        return reply
    if press.chat in ANSWERED_IN_CALLBACK:
        posts.put_off(tx, [press.key], ctx.now() + CALLBACK_OPEN)
    return Reply(True, reply.toast, _card(ctx, tx, request, post))


def apply(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Do it, or say politely why not; both are written down."""
    act = ACTIONS.get(request.action)
    alert = _alert(tx, request.number)
    if act is None or alert is None:
        known = f"没有找到 A{request.number} 这条告警，发「告警」看现在有哪些。" if act and request.number else UNKNOWN
        return Reply(False, known)
    refusal = permissions.refusal(request.person, request.action, _matter(ctx, tx, alert))
    audit.write(tx, ctx.now(), request.speaker, request.action, alert.code, allowed=not refusal)
    if refusal or request.person is None:
        return Reply(False, refusal)
    if alert.closed_at is not None:
        return Reply(False, f"{alert.code} 已经收尾了，不用再处理。")
    return act(ctx, tx, alert, request)


def _claim(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    name = request.speaker
    if alert.state == "claimed" and alert.claimed_by == name:
        return Reply(True, "已经是你在跟了，谢谢你。")
    if alert.state == "claimed":
        return Reply(False, f"{alert.claimed_by} 已经在跟了，你可以先忙别的。")
    _change(
        ctx,
        tx,
        alert,
        request,
        state="claimed",
        claimed_by=name,
        claimed_at=ctx.now(),
        escalate_at=None,
        muted_until=None,
    )
    return Reply(True, f"好的，{alert.code} 交给你了。")


def _resolve(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    words = mask(defang(request.text))[:60]
    _close(ctx, tx, alert, request, "resolved", words)
    findings.judge(tx, alert.conversation, [alert.kind.value], "real")
    return Reply(True, f"{alert.code} 已收尾，辛苦了。")


def _false_alarm(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    words = mask(defang(request.text))[:60]
    _close(ctx, tx, alert, request, "false_alarm", words)
    findings.judge(tx, alert.conversation, [alert.kind.value], "false_alarm")
    return Reply(True, "记下了，谢谢你告诉我，我会改。")


def _mute(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    minutes = max(1, min(request.minutes or ctx.policy.mute_minutes, 24 * 60))
    until = ctx.now() + timedelta(minutes=minutes)
    _change(
        ctx,
        tx,
        alert,
        request,
        words=f"{minutes}",
        state="muted",
        muted_until=until,
        closed_by=request.speaker,
        escalate_at=None,
    )
    return Reply(True, f"好，{alert.code} 安静 {minutes} 分钟；更严重了我还是会叫你。")


def _mine(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    _change(ctx, tx, alert, request, helper="我来处理")
    return Reply(True, "好，交给你，需要时我在。")


def _help(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    if alert.helper == HELP:
        return Reply(True, "已经告诉主管了，马上有人来。")
    records.note(tx, alert.id, ctx.now(), request.speaker, request.action)
    asked = records.change(tx, alert, ctx.now(), helper=HELP)
    alerts.call(ctx, tx, asked, 0, "接待的同事想请你搭把手。")
    return Reply(True, "收到，已经告诉主管你想要个帮手。")


Act = Callable[[Context, Tx, Alert, Request], Reply]
ACTIONS: Mapping[str, Act] = {
    "claim": _claim,
    "resolve": _resolve,
    "false_alarm": _false_alarm,
    "mute": _mute,
    "mine": _mine,
    "help": _help,
}


def _change(ctx: Context, tx: Tx, alert: Alert, request: Request, words: str = "", **values: object) -> None:
    records.note(tx, alert.id, ctx.now(), request.speaker, request.action, words)
    alerts.show(ctx, tx, records.change(tx, alert, ctx.now(), **values))


def _close(ctx: Context, tx: Tx, alert: Alert, request: Request, state: str, words: str) -> None:
    closed = {"closed_by": request.speaker, "closed_at": ctx.now(), "closing": words}
    _change(ctx, tx, alert, request, words, state=state, escalate_at=None, **closed)


def _alert(tx: Tx, number: int | None) -> Alert | None:
    if number is None:
        return None
    try:
        return records.get(tx, number, lock=True)
    except LookupError:
        return None


def _matter(ctx: Context, tx: Tx, alert: Alert) -> Matter:
    stored = conversations.load_one(tx, alert.conversation)
    agent = alerts.holder(ctx, stored) if stored else None
    return Matter(alert.team, agent, alert.claimed_by)


def _card(ctx: Context, tx: Tx, request: Request, post: posts.Post | None) -> Card | None:
    alert = _alert(tx, request.number)
    if alert is None or post is None:
        return None
    target = Target(post.chat, post.room, post.direct)
    return alerts.card_in(ctx, tx, alert, target, own=post.subject.endswith(".me"))


def _number(value: str) -> int | None:
    digits = value.removeprefix("A")
    return int(digits) if digits.isdecimal() and len(digits) < 10 else None


def _belongs(post: posts.Post, press: Pressed) -> bool:
    """A button only speaks for the alert whose card it stands on, in the room where we posted it."""
    elsewhere = press.room and not post.direct and press.room != post.room
    return post.subject.partition(".")[0] == press.value and not elsewhere
