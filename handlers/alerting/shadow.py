"""影子: what would have been told, judged by leads, the limits that follow from it, and the step into real alerts."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

from handlers import due, permissions, posting
from handlers.alerting import judging
from handlers.cards import shadow as cards
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.context import Context
from handlers.people import Person
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from rules import shadow
from rules.changes import THRESHOLD, Change
from rules.model import Severity
from rules.shadow import Answer
from storage import alerts, audit, conversations, judgements, posts, rule_changes, shadows
from storage.db import Tx
from storage.shadows import Shadow

DAILY, DAILY_AT = "shadow_day", time(17, 43)  # never on the whole or half hour
STILL_NEWS = timedelta(hours=6)
LOOKED_BACK = timedelta(days=30)
SPOKEN = re.compile(r"A?(\d{1,9})[\s.]*(\S*)", re.IGNORECASE)
VERDICTS = {"有效": "real", "误报": "false_alarm", "real": "real", "false_alarm": "false_alarm"}
HOW = "这样说：「影子 A12 有效」或「影子 A12 误报」。"


def show(ctx: Context, tx: Tx, request: Request) -> Card:
    """影子: how it would have gone. 影子 A12 有效: that is said of one."""
    if request.text.strip():
        return sentence(_judged(ctx, tx, request).toast, "blue")
    found = _lately(ctx, tx, request.person)
    policy = rule_changes.into(tx, ctx.policy)
    waiting = [one for one in found if not one.verdict][: cards.SHOWN]
    lines = [_line(ctx, tx, one, "reply") for one in waiting]
    proposals = shadow.propose(_answers(tx, found), policy)
    return cards.summary(found, lines, proposals, policy, live=policy.mode == "live")


def look(ctx: Context) -> int:
    """Once a day, while in shadow: the list to each lead."""
    today = due.daily(ctx, DAILY_AT)
    if not due.is_news(ctx, today, STILL_NEWS):
        return 0
    with ctx.store.read() as tx:
        if mode(ctx, tx) == "live":
            return 0
    leads = [person for person in ctx.people.people if person.role == "lead"]
    return due.once(ctx, DAILY, today, lambda tx: sum(_tell(ctx, tx, lead, today) for lead in leads))


def mode(ctx: Context, tx: Tx) -> str:
    """What people decided wins over the configuration."""
    return rule_changes.into(tx, ctx.policy).mode


def _tell(ctx: Context, tx: Tx, lead: Person, until: datetime) -> int:
    target = ctx.people.direct(lead)
    found = shadows.between(tx, until - timedelta(days=1), until, lead.team)
    if target is None or not found:
        return 0
    day = until.astimezone(ctx.zone).date().isoformat()
    about = About(f"shadow.{day}", posting.random_part(f"shadow/{lead.name}/{day}"))
    posting.want(ctx, tx, about, target, _day_card(ctx, tx, found))
    return 1


def _day_card(ctx: Context, tx: Tx, found: list[Shadow]) -> Card:
    shown = [_line(ctx, tx, one, "shadow") for one in found[: cards.SHOWN]]
    return cards.day(found, shown)


def _line(ctx: Context, tx: Tx, one: Shadow, subject: str) -> cards.Line:
    stored = conversations.load_one(tx, one.conversation)
    judged = judgements.of(tx, one.conversation, one.kind)
    customer = stored.conversation if stored else None
    return cards.Line(one, customer, judged[0].finding if judged else None, ctx.clock(one.opened_at), subject)


def _lately(ctx: Context, tx: Tx, person: Person | None) -> list[Shadow]:
    """A lead sees their own team's, the others all."""
    team = person.team if person is not None and person.role == "lead" else ""
    return shadows.between(tx, ctx.now() - LOOKED_BACK, ctx.now() + timedelta(seconds=1), team)


def _answers(tx: Tx, found: list[Shadow]) -> list[Answer]:
    said = [one for one in found if one.verdict]
    return [Answer(Severity(one.severity), one.risk, _checks(tx, one), one.verdict == "real") for one in said]


def _checks(tx: Tx, one: Shadow) -> frozenset[str]:
    return frozenset(j.finding.check for j in judgements.of(tx, one.conversation, one.kind))


# What leads answer


