"""What a card for many alerts shows, and the one post that calls somebody about all of them."""

from dataclasses import replace
from datetime import timedelta

from handlers import posting
from handlers.alerting import alerts, routing
from handlers.alerting.duty import on_duty
from handlers.cards import gathering as cards
from handlers.cards.gathering import GatheringView, Line
from handlers.cards.words import AGENT, clean, unnamed, who
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Target
from storage import alerts as records
from storage import conversations, gatherings
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.gatherings import Gathering, Member


def view_of(ctx: Context, tx: Tx, gathering: Gathering) -> GatheringView:
    every = gatherings.members(tx, gathering.id)
    members = [m for m in every if not m.own or gathering.kind == "matter"]  # who got worse speaks for themselves
    stored = conversations.load(tx, sorted({m.conversation for m in members}))
    lines = tuple(_line(ctx, tx, m, stored[m.conversation]) for m in members if m.conversation in stored)
    editable = gathering.chat in ctx.editable
    since = f"从 {ctx.clock(gathering.opened_at)} 起"
    view = GatheringView(gathering.code, gathering.kind, lines, editable, since)
    return _with_matter(ctx, tx, view, gathering) if gathering.kind == "matter" else view


def _with_matter(ctx: Context, tx: Tx, view: GatheringView, gathering: Gathering) -> GatheringView:
    shop, _, rule = gathering.topic.rpartition("|")
    window = timedelta(minutes=ctx.schedule.matter_minutes)
    began = gathering.opened_at - window
    same = gatherings.same_matter(tx, shop, rule, began)
    young = ctx.now() < gathering.opened_at + window
    since = f"过去 {ctx.schedule.matter_minutes} 分钟" if young else f"从 {ctx.clock(began)} 起"
    found = ctx.engine.packs.rule(rule)
    quotes = tuple(unnamed(said, ctx.people.names, AGENT) for said in gatherings.quotes(tx, same[:100], rule))
    title = found.title if found else "同一件事"
    count = max(len(same), len(view.lines))
    return replace(view, count=count, shop=shop, matter=title, quotes=quotes, since=since)


def _line(ctx: Context, tx: Tx, member: Member, stored: Stored) -> Line:
    alert = records.get(tx, member.alert)
    need = next((clean(unnamed(f.says, ctx.people.names, AGENT)) for f in alerts.findings_of(tx, alert)), "")
    whose = " · ".join(who(stored.conversation).split(" · ")[:2])  # a table is narrow on a phone
    return Line(alert.code, whose, need, member.severity, member.state, member.own)


def turned_red(ctx: Context, tx: Tx, alert: Alert) -> None:
    """The card of a matter grows red without a sound, so that whoever is on duty is called about it, once for all."""
    for gathering in gatherings.of(tx, alert.id):
        if gathering.kind == "matter":
            call(ctx, tx, gathering, [*on_duty(ctx, tx, alert.team, ctx.now())])


def call(ctx: Context, tx: Tx, gathering: Gathering, people: list[Person]) -> None:
    """Nobody has claimed: one post for all of them, however many ladders are climbed at the time."""
    gap = timedelta(minutes=max(1, ctx.policy.escalate_minutes - 1))
    number = gatherings.call(tx, gathering.id, ctx.now(), gap)
    if number:
        target = Target(gathering.chat, gathering.room)
        card = cards.call_card(view_of(ctx, tx, gathering), routing.mentioned(people, target))
        posting.want(ctx, tx, posting.About(f"{gathering.code}.{number}", gathering.link), target, card)
