"""Stepping in quietly while the customer is still there: a whisper to the agent, and what the agent answers."""

from collections.abc import Mapping

from handlers import hints, permissions, serving
from handlers.alerting import alert_actions, alerts
from handlers.alerting.alert_actions import EXPIRED, on_alert
from handlers.cards import coaching as cards
from handlers.context import Context
from handlers.permissions import Matter
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from storage import alerts as records
from storage import audit, conversations, whispers
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.posts import Post

NO_AGENT = "还不知道是谁在接待，没法私下说。可以先「接管」，或在客服系统里看看。"
OUT_OF_REACH = "我还没有办法私下联系到接待的同事，请管理员在名单里补上 TA 的聊天账号。"
TOO_LONG = "这句有 {} 个字，TA 正忙着，一眼看不完。请留最要紧的，{} 字以内再发一次。"
GONE = "这句建议已经换了，请看最新的卡片。"


def _whisper(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    """With words: told to the agent. Without: the coach gets a card to choose or write them."""
    stored = conversations.load_one(tx, alert.conversation)
    agent = serving.holder(ctx, stored) if stored else None
    if stored is None or agent is None:
        return Reply(False, NO_AGENT)
    if not hints.reachable(ctx, agent, stored):
        return Reply(False, OUT_OF_REACH)
    words = request.text.strip()
    if request.choice and not words:
        words = hints.wording(ctx, tx, alert.conversation, request.choice)
        if not words:
            return Reply(False, GONE)
    coach = ctx.people.direct(request.person, request.place) if request.person else None
    if not words:
        return _ask(ctx, tx, alert, stored, coach)
    if len(words) > hints.LONGEST:
        return Reply(False, TOO_LONG.format(len(words), hints.LONGEST))
    hints.give(ctx, tx, alert, stored, hints.Hint(request.speaker, agent, words))
    records.note(tx, alert.id, ctx.now(), request.speaker, request.action)
    if coach is not None:
        hints.offer(ctx, tx, alert, stored, coach)
    alerts.show_in_every_post(ctx, tx, alert, stored)
    typed_in_room = request.place is not None and not request.place.direct and not request.form and not request.choice
    aside = "下次直接私聊发给我，群里就看不到了。" if typed_in_room else ""
    return Reply(True, f"好，已经悄悄告诉接待的同事了。{aside}")


def _ask(ctx: Context, tx: Tx, alert: Alert, stored: Stored, coach: Target | None) -> Reply:
    if coach is None:
        return Reply(False, f"把想说的写在后面就行：「私下提示 {alert.code} 先安抚，再解释」。")
    hints.offer(ctx, tx, alert, stored, coach)
    return Reply(True, "写什么好？我把几句现成的发到你的私聊了。")


def _got_it(ctx: Context, tx: Tx, request: Request) -> Reply:
    """Answered by whom it was whispered to, even after the conversation went to somebody else."""
    alert = alert_actions.find(tx, request.subject)
    told = whispers.of(tx, alert.id) if alert else []
    mine = [w for w in told if str(w.id) == request.choice or (not request.choice and w.to == request.speaker)]
    if alert is None or not mine:
        return Reply(False, EXPIRED)
    whisper = mine[-1]
    matter = Matter(alert.team, ctx.people.named(whisper.to), alert.claimed_by)
    refusal = permissions.refusal(request.person, request.action, matter)
    audit.write(tx, ctx.now(), request.speaker, request.action, alert.code, allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    if not whisper.answer:
        whispers.answer(tx, whisper.id, "got_it", ctx.now())
        records.note(tx, alert.id, ctx.now(), request.speaker, request.action)
        alerts.show_in_every_post(ctx, tx, alert)
    return Reply(True, "好的，辛苦你了。")


def _help(ctx: Context, tx: Tx, alert: Alert, request: Request) -> Reply:
    """The agent asks for a hand, perhaps as the answer to a whisper."""
    asked = [w for w in whispers.of(tx, alert.id) if w.to == request.speaker and w.answer != "help"]
    if asked:
        whispers.answer(tx, asked[-1].id, "help", ctx.now())
    if asked and alert.helper == alert_actions.HELP:  # the lead was called before: only this answer is new
        alerts.show_in_every_post(ctx, tx, alert)
    return alert_actions.help_(ctx, tx, alert, request)


ACTIONS: Mapping[str, Act] = {
    "whisper": on_alert(_whisper),
    "got_it": _got_it,
    "help": on_alert(_help),
}


def not_noted(ctx: Context, tx: Tx, post: Post, why: str) -> None:
    hints.tell_asker(ctx, tx, post, cards.not_noted(why, post.subject.partition(".")[0]))
