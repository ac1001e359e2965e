"""Alerts: opened, raised and closed by what screening says, shown in every room that wants them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import structlog

from handlers import hints, posting, serving
from handlers.alerting import judging, ladders, routing
from handlers.alerting.duty import on_duty
from handlers.cards.alert import AlertView, agent_card, alert_card
from handlers.cards.card import Card, from_json
from handlers.cards.opinion import rows as opinion_rows
from handlers.cards.words import clean, clock
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Target
from rules import wordings
from rules.model import Finding, Kind, Severity
from rules.route import Facts
from storage import alerts, conversation_counts, conversations, findings, opinions, posts
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx

log = structlog.get_logger(__name__)

CALLED = {"escalated": "已请", "urged": "已加急"}
TAKEN = {"claim": "认领", "take_over": "接手", "hand_to": "转给同事"}


def open_matter(ctx: Context, tx: Tx, stored: Stored, facts: Facts, matter: str = "") -> Alert:
    """`matter`: the rule that says what the customer came for."""
    now = ctx.now()
    begins = routing.quiet(ctx, facts) or now
    rungs = ladders.freeze(ctx, tx, facts.team, facts.severity, begins)
    frozen = [rung.to_json() for rung in rungs]
    due = ladders.next_at(rungs, 0, begins)
    alert = alerts.open_one(
        tx, stored.conversation.id, facts.kind, facts.severity, facts.team, now,
        shop=facts.shop, matter=matter, ladder=frozen, escalate_at=due,
    )  # fmt: skip
    show_in_every_post(ctx, tx, alert, stored)
    log.info("alert_opened", alert=alert.code, conversation=alert.conversation, severity=facts.severity.level)
    return alert


def raise_matter(ctx: Context, tx: Tx, alert: Alert, stored: Stored, severity: Severity) -> Alert:
    """Worse than it was: the same card changes, and a muted matter speaks again."""
    now = ctx.now()
    rungs = ladders.freeze(ctx, tx, stored.conversation.team, severity, now)
    values: dict[str, object] = {"severity": int(severity), "ladder": [rung.to_json() for rung in rungs]}
    if alert.state == "muted":
        values |= {"state": _awake(alert), "closed_by": "", "muted_until": None}
    if not alert.claimed_by and rungs:
        values["escalate_at"] = _sooner(alert, ladders.next_at(rungs, 0, now), now)
    alerts.note(tx, alert.id, now, "", "raised", severity.level)
    changed = alerts.change(tx, alert, now, **values)
    show_in_every_post(ctx, tx, changed, stored)
    return changed


def _sooner(alert: Alert, due: datetime | None, now: datetime) -> datetime | None:
    """People who came for less are called again at once; a step that was promised is not put off."""
    if alert.escalate_at is None:
        return now if alert.escalated else due
    return min(alert.escalate_at, due) if due else alert.escalate_at


def close_matter(ctx: Context, tx: Tx, alert: Alert, stored: Stored, words: str) -> Alert:
    """It ended well by itself."""
    now = ctx.now()
    alerts.note(tx, alert.id, now, "", "resolved", words)
    values = {"state": "resolved", "closed_by": "", "closed_at": now, "closing": words, "escalate_at": None}
    closed = alerts.change(tx, alert, now, **values)
    show_in_every_post(ctx, tx, closed, stored)
    tell_closed(closed)
    return closed


def tell_closed(alert: Alert) -> None:
    """In the log, without who or what it was about."""
    by = "people" if alert.closed_by else "itself"
    log.info("alert_closed", alert=alert.code, conversation=alert.conversation, state=alert.state, by=by)


def hand_over(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> Alert:
    """The conversation belongs to another team now, and so does its alert."""
    changed = alerts.change(tx, alert, ctx.now(), team=stored.conversation.team)
    show_in_every_post(ctx, tx, changed, stored)
    return changed


def show_in_first_posts(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> None:
    """Other figures or another agent, the same state: each room's first post and the agent's are enough."""
    view = view_of(ctx, tx, alert, stored)
    for target, audience in places(ctx, tx, alert, stored).items():
        posting.want(ctx, tx, posting.About(alert.code, stored.link), target, alert_card(view, audience))
    _show_agent(ctx, tx, stored, view)


def show_in_every_post(
    ctx: Context, tx: Tx, alert: Alert, stored: Stored | None = None, *, but_last_call: bool = False
) -> None:
    """Another state: the first posts, those that called somebody since, the agent's, and the private hints."""
    stored = stored or conversations.load_one(tx, alert.conversation)
    if stored is None:
        return
    view = view_of(ctx, tx, alert, stored)
    for target, audience in places(ctx, tx, alert, stored).items():
        for rung in range(alert.escalated + (0 if but_last_call else 1)):
            card = _rung_card(ctx, tx, view, target, audience, rung)
            posting.want(ctx, tx, posting.About(subject(alert, rung), stored.link), target, card)
    _show_agent(ctx, tx, stored, view)
    person = serving.holder(ctx, stored)
    hints.show(ctx, tx, alert, stored, person.name if person else "")


