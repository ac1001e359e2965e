"""Where an alert is told: which rooms, and in each on a card of its own or together with others; the reason is kept."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from handlers import serving
from handlers.context import Context
from handlers.people import Person, Room
from handlers.posting import PER_MINUTE, PRIORITIES
from handlers.protocols import Target
from rules import route
from rules.model import Finding, Kind, Severity
from rules.route import Facts, Hush, Listening, Placed, Reason, Way
from rules.schedule import off_the_bell, quiet_until
from storage import gatherings, mutes, posts, silences
from storage.alerts import Alert
from storage.conversations import Stored
from storage.db import Tx
from storage.gatherings import Gathering, Opening
from storage.silences import Silence

MORE_LASTS = timedelta(minutes=30)  # one running card
UNEDITABLE_WAITS = timedelta(minutes=1)  # where a card cannot grow, it is told when it is complete
RED = PRIORITIES["red"]
TOPIC = "topic"  # the tag of rules that say what a customer came for
MUTED = {"rule": "规则「{}」", "shop": "店铺「{}」", "agent": "接待「{}」"}


def facts(stored: Stored, kind: Kind, severity: Severity, findings: Iterable[Finding]) -> Facts:
    c = stored.conversation
    return Facts(c.team, c.shop, c.channel, kind, severity, route.rule_ids(findings))


def rooms(ctx: Context, facts: Facts) -> tuple[tuple[Room, ...], Reason]:
    choice = route.rooms(facts, [_listening(room) for room in ctx.people.rooms])
    return tuple(ctx.people.rooms[i] for i in choice.places), choice.reason


def _listening(room: Room) -> Listening:
    filters = (room.teams, room.shops, room.channels, room.severities, room.rules)
    return Listening("alerts" in room.wants, "admin" in room.wants, room.audience == "leads", *filters)


def hush(ctx: Context, tx: Tx, stored: Stored, facts: Facts, matter: str = "") -> Silence | None:
    """Why nobody shall be called about something new: somebody muted it, or no room minds the level."""
    now = ctx.now()
    person = serving.holder(ctx, stored)
    found = route.hush(facts, person.name if person else "", mutes.active(tx, now), matter)
    if found is not None:
        return _muted(ctx, stored, facts, found)
    _, reason = rooms(ctx, facts)
    if reason is Reason.LEVEL_NOT_WANTED:
        return Silence(stored.conversation.id, facts.kind.value, reason.value, now, "没有群要听这个级别的告警")
    return None


def _muted(ctx: Context, stored: Stored, facts: Facts, found: Hush) -> Silence:
    first = min((m for m in found.because if isinstance(m, mutes.Mute)), key=lambda mute: mute.until)
    what = MUTED[first.what].format(first.shown)
    detail = f"{first.actor} 把{what}静音到 {ctx.clock(found.until)}"
    return Silence(
        stored.conversation.id, facts.kind.value, found.reason.value, ctx.now(), detail, found.until, first.link
    )


def quiet(ctx: Context, facts: Facts) -> datetime | None:
    """Until when this is not told, because it can wait for the end of the quiet time."""
    if facts.personal or facts.severity >= Severity.RED:
        return None
    return quiet_until(ctx.now(), ctx.zone, ctx.schedule)


def gathers(ctx: Context, tx: Tx, alert: Alert, facts: Facts, target: Target) -> bool:
    """Whether the alert is told there together with others; joins them when that is decided now."""
    if target.direct:
        return False
    here = [g for g in gatherings.of(tx, alert.id) if (g.chat, g.room) == (target.chat, target.id)]
    calm = facts.severity < Severity.RED or (facts.only_waits and any(g.kind == "matter" for g in here))
    if here and calm and not facts.personal:
        return True
    placed = _placed(ctx, tx, alert, facts, target)
    if placed.way is Way.OWN:
        for gathering in here:  # it got worse: from now on it speaks for itself
            gatherings.leave(tx, gathering.id, alert.id)
        return False
    if not here:
        _join(ctx, tx, alert, placed, target)
    return True


def _placed(ctx: Context, tx: Tx, alert: Alert, facts: Facts, target: Target) -> Placed:
    now, schedule = ctx.now(), ctx.schedule
    allowed = PER_MINUTE.get(target.chat, 0) * 4 // 5
    recently = now - timedelta(minutes=schedule.cards_minutes)
    traffic = route.Traffic(
        cards=gatherings.posted(tx, target.chat, target.id, recently) if schedule.most_cards else 0,
        reds=gatherings.posted(tx, target.chat, target.id, now - timedelta(minutes=1), RED) if allowed else 0,
        allowed=allowed,
        matter=_standing_matter(ctx, tx, alert, target) is not None,
    )
    return route.place(facts, traffic, schedule, quiet(ctx, facts))


def _standing_matter(ctx: Context, tx: Tx, alert: Alert, target: Target) -> Gathering | None:
    if not alert.matter or not ctx.schedule.same_matter:
        return None
    return gatherings.filling(tx, "matter", (target.chat, target.id), _topic(alert.shop, alert.matter), ctx.now())


def _topic(shop: str, rule: str) -> str:
    return f"{shop}|{rule}"


def _join(ctx: Context, tx: Tx, alert: Alert, placed: Placed, target: Target) -> None:
    now = ctx.now()
    matter = _standing_matter(ctx, tx, alert, target) if placed.way is Way.MATTER else None
    gathering = matter or gatherings.ensure(tx, _opening(ctx, placed, target), now)
    gatherings.join(tx, gathering.id, alert.id, now)
    detail = {
        Way.MATTER: f"{alert.code}：和同一件事的其他客户放在一张卡片上（{gathering.code}）",
        Way.HELD: f"{alert.code}：正是安静时间，攒到 {ctx.clock(gathering.speak_at)} 一起说（{gathering.code}）",
        Way.MORE: f"{alert.code}：群里正忙，并进「还有几条」那张卡片（{gathering.code}）",
    }[placed.way]
    note = Silence(alert.conversation, alert.kind.value, placed.reason.value, now, detail, None, gathering.code)
    silences.keep(tx, [note])


def _opening(ctx: Context, placed: Placed, target: Target) -> Opening:
    now = ctx.now()
    if placed.until is not None:
        return Opening("held", target.chat, target.id, "", placed.until, placed.until)
    if target.chat in ctx.editable:
        return Opening("more", target.chat, target.id, "", off_the_bell(now), now + MORE_LASTS)
    at = off_the_bell(now + UNEDITABLE_WAITS)
    return Opening("more", target.chat, target.id, "", at, at)


def matter_of(ctx: Context, findings: Iterable[Finding]) -> str:
    """What the customer came for: the rule that says so."""
    for finding in findings:
        rule = ctx.engine.packs.rule(finding.rule)
        if rule is not None and TOPIC in rule.tags:
            return rule.id
    return ""


def notice(ctx: Context, tx: Tx, stored: Stored, matter: str) -> None:
    """Many customers of a shop came in trouble for the same within a short time: they share a card."""
    shop, schedule, now = stored.conversation.shop, ctx.schedule, ctx.now()
    if not matter or not schedule.same_matter:
        return
    window = timedelta(minutes=schedule.matter_minutes)
    same = {*gatherings.same_matter(tx, shop, matter, now - window, pressing=True), stored.conversation.id}
    if len(same) >= schedule.same_matter:
        share(ctx, tx, stored, matter)


def share(ctx: Context, tx: Tx, stored: Stored, matter: str) -> None:
    """From now on this matter of the shop has a card in each room."""
    shop, now = stored.conversation.shop, ctx.now()
    window = timedelta(minutes=ctx.schedule.matter_minutes)
    told = facts(stored, Kind.RISK, Severity.ORANGE, ())
    if route.hush(told, "", mutes.active(tx, now), matter):
        return
    speak_at = quiet(ctx, told) or off_the_bell(now)
    for room in sorted(rooms(ctx, told)[0], key=lambda room: (room.chat, room.id)):
        place = (room.chat, room.id)
        if gatherings.filling(tx, "matter", place, _topic(shop, matter), now):
            continue
        opening = Opening("matter", *place, _topic(shop, matter), speak_at, max(now + window, speak_at))
        gathering = gatherings.ensure(tx, opening, now)
        for alert in gatherings.alerts_about(tx, shop, matter, now - window):
            _bring(tx, gathering, alert, now)


def _bring(tx: Tx, gathering: Gathering, alert: int, now: datetime) -> None:
    """What was told before counts as well: with its own card, or from now on here instead of on the running card."""
    place = (gathering.chat, gathering.room)
    own = any((post.chat, post.room) == place for post in posts.about(tx, f"A{alert}"))
    before = () if own else gatherings.of(tx, alert)
    for other in (g for g in before if (g.chat, g.room) == place):
        gatherings.leave(tx, other.id, alert)
    gatherings.join(tx, gathering.id, alert, now, own=own)


def mentioned(people: Sequence[Person], target: Target) -> tuple[str, ...]:
    """The platform's ids of those who use it."""
    return tuple(person.ids[target.chat] for person in people if target.chat in person.ids)
