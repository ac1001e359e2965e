"""One conversation after news: screened, decided on, and what follows wanted: alerts, highlights, the next look."""

from collections.abc import Callable, Mapping

from handlers.alerting import alerts, gathering_calls, routing, saved, shadowing
from handlers.context import Context
from handlers.sharing import highlights
from handlers.watching import handover
from rules import decide
from rules.decide import Decision, Reason, Standing, State, Verb
from rules.model import Finding, Kind, Severity
from storage import conversations, gatherings, posts, silences
from storage.alerts import Alert
from storage.conversations import Kept, Stored
from storage.db import Tx
from storage.silences import Silence

Known = Mapping[tuple[str, str], Finding]  # what stood at the last look, by check and message
NOWHERE = "{}：没有能送到的群，也没有能私聊的主管，请管理员看看 [[rooms]]"
LEVELS = {"yellow": "黄色", "orange": "橙色", "red": "红色"}
STATES = {"open": State.OPEN, "claimed": State.CLAIMED, "resolved": State.SOLVED, "false_alarm": State.FALSE_ALARM,
          "muted": State.MUTED, "shadow": State.OPEN}  # fmt: skip


def look(ctx: Context, stored: Stored) -> Kept:
    """Screen it."""
    now = ctx.now()
    return Kept(stored, ctx.engine.screen(stored.conversation, ctx.policy, now), now, ctx.engine.model)


def follow(ctx: Context, tx: Tx, kept: Kept, last: Mapping[tuple[str, Kind], Alert], known: Known) -> None:
    """Let every decision happen. What was found is stored already, because cards are made of it."""
    conversation = kept.stored.conversation
    matters = _matters(ctx, conversation.id, last)
    if not matters and not any(finding.severity for finding in kept.screening.findings):
        return  # hints for the agent at most
    matters = {kind: _moved(ctx, tx, alert, kept.stored) for kind, alert in matters.items()}
    before = {kind: _standing(alert, known) for kind, alert in matters.items()}
    for decision in decide.decide(before, kept.screening, conversation, ctx.policy, kept.at):
        matter = matters.get(decision.kind)
        if shadowing.holds(ctx, matter):
            shadowing.follow(ctx, tx, kept, decision, matter)
        elif decision.kind is Kind.STAR:
            _praise(ctx, tx, kept.stored, decision)
        elif decision.verb in VERBS:
            VERBS[decision.verb](ctx, tx, kept, decision, matter)


def _moved(ctx: Context, tx: Tx, alert: Alert, stored: Stored) -> Alert:
    """With another team, or with another colleague, its conversation is where it is now."""
    if alert.closed_at is not None:
        return alert
    if alert.claimed_by:
        handover.arrived(ctx, tx, alert, stored)
    return alerts.hand_over(ctx, tx, alert, stored) if alert.team != stored.conversation.team else alert


def _matters(ctx: Context, conversation: str, last: Mapping[tuple[str, Kind], Alert]) -> dict[Kind, Alert]:
    """Once alerts are real, what was only noted before is new to everybody."""
    found = {kind: last[conversation, kind] for kind in Kind if (conversation, kind) in last}
    return {kind: alert for kind, alert in found.items() if ctx.policy.mode == "shadow" or alert.state != "shadow"}


def _standing(alert: Alert, known: Known) -> Standing:
    shown = tuple(f for f in known.values() if f.kind is alert.kind)
    since = alert.ended_at or alert.since
    return Standing(alert.kind, alert.severity, STATES[alert.state], alert.muted_until, decide.facts_of(shown), since)


def _speak(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    matter = routing.matter_of(ctx, kept.screening.findings)
    routing.notice(ctx, tx, kept.stored, matter)
    facts = routing.facts(kept.stored, decision.kind, decision.severity, decision.findings)
    silence = routing.hush(ctx, tx, kept.stored, facts, matter)
    if silence is not None:
        silences.keep(tx, [silence])
        return
    alert = alerts.open_matter(ctx, tx, kept.stored, facts, matter)
    if not posts.about(tx, alert.code) and not gatherings.of(tx, alert.id):
        nowhere = Silence(alert.conversation, alert.kind.value, "no_place", ctx.now(), NOWHERE.format(alert.code))
        silences.keep(tx, [nowhere])


def _raise(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    """A mute lets no card get louder, but what it shows stays true."""
    if alert is None:
        return
    facts = routing.facts(kept.stored, decision.kind, decision.severity, decision.findings)
    silence = routing.hush(ctx, tx, kept.stored, facts)
    if silence is not None:
        silences.keep(tx, [silence])
        alerts.show_in_first_posts(ctx, tx, alert, kept.stored)
        return
    raised = alerts.raise_matter(ctx, tx, alert, kept.stored, decision.severity)
    if raised.severity is Severity.RED:
        gathering_calls.turned_red(ctx, tx, raised)


def _update(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    if alert is not None:
        alerts.show_in_first_posts(ctx, tx, alert, kept.stored)


def _close(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    if alert is not None:
        saved.consider(ctx, tx, alerts.close_matter(ctx, tx, alert, kept.stored, decision.because), kept.stored)


def _keep(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    """The facts are the same, but somebody else may serve the customer now."""
    if alert is None or alert.closed_at is not None:
        return
    conversation = kept.stored.conversation
    if conversations.last_agent(tx, conversation.id) != (conversation.agent or ""):
        alerts.show_in_first_posts(ctx, tx, alert, kept.stored)


def _silent(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    """Why nobody is called is kept; that nothing was found, the conversation itself says."""
    _keep(ctx, tx, kept, decision, alert)
    if decision.reason is Reason.NOTHING_FOUND:
        return
    if decision.reason is Reason.MILD:  # many mild ones about the same are a matter all the same
        routing.notice(ctx, tx, kept.stored, routing.matter_of(ctx, kept.screening.findings))
    detail = _detail(ctx, kept, decision)
    id_ = kept.stored.conversation.id
    silences.keep(tx, [Silence(id_, decision.kind.value, decision.reason.value, ctx.now(), detail)])


def _detail(ctx: Context, kept: Kept, decision: Decision) -> str:
    if decision.reason is Reason.MILD:
        return f"{decision.because}：整段风险分 {kept.screening.risk:.2f}，不到 {ctx.policy.yellow_risk:.2f}"
    if decision.reason is Reason.BELOW_LEVEL:
        return f"{decision.because}：从{LEVELS[ctx.policy.alert_from]}开始提醒"
    return decision.because


def _praise(ctx: Context, tx: Tx, stored: Stored, decision: Decision) -> None:
    if decision.verb is Verb.SPEAK:
        highlights.find(ctx, tx, stored, decision.findings)


Follow = Callable[[Context, Tx, Kept, Decision, Alert | None], None]
VERBS: Mapping[Verb, Follow] = {
    Verb.SPEAK: _speak, Verb.RAISE: _raise, Verb.UPDATE: _update, Verb.KEEP: _keep, Verb.CLOSE: _close,
    Verb.SILENT: _silent,
}  # fmt: skip