def wake(ctx: Context, tx: Tx, alert: Alert) -> None:
    """The quiet time is over and the matter still stands; whoever had claimed it has it again."""
    now, state = ctx.now(), _awake(alert)
    due = ladders.next_at(ladders.rungs_of(alert), ladders.climbed(tx, alert), now) if state == "open" else None
    alerts.note(tx, alert.id, now, "", "woken")
    show_in_every_post(
        ctx, tx, alerts.change(tx, alert, now, state=state, closed_by="", muted_until=None, escalate_at=due)
    )


def _awake(alert: Alert) -> str:
    return "claimed" if alert.claimed_by else "open"


def view_of(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> AlertView:
    person = serving.holder(ctx, stored)
    account = stored.conversation.agent or ""
    since = ctx.now() - timedelta(hours=1)
    load = conversation_counts.load_on(tx, stored.source, account, since) if account else 0
    found = findings_of(tx, alert)
    return AlertView(
        alert=alert, conversation=stored.conversation, findings=found, zone=ctx.zone,
        say=next(wordings.worth_saying(found, ctx.engine.packs), ""),
        agent=person.name if person else clean(account), load=load,
        more=(*ladders.ahead(ctx, tx, alert), *_steps(tx, alert, ctx)),
        private=(*hints.rows(ctx, tx, alert), *_second_opinion(tx, alert)),
        page=ctx.page(f"/c/{stored.link}?from={alert.code}"), cause=_cause(tx, alert),
        colleagues=ctx.people.names,
    )  # fmt: skip


def _cause(tx: Tx, alert: Alert) -> str:
    return judging.cause_of(tx, alert) if alert.closed_by and alert.closed_at else ""


def _second_opinion(tx: Tx, alert: Alert) -> tuple[tuple[str, str], ...]:
    said = opinions.of(tx, alert.id)
    return opinion_rows(said, opinions.trust(tx, said.criterion)) if said else ()


def subject(alert: Alert, rung: int) -> str:
    """The alert's own post is rung 0; each time somebody is called there is one more."""
    return f"{alert.code}.{rung}" if rung else alert.code


def _rung_card(ctx: Context, tx: Tx, view: AlertView, target: Target, audience: str, rung: int) -> Card:
    """A call that has not reached its room yet must still call; the first card calls whoever is on duty."""
    card = alert_card(view, audience)
    alert = view.alert
    if alert.state != "open":
        return card
    if rung:
        people = [p for p in map(ctx.people.named, ladders.called(tx, alert, rung)) if p]
    else:
        people = [*on_duty(ctx, tx, alert.team, alert.opened_at)] if alert.severity > Severity.YELLOW else []
    return replace(card, mentions=routing.mentioned(people, target))


def places(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> dict[Target, str]:
    """Where this alert has a card of its own, with each place's audience; a closed one comes to no new place."""
    before = [Target(post.chat, post.room, post.direct) for post in posts.about(tx, alert.code)]
    new = _new_places(ctx, tx, alert, stored, before) if alert.closed_at is None else []
    return {target: _audience(ctx, target) for target in (*new, *before)}


def _new_places(ctx: Context, tx: Tx, alert: Alert, stored: Stored, before: Sequence[Target]) -> list[Target]:
    """Rooms that want it and do not have it yet; those where it is one of many are left out."""
    facts = routing.facts(stored, alert.kind, alert.severity, findings_of(tx, alert))
    targets = [room.target for room in routing.rooms(ctx, facts)[0]] or _leads(ctx, stored.conversation.team)
    missing = [target for target in targets if target not in before]
    return [target for target in missing if not routing.gathers(ctx, tx, alert, facts, target)]


def _leads(ctx: Context, team: str) -> list[Target]:
    people = (*ctx.people.with_role("lead", team), *ctx.people.with_role("qa", team))
    return [target for target in map(ctx.people.direct, people) if target is not None]


def _audience(ctx: Context, target: Target) -> str:
    """What is said to one person alone is said to a lead: nobody else gets an alert there."""
    room = ctx.people.room(target.chat, target.id)
    return "leads" if target.direct else room.audience if room else "team"


def findings_of(tx: Tx, alert: Alert) -> tuple[Finding, ...]:
    """What stands of it; when nothing does any more, what once did. Coaching hints, without severity, are none."""
    found = [f for f in findings.of(tx, alert.conversation) if f.finding.kind is alert.kind and f.finding.severity]
    own = [f for f in found if alert.covers(f.found_at)] or found
    standing = [f for f in own if f.standing]
    return tuple(f.finding for f in standing or own)


def _steps(tx: Tx, alert: Alert, ctx: Context) -> tuple[tuple[str, str], ...]:
    """Who was called, and who took it, each with when."""
    steps = alerts.steps(tx, alert.id) if alert.escalated or alert.claimed_by else []
    called = {(step.step, step.words): step for step in steps if step.step in CALLED and step.words}
    rows = [(CALLED[s.step], f"{s.words}（{_when(ctx, alert, s.at)}）") for s in called.values()]
    taken = [(TAKEN[s.step], f"{s.actor} {_when(ctx, alert, s.at)} {TAKEN[s.step]}") for s in steps if s.step in TAKEN]
    return (*rows, *taken)


def _when(ctx: Context, alert: Alert, at: datetime) -> str:
    return clock(at, ctx.zone, alert.opened_at)


def _show_agent(ctx: Context, tx: Tx, stored: Stored, view: AlertView) -> None:
    """Whoever serves now has the offer of a hand; with whoever served before it only says that it is over for them."""
    alert, about = view.alert, posting.About(f"{view.alert.code}.me", stored.link)
    person = serving.holder(ctx, stored)
    rooms = ctx.people.rooms_for("alerts", stored.conversation.team)
    now = ctx.people.direct(person, rooms[0].target if rooms else None) if person else None
    before = posts.about(tx, about.subject)
    for post in before:
        place, passed = Target(post.chat, post.room, post.direct), agent_card(view, passed=True)
        if place != now and from_json(post.card) != passed:
            posting.want(ctx, tx, about, place, passed)
    told = now in [Target(post.chat, post.room, post.direct) for post in before]
    if now is not None and (told or _offers(alert, person)):
        posting.want(ctx, tx, about, now, agent_card(view))


def _offers(alert: Alert, person: Person | None) -> bool:
    """Less than red interrupts nobody, red lines are the lead's to tell, and who took it over needs no offer."""
    if alert.kind is Kind.REDLINE or alert.severity < Severity.RED or alert.state not in ("open", "claimed"):
        return False
    return person is not None and person.name != alert.claimed_by