def _verdict(ctx: Context, tx: Tx, request: Request) -> Reply:
    reply = _judged(ctx, tx, request)
    if reply.ok and request.place is not None and request.subject == "shadow":
        _redraw(ctx, tx, request.place)
    return reply


def _judged(ctx: Context, tx: Tx, request: Request) -> Reply:
    spoken = SPOKEN.fullmatch((request.choice or request.text).strip())
    verdict = VERDICTS.get(spoken[2], "") if spoken else ""
    one = shadows.get(tx, int(spoken[1])) if spoken else None
    if one is None or not verdict:
        return Reply(False, HOW)
    refusal = permissions.refusal(request.person, "shadow_verdict", Matter(one.team))
    audit.write(tx, ctx.now(), request.speaker, "shadow_verdict", one.code, allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    shadows.judge(tx, one.id, verdict, request.speaker, ctx.now())
    judging.judge(ctx, tx, judgements.of_alert(tx, alerts.get(tx, one.id)), verdict, request.speaker)
    return Reply(True, f"记下了：{one.code} {'有效' if verdict == 'real' else '误报'}。")


def _redraw(ctx: Context, tx: Tx, place: Target) -> None:
    """The lists of this person, with what was said since."""
    person = ctx.people.who(place.chat, place.id)
    today = ctx.now().astimezone(ctx.zone).date()
    for ago in range(8):
        day = today - timedelta(days=ago)
        due = datetime.combine(day, DAILY_AT, ctx.zone)
        for post in posts.about(tx, f"shadow.{day.isoformat()}"):
            if (post.chat, post.room) == (place.chat, place.id) and person is not None:
                found = shadows.between(tx, due - timedelta(days=1), due, person.team)
                posting.renew(ctx, tx, post, _day_card(ctx, tx, found))


def _go_live(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _switch(ctx, tx, request, "live", "好，从下一条消息起，提醒会发到群里。想退回来就发「回到影子」。")


def _go_dark(ctx: Context, tx: Tx, request: Request) -> Reply:
    return _switch(ctx, tx, request, "shadow", "好，从现在起只记下来，不往群里发。准备好了再发「上线」。")


def _switch(ctx: Context, tx: Tx, request: Request, to: str, done: str) -> Reply:
    refusal = permissions.refusal(request.person, request.action, Matter())
    audit.write(tx, ctx.now(), request.speaker, request.action, to, allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    if mode(ctx, tx) == to:
        return Reply(True, "现在就是上线的。" if to == "live" else "现在就是影子模式。")
    decided = _decide(ctx, tx, request.speaker, "mode", to, "上线" if to == "live" else "回到影子")
    return Reply(True, f"{done}（{decided}）")


def _adopt(ctx: Context, tx: Tx, request: Request) -> Reply:
    """采用 yellow_risk: the limit that the answers suggest now."""
    refusal = permissions.refusal(request.person, request.action, Matter())
    knob = (request.choice or request.text).strip()
    audit.write(tx, ctx.now(), request.speaker, request.action, knob[:20], allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    found = _lately(ctx, tx, request.person)
    policy = rule_changes.into(tx, ctx.policy)
    proposal = next((p for p in shadow.propose(_answers(tx, found), policy) if p.knob == knob), None)
    if proposal is None:
        return Reply(False, "现在没有这条提议，发「影子」看看。")
    decided = _decide(ctx, tx, request.speaker, knob, proposal.value, cards.reason(proposal))
    return Reply(True, f"好，{cards.KNOBS[knob]}改成 {cards.shown_value(proposal)}（{decided}）。")


def _decide(ctx: Context, tx: Tx, by: str, knob: str, value: str, reason: str) -> str:
    """A decision like any other about rules: it stands in the list, survives a restart, and can be undone."""
    change = Change("policy", 1, THRESHOLD, f"{knob}={value}")
    number = rule_changes.propose(tx, change, reason, f"shadow:{ctx.now().isoformat()}", ctx.now())
    if number is not None:
        rule_changes.decide(tx, number, by, ctx.now(), accept=True)
    return f"R{number}"


ACTIONS: Mapping[str, Act] = {
    "shadow_verdict": _verdict,
    "go_live": _go_live,
    "go_dark": _go_dark,
    "adopt": _adopt,
}
