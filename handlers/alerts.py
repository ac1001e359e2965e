"""Alerts: opened, raised and closed by what screening says, shown in every room that wants them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from handlers import hints, posting
from handlers.cards.alert import AlertView, agent_card, alert_card, escalation_card
from handlers.cards.card import Card
from handlers.cards.words import clean
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Target
from rules.model import Finding, Kind, Severity
from storage import alerts, conversations, findings, posts
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx

STEPS_OF_LADDER = ("lead", "admin")
TAKEN = {"take_over": "接手", "hand_to": "转给同事"}


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
        values |= {"state": _awake(alert), "closed_by": "", "muted_until": None}
    if not alert.claimed_by and alert.escalate_at is None and severity > Severity.YELLOW:
        called = alert.escalated > 0  # people who came for less are called again at once
        values["escalate_at"] = ctx.now() + timedelta(minutes=0 if called else ctx.policy.escalate_minutes)
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


def hand_over(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> Alert:
    """The conversation belongs to another team now, and so does its alert."""
    changed = alerts.change(tx, alert, ctx.now(), team=stored.conversation.team)
    show(ctx, tx, changed, stored)
    return changed


def refresh(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> None:
    """Other figures, the same state: the first post is enough, and saves calls."""
    view = view_of(ctx, tx, alert, stored)
    for target, audience in places(ctx, tx, alert, stored).items():
        posting.want(ctx, tx, posting.About(alert.code, stored.link), target, alert_card(view, audience))


def show(ctx: Context, tx: Tx, alert: Alert, stored: Stored | None = None, *, all_posts: bool = True) -> None:
    """Want this alert as it is now in all its rooms, wherever it was posted, and with the conversation's own agent."""
    stored = stored or conversations.load_one(tx, alert.conversation)
    if stored is None:
        return
    view = view_of(ctx, tx, alert, stored)
    for target, audience in places(ctx, tx, alert, stored).items():
        for rung in range(alert.escalated + (1 if all_posts else 0)):
            card = _rung_card(ctx, view, target, audience, rung)
            posting.want(ctx, tx, posting.About(_subject(alert, rung), stored.link), target, card)
    _show_agent(ctx, tx, alert, stored, view)
    person = holder(ctx, stored)
    hints.show(ctx, tx, alert, stored, person.name if person else "")


