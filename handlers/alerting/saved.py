"""Conversations that were saved: somebody helped, and the customer left in a better mood than they came."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta

from handlers import due, posting, retelling, serving
from handlers.alerting import alerts
from handlers.cards.saved import SavedView, saved_card, week_card
from handlers.context import Context
from handlers.people import Person
from handlers.posting import About
from handlers.protocols import Target
from rules import moods
from rules.model import Kind, Severity
from storage import alerts as records
from storage import conversations, whispers
from storage.alerts import Alert, Step
from storage.conversations import Stored
from storage.db import Tx

WEEKLY, MONDAY, WEEKLY_AT = "saved_week", 0, time(9, 7)  # never on the whole or half hour
TAKEN = {"claim": "认领", "take_over": "接手", "hand_to": "转给"}
STILL_NEWS = timedelta(hours=12)  # after a night without us the week is still told, after a day it is not


def consider(ctx: Context, tx: Tx, alert: Alert, stored: Stored | None = None) -> bool:
    """An alert was closed well: when it was pressing and somebody helped, everybody who saw it may be glad."""
    stored = stored or conversations.load_one(tx, alert.conversation)
    if stored is None or alert.kind is not Kind.RISK or alert.severity < Severity.ORANGE or alert.closed_at is None:
        return False
    hints = {w.by: None for w in whispers.of(tx, alert.id)}
    steps = [step for step in records.steps(tx, alert.id) if step.step in TAKEN and step.actor]
    helpers = [name for name in dict.fromkeys([*(step.actor for step in steps), *hints]) if name]
    turn = moods.turn(stored.conversation, alerts.findings_of(tx, alert))
    if not helpers or turn is None:
        return False
    records.note(tx, alert.id, ctx.now(), "", "saved", "、".join(helpers))
    view = SavedView(alert.code, stored.conversation, turn, alert.closed_at - alert.opened_at, ctx.zone)
    agent = serving.holder(ctx, stored)
    retelling.candidate(ctx, tx, stored, max(alerts.findings_of(tx, alert), key=lambda f: f.severity, default=None))
    for target, audience in _places(ctx, tx, alert, stored).items():
        told = [*_taken(steps, audience), *(f"{name} 私下提示" for name in hints), *_calmed(steps, agent, audience)]
        shown = view if audience == "leads" else replace(view, colleagues=ctx.people.names)
        posting.want(ctx, tx, About(f"{alert.code}.saved", stored.link), target, saved_card(shown, told))
    return True


def _taken(steps: Sequence[Step], audience: str) -> Iterator[str]:
    """Those who stepped in, by name, each for all they did, in the order of it."""
    for step in dict.fromkeys((s.actor, s.step, s.words if s.step == "hand_to" else "") for s in steps):
        actor, what, to = step
        yield f"{actor} {TAKEN[what]}" + (to if audience == "leads" else "同事" if to else "")


def _calmed(steps: Sequence[Step], agent: Person | None, audience: str) -> Iterator[str]:
    """The agent by name among leads, or when that is what they like."""
    if agent is not None and agent.name not in {step.actor for step in steps if step.step != "hand_to"}:
        named = audience == "leads" or agent.praise == "open"
        yield f"{agent.name if named else '接待的同事'} 稳住了客户"


def _places(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> dict[Target, str]:
    """Where the alert stood, and where praise is heard."""
    glad = {room.target: room.audience for room in ctx.people.rooms_for("stars", stored.conversation.team)}
    stood = {t: audience for t, audience in alerts.places(ctx, tx, alert, stored).items() if not t.direct}
    return {**glad, **stood}


def look(ctx: Context) -> int:
    """On Monday morning, the week to each lead; the number of cards."""
    monday = due.weekly(ctx, MONDAY, WEEKLY_AT)
    return due.once(ctx, WEEKLY, monday, lambda tx: _week(ctx, tx, monday), still=STILL_NEWS)


def _week(ctx: Context, tx: Tx, until: datetime) -> int:
    """Each lead the week of their own team; a week without such a moment says nothing."""
    since = until - timedelta(days=7)
    leads = [person for person in ctx.people.people if person.role == "lead"]
    return sum(_tell(ctx, tx, lead, since, until) for lead in leads)


def _tell(ctx: Context, tx: Tx, lead: Person, since: datetime, until: datetime) -> int:
    target = ctx.people.direct(lead)
    pressing, saved = records.saved(tx, lead.team, since, until)
    if target is None or not saved:
        return 0
    about = About("W", posting.random_part(f"saved/{lead.name}/{until.isoformat()}"))
    posting.want(ctx, tx, about, target, week_card(saved, pressing, since, ctx.zone))
    return 1
