"""In shadow mode every decision is noted as an alert nobody is called about; cards of groups stay where they are."""

from collections.abc import Callable, Mapping

from handlers.context import Context
from rules.decide import Decision, Verb
from rules.model import Kind, Severity
from storage import alerts, silences
from storage.alerts import Alert
from storage.conversations import Kept
from storage.db import Tx
from storage.shadows import STATE
from storage.silences import Silence

NOTED = "影子模式：只记作 {}，没有叫人"


def holds(ctx: Context, alert: Alert | None) -> bool:
    """Whether a decision about this matter is only noted; what was told before the shadow ends as it began."""
    told = alert is not None and alert.state != STATE and alert.closed_at is None
    return ctx.policy.mode == STATE and not told


def follow(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    """A highlight shall be praised, not noted: it waits for the review."""
    if decision.verb in VERBS and decision.kind is not Kind.STAR:
        VERBS[decision.verb](ctx, tx, kept, decision, alert)


def _note(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    c, now = kept.stored.conversation, ctx.now()
    made = alerts.open_one(tx, c.id, decision.kind, decision.severity, c.team, now,
                           shop=c.shop, state=STATE, closed_at=now, closed_by="", verdict="")  # fmt: skip
    silences.keep(tx, [Silence(c.id, decision.kind.value, STATE, now, NOTED.format(made.code))])


def _louder(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    if alert is not None and decision.severity > alert.severity:
        alerts.note(tx, alert.id, ctx.now(), "", "raised", Severity(decision.severity).level)
        alerts.change(tx, alert, ctx.now(), severity=int(decision.severity))


def _ended(ctx: Context, tx: Tx, kept: Kept, decision: Decision, alert: Alert | None) -> None:
    if alert is not None and not alert.closing:
        alerts.change(tx, alert, ctx.now(), closing=decision.because)


Follow = Callable[[Context, Tx, Kept, Decision, Alert | None], None]
VERBS: Mapping[Verb, Follow] = {Verb.SPEAK: _note, Verb.RAISE: _louder, Verb.CLOSE: _ended}
