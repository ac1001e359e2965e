"""Alerts: opened, raised and closed by what screening says, shown in every room that wants them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers import posting
from handlers.cards.alert import AlertView, agent_card, alert_card, escalation_card
from handlers.cards.card import Card
from handlers.context import Context
from handlers.people import Person, Room
from rules.model import Finding, Kind, Severity
from storage import alerts, conversations, findings
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx

STEPS_OF_LADDER = ("lead", "admin")


def open_matter(ctx: Context, tx: Tx, stored: Stored, kind: Kind, severity: Severity) -> Alert:
    now = ctx.now()
    ladder = now + timedelta(minutes=ctx.policy.escalate_minutes) if severity > Severity.YELLOW else None
    alert = alerts.open_one(
        tx, stored.conversation.id, kind, severity, stored.conversation.team, now, escalate_at=ladder
    )
    show(ctx, tx, alert, stored)
    return alert


def raise_matter(ctx: Context, tx: Tx, alert: Alert, stored: Stored, severity: Severity) -> Alert:
    """Worse than it was: the same card changes, and a muted matter speaks again."""
    values: dict[str, object] = {"severity": int(severity)}
    if alert.state == "muted":
        values |= {"state": "open", "closed_by": "", "muted_until": None}
    if alert.state != "claimed" and alert.escalate_at is None and severity > Severity.YELLOW:
        values["escalate_at"] = ctx.now() + timedelta(minutes=ctx.policy.escalate_minutes)
    alerts.note(tx, alert.id, ctx.now(), "", "raised", severity.level)
    changed = alerts.change(tx, alert, ctx.now(), **values)
    show(ctx, tx, changed, stored)
    return changed


def close_matter(ctx: Context, tx: Tx, alert: Alert, stored: Stored, words: str) -> Alert:
    """It ended well by itself."""
    now = ctx.now()
    alerts.note(tx, alert.id, now, "", "resolved", words)
    values = {"state": "resolved", "closed_by": "", "closed_at": now, "closing": words, "escalate_at": None}
    closed = alerts.change(tx, alert, now, **values)
    show(ctx, tx, closed, stored)
    return closed


def refresh(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> None:
    """Other figures, the same state: the first post is enough, and saves calls."""
    view = view_of(ctx, tx, alert, stored)
    for room in ctx.people.rooms_for("alerts", stored.conversation.team):
        posting.want(ctx, tx, posting.About(alert.code, stored.link), room.target, alert_card(view, room.audience))


def show(ctx: Context, tx: Tx, alert: Alert, stored: Stored | None = None, *, all_posts: bool = True) -> None:
    """Want this alert as it is now in all its rooms, wherever it was posted, and with the conversation's own agent."""
    stored = stored or conversations.load_one(tx, alert.conversation)
    if stored is None:
        return
    view = view_of(ctx, tx, alert, stored)
    for room in ctx.people.rooms_for("alerts", stored.conversation.team):
        for rung in range(alert.escalated + (1 if all_posts else 0)):
            card = _rung_card(ctx, view, room, rung)
            posting.want(ctx, tx, posting.About(_subject(alert, rung), stored.link), room.target, card)
    _show_agent(ctx, tx, alert, stored, view)


def card_in(ctx: Context, tx: Tx, alert: Alert, room: Room | None, direct: bool) -> Card | None:
    """The card as it now stands in one room, for the answer to a press."""
    stored = conversations.load_one(tx, alert.conversation)
    if stored is None:
        return None
    view = view_of(ctx, tx, alert, stored)
    return agent_card(view) if direct else alert_card(view, room.audience if room else "team")