def escalate(ctx: Context, tx: Tx, alert: Alert) -> None:
    """Nobody has claimed: a new post calls the lead, the next one the admin; when it got worse, from the lead again."""
    rung = _climbed(tx, alert)
    if rung >= len(STEPS_OF_LADDER) or alert.state != "open":
        alerts.change(tx, alert, ctx.now(), escalate_at=None)
        return
    waited = max(1, int((ctx.now() - alert.opened_at).total_seconds()) // 60)
    call(ctx, tx, alert, rung, f"这位客户等了 {waited} 分钟还没人认领，请帮忙看一眼。")


def call(ctx: Context, tx: Tx, alert: Alert, rung: int, words: str) -> None:
    """Call the people of one rung with a post of its own, because edits notify nobody."""
    stored = conversations.load_one(tx, alert.conversation)
    if stored is None:
        return
    now = ctx.now()
    called = ctx.people.with_role(STEPS_OF_LADDER[rung], stored.conversation.team)
    more = rung + 1 < len(STEPS_OF_LADDER) and alert.state == "open"
    again = now + timedelta(minutes=ctx.policy.escalate_minutes) if more else None
    alerts.note(tx, alert.id, now, "", "escalated", "、".join(p.name for p in called))
    changed = alerts.change(tx, alert, now, escalated=alert.escalated + 1, escalate_at=again)
    view = view_of(ctx, tx, changed, stored)
    about = posting.About(_subject(changed, changed.escalated), stored.link)
    for target, audience in places(ctx, tx, changed, stored).items():
        posting.want(ctx, tx, about, target, escalation_card(view, audience, words, _ids(called, target)))
    show(ctx, tx, changed, stored, all_posts=False)


def wake(ctx: Context, tx: Tx, alert: Alert) -> None:
    """The quiet time is over and the matter still stands; whoever had claimed it has it again."""
    now, state = ctx.now(), _awake(alert)
    waits = state == "open" and alert.severity > Severity.YELLOW
    ladder = now + timedelta(minutes=ctx.policy.escalate_minutes) if waits else None
    alerts.note(tx, alert.id, now, "", "woken")
    show(ctx, tx, alerts.change(tx, alert, now, state=state, closed_by="", muted_until=None, escalate_at=ladder))


def _awake(alert: Alert) -> str:
    return "claimed" if alert.claimed_by else "open"


def holder(ctx: Context, stored: Stored) -> Person | None:
    return ctx.people.holder(stored.source, stored.conversation.agent)


def view_of(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> AlertView:
    person = holder(ctx, stored)
    account = stored.conversation.agent or ""
    since = ctx.now() - timedelta(hours=1)
    load = conversations.load_on(tx, stored.source, account, since) if account else 0
    return AlertView(
        alert=alert, conversation=stored.conversation, findings=findings_of(tx, alert), zone=ctx.zone,
        agent=person.name if person else clean(account), load=load, more=_steps(tx, alert, ctx),
        private=hints.rows(ctx, tx, alert), page=ctx.page(f"/c/{stored.link}?from={alert.code}"),
    )  # fmt: skip


def _subject(alert: Alert, rung: int) -> str:
    """The alert's own post is rung 0; each time somebody is called there is one more."""
    return f"{alert.code}.{rung}" if rung else alert.code


def _rung_card(ctx: Context, view: AlertView, target: Target, audience: str, rung: int) -> Card:
    """A call that has not reached its room yet must still call."""
    card = alert_card(view, audience)
    if not rung or view.alert.state != "open":
        return card
    role = STEPS_OF_LADDER[min(rung, len(STEPS_OF_LADDER)) - 1]
    return replace(card, mentions=_ids(ctx.people.with_role(role, view.conversation.team), target))


def _climbed(tx: Tx, alert: Alert) -> int:
    """How many rungs were climbed since it last got worse."""
    rung = 0
    for step in alerts.steps(tx, alert.id):
        rung = 0 if step.step == "raised" else rung + (step.step == "escalated")
    return rung


def _ids(people: Sequence[Person], target: Target) -> tuple[str, ...]:
    return tuple(p.ids[target.chat] for p in people if target.chat in p.ids)


def places(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> dict[Target, str]:
    """Where this alert stands, with each place's audience: the rooms that want it, and those that had it before."""
    rooms = ctx.people.rooms_for("alerts", stored.conversation.team)
    if alert.kind is Kind.REDLINE:  # it speaks of a colleague: leads only, in their rooms or alone
        rooms = tuple(room for room in rooms if room.audience == "leads")
    targets = [room.target for room in rooms] or _leads(ctx, stored.conversation.team)
    before = [Target(post.chat, post.room, post.direct) for post in posts.about(tx, alert.code)]
    return {target: _audience(ctx, target) for target in (*targets, *before)}


def _leads(ctx: Context, team: str) -> list[Target]:
    people = (*ctx.people.with_role("lead", team), *ctx.people.with_role("qa", team))
    return [target for target in map(ctx.people.direct, people) if target is not None]


def _audience(ctx: Context, target: Target) -> str:
    """What is said to one person alone is said to a lead: nobody else gets an alert there."""
    room = ctx.people.room(target.chat, target.id)
    return "leads" if target.direct else room.audience if room else "team"


def findings_of(tx: Tx, alert: Alert) -> tuple[Finding, ...]:
    """What stands; when nothing stands any more, what once did. Coaching hints, without severity, are no alert's."""
    found = [f for f in findings.of(tx, alert.conversation) if f.finding.kind is alert.kind and f.finding.severity]
    standing = [f for f in found if f.standing]
    return tuple(f.finding for f in standing or found)


def _steps(tx: Tx, alert: Alert, ctx: Context) -> tuple[tuple[str, str], ...]:
    """Who was called, and who stepped in."""
    steps = alerts.steps(tx, alert.id) if alert.escalated or alert.claimed_by else []
    called = {step.words: step for step in steps if step.step == "escalated" and step.words}
    rows = [("已请", f"{ctx.clock(s.at)} 请 {s.words} 来看") for s in called.values()]
    stepped = [(TAKEN[s.step], f"{s.actor} {ctx.clock(s.at)} {TAKEN[s.step]}") for s in steps if s.step in TAKEN]
    return (*rows, *stepped)


def _show_agent(ctx: Context, tx: Tx, alert: Alert, stored: Stored, view: AlertView) -> None:
    """Offer a hand to the agent when it is red: less than that interrupts nobody. Red lines are the lead's to tell."""
    person = holder(ctx, stored)
    if person is None or person.name == alert.claimed_by:  # somebody who took it over needs no offer
        return
    if alert.kind is Kind.REDLINE or alert.severity < Severity.RED:
        return
    rooms = ctx.people.rooms_for("alerts", stored.conversation.team)
    target = ctx.people.direct(person, rooms[0].target if rooms else None)
    if target is not None:
        posting.want(ctx, tx, posting.About(f"{alert.code}.me", stored.link), target, agent_card(view))
