"""Nobody has claimed: rung by rung somebody else is called, and at the end rung up."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from handlers import posting
from handlers.alerting import alerts, gathering_calls, ladders, routing
from handlers.cards.alert import escalation_card, help_card
from handlers.cards.card import Card
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Target
from rules.ladder import Rung
from storage import alerts as records
from storage import conversations, gatherings, posts
from storage.alerts import Alert
from storage.db import Tx
from storage.posts import Post

CANNOT = "没有加急：这里的聊天平台没有加急，或卡片还没发到（飞书才有）"


def escalate(ctx: Context, tx: Tx, alert: Alert) -> None:
    """Climb the next rung; when it got worse, from the first again."""
    rungs, done = ladders.rungs_of(alert), ladders.climbed(tx, alert)
    if done >= len(rungs) or alert.state != "open":
        records.change(tx, alert, ctx.now(), escalate_at=None)
        return
    again = ladders.next_at(rungs, done + 1, ctx.now())
    if rungs[done].who == "phone":
        _ring(ctx, tx, alert, rungs[done], again)
        return
    waited = max(1, int((ctx.now() - alert.opened_at).total_seconds()) // 60)
    people = [p for p in map(ctx.people.named, rungs[done].names) if p is not None]
    _call(ctx, tx, alert, people, f"提醒了 {waited} 分钟还没人认领，请帮忙看一眼。", again)


def call_for_help(ctx: Context, tx: Tx, alert: Alert) -> None:
    """Whoever serves the customer asks for a hand: the lead is called at once, whatever the ladder says."""
    rungs = ladders.rungs_of(alert)
    again = ladders.next_at(rungs, ladders.climbed(tx, alert) + 1, ctx.now()) if alert.state == "open" else None
    _call(ctx, tx, alert, list(ctx.people.with_role("lead", alert.team)), "", again)


def _call(ctx: Context, tx: Tx, alert: Alert, people: list[Person], words: str, again: datetime | None) -> None:
    """Call them with a post of its own, because edits notify nobody; without words for a colleague who asks."""
    stored = conversations.load_one(tx, alert.conversation)
    if stored is None:
        return
    now = ctx.now()
    records.note(tx, alert.id, now, "", "escalated", "、".join(p.name for p in people))
    changed = records.change(tx, alert, now, escalated=alert.escalated + 1, escalate_at=again)
    view = alerts.view_of(ctx, tx, changed, stored)
    about = posting.About(alerts.subject(changed, changed.escalated), stored.link)
    for target, audience in alerts.places(ctx, tx, changed, stored).items():
        called = routing.mentioned(people, target)
        card = escalation_card(view, audience, words, called) if words else help_card(view, audience, called)
        posting.want(ctx, tx, about, target, card)
    for gathering in gatherings.of(tx, alert.id):
        gathering_calls.call(ctx, tx, gathering, people)
    alerts.show_in_every_post(ctx, tx, changed, stored, but_last_call=True)


def _ring(ctx: Context, tx: Tx, alert: Alert, rung: Rung, again: datetime | None) -> None:
    """Ring the people who were called before about the last card that called them."""
    now = ctx.now()
    found = next(((post, ids) for post, ids in _ringable(ctx, tx, alert, rung) if ids), None)
    if found is None:
        records.note(tx, alert.id, now, "", "skipped", CANNOT)
    else:
        post, ids = found
        about = posting.About(f"{alert.code}.urge{ladders.climbed(tx, alert)}", post.key)
        card = Card("urge", "red", str(post.card["title"]), mentions=ids)
        posting.want(ctx, tx, replace(about, session=post.key), Target(post.chat, post.room), card)
        records.note(tx, alert.id, now, "", "urged", "、".join(rung.names))
    alerts.show_in_every_post(ctx, tx, records.change(tx, alert, now, escalate_at=again))


def _ringable(ctx: Context, tx: Tx, alert: Alert, rung: Rung) -> Iterator[tuple[Post, tuple[str, ...]]]:
    """Posts about it in chats that can ring, the last call first, with those of the people who use that chat."""
    people = [p for p in map(ctx.people.named, rung.names) if p is not None]
    subjects = [alerts.subject(alert, n) for n in range(alert.escalated, -1, -1)]
    subjects += [gathering.code for gathering in gatherings.of(tx, alert.id)]
    for post in (post for subject in subjects for post in posts.about(tx, subject)):
        if post.chat in ctx.urgent and not post.direct:
            yield post, routing.mentioned(people, Target(post.chat, post.room))
