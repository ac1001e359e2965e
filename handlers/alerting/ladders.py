"""The ladder of an alert: who will be called and when, frozen when it opens, told on its card."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from handlers.alerting.duty import on_duty
from handlers.context import Context
from rules import ladder
from rules.ladder import Rung
from rules.model import Severity
from storage import alerts
from storage.alerts import Alert
from storage.db import Tx

CLIMBED = frozenset({"escalated", "urged", "skipped"})
TITLES = {"lead": "请", "duty": "请值班的", "admin": "请", "phone": "加急叫"}


def freeze(ctx: Context, tx: Tx, team: str, severity: Severity, begins: datetime) -> tuple[Rung, ...]:
    """The rungs with the people who will be there then; a rung that would call nobody new is left out."""
    written = dict(ctx.policy.ladder)
    called: list[str] = []
    rungs: list[Rung] = []
    at = begins
    for rung in ladder.steps(severity, written, ctx.policy.escalate_minutes):
        due = at + timedelta(minutes=rung.after)
        names = _names(ctx, tx, rung.who, team, due, called)
        if not names and not _stays(ctx, rung.who, asked=severity.level in written):
            continue
        rungs.append(Rung(rung.who, rung.after, names))
        called += names
        at = due
    return tuple(rungs)


def _names(ctx: Context, tx: Tx, who: str, team: str, at: datetime, called: Sequence[str]) -> tuple[str, ...]:
    if who == "phone":
        able = [p for p in map(ctx.people.named, dict.fromkeys(called)) if p and ctx.urgent & p.ids.keys()]
        return tuple(p.name for p in able)
    people = on_duty(ctx, tx, team, at) if who == "duty" else ctx.people.with_role(who, team)
    return tuple(p.name for p in people if who != "duty" or p.name not in called)


def _stays(ctx: Context, who: str, *, asked: bool) -> bool:
    """A call to nobody by name is still a new card in the room; ringing nobody is nothing, unless it was asked for."""
    return who in ("lead", "admin") or (who == "phone" and asked)


def rungs_of(alert: Alert) -> tuple[Rung, ...]:
    return ladder.thaw(alert.ladder)


def climbed(tx: Tx, alert: Alert) -> int:
    """How many rungs were climbed since it last got worse."""
    rung = 0
    for step in alerts.steps(tx, alert.id):
        rung = 0 if step.step == "raised" else rung + (step.step in CLIMBED)
    return rung


def called(tx: Tx, alert: Alert, rung: int) -> list[str]:
    """Whom the post of this call names."""
    calls = [step.words for step in alerts.steps(tx, alert.id) if step.step == "escalated"]
    return calls[rung - 1].split("、") if 0 < rung <= len(calls) else []


def next_at(rungs: Sequence[Rung], climbed: int, now: datetime) -> datetime | None:
    """When the next rung is due, if there is one."""
    return now + timedelta(minutes=rungs[climbed].after) if climbed < len(rungs) else None


def ahead(ctx: Context, tx: Tx, alert: Alert) -> tuple[tuple[str, str], ...]:
    """What the card says of it: who is called when nobody claims."""
    if alert.state != "open" or alert.escalate_at is None:
        return ()
    left = ladder.ahead(rungs_of(alert), climbed(tx, alert), alert.escalate_at)
    told = [f"{ctx.clock(at)} {TITLES[r.who]}{'、'.join(r.names)}" for at, r in left if r.names]
    return (("没人认领", "，".join(told)),) if told else ()
