"""Someone pressed or typed what changes an alert: who may, what changes, and what they see at once."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from handlers import looks, permissions
from handlers.alerting import alerts, escalation, judging, saved
from handlers.cards.words import clock
from handlers.context import Context
from handlers.permissions import Matter
from handlers.protocols import Reply
from handlers.requests import Act, Request
from rules import muting, subject
from rules.privacy import harmless
from storage import alerts as records
from storage import audit, conversations, judgements
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx

HELP = "需要帮助"
HOW_LONG = "这样说：静音 {0} 30，静音 {0} 2小时，静音 {0} 到 18:00"
EXPIRED = "这个按钮已经过期了，请看最新的卡片。"
Do = Callable[[Context, Tx, Alert, Request], Reply]


def on_alert(do: Do) -> Act:
    """An act on an open alert: found, permitted and written down before it is done."""

    def act(ctx: Context, tx: Tx, request: Request) -> Reply:
        alert = find(tx, request.subject)
        if alert is None:
            known = f"没有找到 {request.subject} 这条告警，发「告警」看现在有哪些。" if request.subject else EXPIRED
            return Reply(False, known)
        refusal = permissions.refusal(request.person, request.action, matter_of(ctx, tx, alert))
        audit.write(tx, ctx.now(), request.speaker, request.action, alert.code, allowed=not refusal)
        if refusal or request.person is None:
            return Reply(False, refusal)
        if alert.closed_at is not None:
            return Reply(False, f"{alert.code} 已经收尾了，不用再处理。")
        return do(ctx, tx, alert, request)

    return act


def find(tx: Tx, code: str) -> Alert | None:
    """The alert people call A12, locked for a change."""
    number = subject.code(code, "A")
    return records.find(tx, number, lock=True) if number is not None else None


def matter_of(ctx: Context, tx: Tx, alert: Alert, stored: Stored | None = None) -> Matter:
    """The alert may be another team's than the conversation would be."""
    stored = stored or conversations.load_one(tx, alert.conversation)
    if stored is None:
        return Matter(alert.team, None, alert.claimed_by, of_colleague=alert.of_colleague)
    return replace(looks.matter(ctx, stored, alert), team=alert.team)


def _claim(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    name = request.speaker
    if alert.state == "claimed" and alert.claimed_by == name:
        return Reply(True, "已经是你在跟了，谢谢你。")
    if alert.state == "claimed":
        return Reply(False, f"{alert.claimed_by} 已经在跟了，你可以先忙别的。")
    taken = {"state": "claimed", "claimed_by": name, "claimed_at": ctx.now(), "muted_until": None}
    _change(ctx, tx, alert, request, "", escalate_at=None, **taken)
    return Reply(True, f"好的，{alert.code} 交给你了。")


def _resolve(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    words = harmless(request.text)[:60]
    judging.judge(ctx, tx, judgements.of_alert(tx, alert), "real", request.speaker)
    _close(ctx, tx, alert, request, "resolved", words)
    saved.consider(ctx, tx, records.get(tx, alert.id))
    return Reply(True, f"{alert.code} 已收尾，辛苦了。")


def _false_alarm(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    words = harmless(request.text)[:60]
    _close(ctx, tx, alert, request, "false_alarm", words)
    judging.judge(ctx, tx, judgements.of_alert(tx, alert), "false_alarm", request.speaker)
    return Reply(True, "记下了，谢谢你告诉我，我会改。")


def _mute(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    length = muting.length(request.text)
    if length is None:
        return Reply(False, f"{muting.BOUNDS}{HOW_LONG.format(alert.code)}")
    until = length.until(ctx.now(), ctx.zone, ctx.policy.mute_minutes)
    shown = clock(until, ctx.zone, ctx.now())
    quiet = {"state": "muted", "muted_until": until, "closed_by": request.speaker}
    _change(ctx, tx, alert, request, shown, escalate_at=None, **quiet)
    return Reply(True, f"好，{alert.code} 安静到 {shown}；更严重了我还是会叫你。")


def _mine(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    _change(ctx, tx, alert, request, helper="我来处理")
    return Reply(True, "好，交给你，需要时我在。")


def help_(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    if alert.helper == HELP:
        return Reply(True, "已经告诉主管了，马上有人来。")
    records.note(tx, alert.id, ctx.now(), request.speaker, request.action)
    if alert.state == "muted":  # it was quiet for the others, not for whoever needs a hand
        alerts.wake(ctx, tx, alert)
    asked = records.change(tx, records.get(tx, alert.id), ctx.now(), helper=HELP)
    escalation.call_for_help(ctx, tx, asked)
    return Reply(True, "收到，已经告诉主管你想要个帮手。")


def _change(ctx: Context, tx: Tx, alert: Alert, request: Request, words: str = "", **values: object) -> None:
    records.note(tx, alert.id, ctx.now(), request.speaker, request.action, words)
    alerts.show_in_every_post(ctx, tx, records.change(tx, alert, ctx.now(), **values))


def _close(ctx: Context, tx: Tx, alert: Alert, request: Request, state: str, words: str) -> None:
    closed = {"closed_by": request.speaker, "closed_at": ctx.now(), "closing": words}
    _change(ctx, tx, alert, request, words, state=state, escalate_at=None, **closed)
    alerts.tell_closed(records.get(tx, alert.id))


ACTIONS: Mapping[str, Act] = {
    "claim": on_alert(_claim),
    "resolve": on_alert(_resolve),
    "false_alarm": on_alert(_false_alarm),
    "mute": on_alert(_mute),
    "mine": on_alert(_mine),
}
