"""One conversation after news: screened, decided on, and what follows wanted: alerts, highlights, the next look."""

from collections.abc import Callable, Mapping

from handlers import alerts, highlights
from handlers.context import Context
from rules import decide
from rules.decide import Decision, Standing, State, Verb
from rules.model import Finding, Kind
from storage.alerts import Alert
from storage.conversations import Kept, Stored
from storage.db import Tx

Known = Mapping[tuple[str, str], Finding]  # what stood at the last look, by check and message
STATES = {"open": State.OPEN, "claimed": State.CLAIMED, "resolved": State.SOLVED, "false_alarm": State.FALSE_ALARM,
          "muted": State.MUTED}  # fmt: skip


def look(ctx: Context, stored: Stored) -> Kept:
    """Screen it."""
    now = ctx.now()
    return Kept(stored, ctx.engine.screen(stored.conversation, ctx.policy, now), now, ctx.engine.model)


def follow(ctx: Context, tx: Tx, kept: Kept, last: Mapping[tuple[str, Kind], Alert], known: Known) -> None:
    """Let every decision happen. What was found is stored already, because cards are made of it."""
    conversation = kept.stored.conversation
    matters = {kind: last[conversation.id, kind] for kind in Kind if (conversation.id, kind) in last}
    if not matters and not kept.screening.findings:
        return
    for kind, alert in matters.items():
        if alert.closed_at is None and alert.team != conversation.team:
            matters[kind] = alerts.hand_over(ctx, tx, alert, kept.stored)
    before = {kind: _standing(alert, known) for kind, alert in matters.items()}
    for decision in decide.decide(before, kept.screening, conversation, ctx.policy, kept.at):
        if decision.kind is Kind.STAR:
            _praise(ctx, tx, kept.stored, decision)
        elif decision.verb in VERBS:
            VERBS[decision.verb](ctx, tx, kept.stored, decision, matters.get(decision.kind))


def _standing(alert: Alert, known: Known) -> Standing:
    shown = tuple(f for f in known.values() if f.kind is alert.kind)
    return Standing(
        alert.kind, alert.severity, STATES[alert.state], alert.muted_until, decide.facts_of(shown), alert.closed_at
    )


def _speak(ctx: Context, tx: Tx, stored: Stored, decision: Decision, alert: Alert | None) -> None:
    alerts.open_matter(ctx, tx, stored, decision.kind, decision.severity)


def _raise(ctx: Context, tx: Tx, stored: Stored, decision: Decision, alert: Alert | None) -> None:
    if alert is not None:
        alerts.raise_matter(ctx, tx, alert, stored, decision.severity)


def _update(ctx: Context, tx: Tx, stored: Stored, decision: Decision, alert: Alert | None) -> None:
    if alert is not None:
        alerts.refresh(ctx, tx, alert, stored)


def _close(ctx: Context, tx: Tx, stored: Stored, decision: Decision, alert: Alert | None) -> None:
    if alert is not None:
        alerts.close_matter(ctx, tx, alert, stored, decision.because)


def _praise(ctx: Context, tx: Tx, stored: Stored, decision: Decision) -> None:
    if decision.verb is Verb.SPEAK:
        highlights.find(ctx, tx, stored, decision.findings)


Follow = Callable[[Context, Tx, Stored, Decision, Alert | None], None]
VERBS: Mapping[Verb, Follow] = {Verb.SPEAK: _speak, Verb.RAISE: _raise, Verb.UPDATE: _update, Verb.CLOSE: _close}
