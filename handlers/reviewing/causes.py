"""原因: why a matter came about, said by those who judge it; what no agent can change goes to whoever can, weekly."""

from collections.abc import Mapping
from datetime import datetime, time, timedelta

from handlers import due, permissions, posting
from handlers.alerting import alert_actions, alerts, judging
from handlers.cards import causes as cards
from handlers.context import Context
from handlers.people import Person
from handlers.posting import About
from handlers.protocols import Reply
from handlers.requests import Act, Request
from rules import causes
from storage import alerts as records
from storage import audit, judgements
from storage.alerts import Alert
from storage.db import Tx

WEEKLY, MONDAY, WEEKLY_AT = "causes_week", 0, time(9, 17)  # never on the whole or half hour
STILL_NEWS = timedelta(hours=12)
WORDS = "、".join(cause.word for cause in causes.CAUSES.values())


def _cause(ctx: Context, tx: Tx, request: Request) -> Reply:
    alert = alert_actions.find(tx, request.subject)
    cause, _ = (request.choice, "") if request.choice else causes.read(request.text)
    if alert is None or cause not in causes.CAUSES:
        return Reply(False, f"这样说：「原因 A12 流程」。可以选：{WORDS}。")
    refusal = permissions.refusal(request.person, request.action, alert_actions.matter_of(ctx, tx, alert))
    audit.write(tx, ctx.now(), request.speaker, request.action, alert.code, allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    return _kept(ctx, tx, alert, request.speaker, cause)


def _kept(ctx: Context, tx: Tx, alert: Alert, by: str, cause: str) -> Reply:
    found = judgements.of_alert(tx, alert)
    if alert.closed_at is None or not any(one.verdict == "real" for one in found):
        return Reply(False, f"{alert.code} 还没有判为有效，先点「解决」再说原因。")
    if not judging.explain(ctx, tx, found, cause, by):
        return Reply(False, f"{alert.code} 的原因在申诉里已经定了，就按那个来。")
    records.note(tx, alert.id, ctx.now(), by, "cause", cause)
    alerts.show_in_every_post(ctx, tx, records.get(tx, alert.id))
    return Reply(True, f"记下了：{alert.code} 主要因为{causes.word(cause)}。")


def look(ctx: Context) -> int:
    """On Monday morning each owner gets the list of last week's causes that only they can change."""
    monday = due.weekly(ctx, MONDAY, WEEKLY_AT)
    return due.once(ctx, WEEKLY, monday, lambda tx: _week(ctx, tx, monday), still=STILL_NEWS)


def _week(ctx: Context, tx: Tx, until: datetime) -> int:
    owners = [person for person in ctx.people.people if any(c.owner == person.role for c in causes.CAUSES.values())]
    return sum(_tell(ctx, tx, person, until) for person in owners)


def _tell(ctx: Context, tx: Tx, owner: Person, until: datetime) -> int:
    mine = [name for name, cause in causes.CAUSES.items() if cause.owner == owner.role]
    week = judgements.by_cause(tx, mine, until - timedelta(days=7), until)
    found = [(one.cause, one.finding.says) for team, one in week if owner.team in ("", team) or not team]
    target = ctx.people.direct(owner)
    if target is None or not found:
        return 0
    about = About("O", posting.random_part(f"causes/{owner.name}/{until.isoformat()}"))
    posting.want(ctx, tx, about, target, cards.week(found))
    return 1


ACTIONS: Mapping[str, Act] = {"cause": _cause}