def escalate(ctx: Context, tx: Tx, alert: Alert) -> None:
    """Nobody has claimed: a new post calls the lead, the next one the admin."""
    if alert.escalated >= len(STEPS_OF_LADDER) or alert.state != "open":
        alerts.change(tx, alert, ctx.now(), escalate_at=None)
        return
    waited = max(1, int((ctx.now() - alert.opened_at).total_seconds()) // 60)
    call(ctx, tx, alert, f"这位客户等了 {waited} 分钟还没人认领，请帮忙看一眼。")


def call(ctx: Context, tx: Tx, alert: Alert, words: str) -> None:
    """Climb one rung of the ladder with a post of its own, because edits notify nobody."""
    stored = conversations.load_one(tx, alert.conversation)
    if stored is None:
        return
    now, rung = ctx.now(), min(alert.escalated, len(STEPS_OF_LADDER) - 1)
    called = _called(ctx, rung, stored.conversation.team)
    more = rung + 1 < len(STEPS_OF_LADDER) and alert.state == "open"
    again = now + timedelta(minutes=ctx.policy.escalate_minutes) if more else None
    alerts.note(tx, alert.id, now, "", "escalated", "、".join(p.name for p in called))
    changed = alerts.change(tx, alert, now, escalated=alert.escalated + 1, escalate_at=again)
    view = view_of(ctx, tx, changed, stored)
    for room in ctx.people.rooms_for("alerts", stored.conversation.team):
        card = escalation_card(view, room.audience, words, _ids(called, room))
        posting.want(ctx, tx, posting.About(_subject(alert, alert.escalated + 1), stored.link), room.target, card)
    show(ctx, tx, changed, stored, all_posts=False)


def wake(ctx: Context, tx: Tx, alert: Alert) -> None:
    """The quiet time is over and the matter still stands."""
    now = ctx.now()
    ladder = now + timedelta(minutes=ctx.policy.escalate_minutes)
    alerts.note(tx, alert.id, now, "", "woken")
    show(ctx, tx, alerts.change(tx, alert, now, state="open", closed_by="", muted_until=None, escalate_at=ladder))


def holder(ctx: Context, stored: Stored) -> Person | None:
    return ctx.people.holder(stored.source, stored.conversation.agent)


def view_of(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> AlertView:
    person = holder(ctx, stored)
    account = stored.conversation.agent or ""
    since = ctx.now() - timedelta(hours=1)
    load = conversations.load_on(tx, stored.source, account, since) if account else 0
    return AlertView(
        alert=alert, conversation=stored.conversation, findings=_of_kind(tx, alert), zone=ctx.zone,
        agent=person.name if person else account, load=load, more=_calls(tx, alert, ctx),
    )  # fmt: skip


def _subject(alert: Alert, rung: int) -> str:
    """The alert's own post is rung 0; each time somebody is called there is one more."""
    return f"{alert.code}.{rung}" if rung else alert.code


def _rung_card(ctx: Context, view: AlertView, room: Room, rung: int) -> Card:
    """A call that has not reached its room yet must still call."""
    card = alert_card(view, room.audience)
    if not rung or view.alert.state != "open":
        return card
    return replace(card, mentions=_ids(_called(ctx, rung - 1, view.conversation.team), room))


def _called(ctx: Context, rung: int, team: str) -> tuple[Person, ...]:
    return ctx.people.with_role(STEPS_OF_LADDER[min(rung, len(STEPS_OF_LADDER) - 1)], team)


def _ids(people: Sequence[Person], room: Room) -> tuple[str, ...]:
    return tuple(p.ids[room.chat] for p in people if room.chat in p.ids)


def _of_kind(tx: Tx, alert: Alert) -> tuple[Finding, ...]:
    """What stands; when nothing stands any more, what once did. Coaching hints, without severity, are no alert's."""
    found = [f for f in findings.of(tx, alert.conversation) if f.finding.kind is alert.kind and f.finding.severity]
    standing = [f for f in found if f.standing]
    return tuple(f.finding for f in standing or found)


def _calls(tx: Tx, alert: Alert, ctx: Context) -> tuple[tuple[str, str], ...]:
    calls = [s for s in alerts.steps(tx, alert.id) if s.step == "escalated"] if alert.escalated else []
    return tuple(("已请", f"{ctx.clock(s.at)} 请 {s.words} 来看") for s in calls if s.words)


def _show_agent(ctx: Context, tx: Tx, alert: Alert, stored: Stored, view: AlertView) -> None:
    """Offer a hand to the agent, once the matter is more than a warning; red lines are the lead's to tell."""
    person = holder(ctx, stored)
    if person is None or alert.kind is Kind.REDLINE or alert.severity < Severity.ORANGE:
        return
    rooms = ctx.people.rooms_for("alerts", stored.conversation.team)
    target = ctx.people.direct(person, rooms[0].target if rooms else None)
    if target is not None:
        posting.want(ctx, tx, posting.About(f"{alert.code}.me", stored.link), target, agent_card(view))
