"""静音 and 恢复: a rule, a shop or a colleague's conversations call nobody for a while; it always ends by itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from handlers import permissions
from handlers.alerting import alert_actions, alerts
from handlers.alerting.routing import TOPIC
from handlers.cards import quiet
from handlers.cards.card import Card
from handlers.cards.words import clean, clock
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Reply
from handlers.requests import Act, Request
from rules import muting
from rules.route import PERSONAL
from storage import alerts as records
from storage import audit, mutes
from storage.alerts import Alert
from storage.db import Tx
from storage.mutes import Mute

NAMES = {"rule": "规则", "shop": "店铺", "agent": "同事"}
HOW = "这样说：静音 规则 物流停滞 60，静音 店铺 旗舰店 2小时，静音 小李 30"
LISTED = 20
ALONE = "静音一位同事的事，请私聊我或在主管群里说，这样对 TA 也好。"


@dataclass(frozen=True, slots=True)
class Meant:
    """What the words stand for."""

    what: str
    value: str
    shown: str


def standing(ctx: Context, tx: Tx, person: Person | None, *, names: bool) -> tuple[tuple[str, str], ...]:
    """What is muted now, for 状态 and 静音; colleagues only where they may be named."""
    ours = [m for m in mutes.active(tx, ctx.now()) if names or m.what != "agent"]
    if person is not None and person.team and person.role not in ("qa", "admin"):
        ours = [m for m in ours if m.team in ("", person.team)]
    return tuple((f"{NAMES[m.what]} {clean(m.shown)}", f"{m.actor}静音到 {_clock(ctx, m)}") for m in ours)


def listed(ctx: Context, tx: Tx, request: Request) -> Card:
    rows = (*_muted_alerts(ctx, tx, request.person), *standing(ctx, tx, request.person, names=True))
    return quiet.mutes(rows[:LISTED], len(rows))


def _muted_alerts(ctx: Context, tx: Tx, person: Person | None) -> tuple[tuple[str, str], ...]:
    return tuple(
        (f"告警 {a.code}", f"{a.closed_by}静音到 {clock(a.muted_until, ctx.zone, ctx.now())}")
        for a in records.not_closed(tx, 500)
        if a.state == "muted" and a.muted_until
        if not permissions.refusal(person, "view", permissions.Matter(a.team, of_colleague=a.of_colleague))
    )


def _clock(ctx: Context, mute: Mute) -> str:
    return clock(mute.until, ctx.zone, ctx.now())


def _quiet(ctx: Context, tx: Tx, request: Request) -> Reply:
    refusal = permissions.refusal(request.person, request.action, permissions.Matter())
    if refusal or request.person is None:
        audit.write(tx, ctx.now(), request.speaker, request.action, "", allowed=False)
        return Reply(False, refusal)
    wanted = muting.read(request.text)
    if wanted.length is None:
        return Reply(False, f"{muting.BOUNDS}{HOW}")
    meant = _meaning(ctx, tx, wanted)
    if isinstance(meant, str):
        return Reply(False, meant)
    if meant.what == "agent" and not _among_leads(ctx, request):
        return Reply(False, ALONE)
    team = "" if request.person.role == "admin" else request.person.team
    until = wanted.length.until(ctx.now(), ctx.zone, ctx.policy.mute_minutes)
    mute = Mute(0, meant.what, meant.value, meant.shown, team, request.speaker, until)
    mutes.add(tx, mute, ctx.now())
    audit.write(tx, ctx.now(), request.speaker, request.action, f"{meant.what}:{meant.value}", until=until.isoformat())
    whose = f"{team}组的" if team else ""
    what = f"{whose}{NAMES[meant.what]}「{clean(meant.shown)}」"
    told = f"好，{what}安静到 {_clock(ctx, mute)}，到点我再看一遍。人身安全的事还是会马上叫你。"
    return Reply(True, told)


def _restore(ctx: Context, tx: Tx, request: Request) -> Reply:
    refusal = permissions.refusal(request.person, request.action, permissions.Matter())
    if refusal or request.person is None:
        audit.write(tx, ctx.now(), request.speaker, request.action, "", allowed=False)
        return Reply(False, refusal)
    alert = alert_actions.find(tx, request.text)
    if alert is not None:
        return _wake(ctx, tx, request, alert)
    mine = [m for m in mutes.active(tx, ctx.now()) if request.person.role == "admin" or m.team == request.person.team]
    name = muting.read(request.text).name
    ended = [m for m in mine if name in ("全部", m.shown, m.value)]
    if not ended:
        return Reply(False, f"没有找到「{clean(name[:20])}」的静音。发「静音」看现在有哪些。")
    mutes.end(tx, [m.id for m in ended], ctx.now())
    audit.write(tx, ctx.now(), request.speaker, request.action, "、".join(f"{m.what}:{m.value}" for m in ended))
    return Reply(True, f"好，{'、'.join(clean(m.shown) for m in ended)} 恢复提醒，刚才没说的我马上再看一遍。")


def _wake(ctx: Context, tx: Tx, request: Request, alert: Alert) -> Reply:
    """恢复 A12: that alert alone."""
    if alert.state != "muted":
        return Reply(False, "这条告警现在没有静音。")
    refusal = permissions.refusal(request.person, "mute", alert_actions.matter_of(ctx, tx, alert))
    if refusal:
        return Reply(False, refusal)
    alerts.wake(ctx, tx, alert)
    return Reply(True, f"好，{alert.code} 恢复提醒。")


def _meaning(ctx: Context, tx: Tx, wanted: muting.Wanted) -> Meant | str:
    """Or what is wrong, with how to say it."""
    if not wanted.name:
        return HOW
    if wanted.what == "rule":
        return _rule(ctx, wanted.name)
    if wanted.what == "shop":
        known = mutes.knows_shop(tx, wanted.name)
        return (
            Meant("shop", wanted.name, wanted.name) if known else f"没有见过「{clean(wanted.name[:20])}」这家店。{HOW}"
        )
    person = ctx.people.named(wanted.name.lstrip("@"))
    if person is not None:
        return Meant("agent", person.name, person.name)
    return f"没有找到「{clean(wanted.name[:20])}」。{HOW}"


def _rule(ctx: Context, name: str) -> Meant | str:
    """By its id or title; by a part of the title when only one has it."""
    rules = [rule for rule in ctx.engine.packs.rules if rule.severity or TOPIC in rule.tags]
    exact = [rule for rule in rules if name in (rule.id, rule.title)]
    found = exact or [rule for rule in rules if name in rule.title]
    if len(found) > 1:
        return f"「{name[:20]}」有好几条：{'、'.join(rule.title for rule in found[:5])}。请写全名。"
    if not found:
        known = MEASURED.get(name)
        return (
            Meant("rule", known, name)
            if known
            else f"没有找到规则「{clean(name[:20])}」，告警卡片上「为什么提醒」就是它。"
        )
    if found[0].id in PERSONAL:
        return f"「{found[0].title}」关系到人的安全，这一条不静音。"
    return Meant("rule", found[0].id, found[0].title)


# Checks that are no rules of a pack.
MEASURED = {
    "首次回复慢": "slow_first_reply", "回复慢": "slow_reply", "等太久": "slow_reply", "低评分": "low_rating",
    "多次不满": "repeated_dissatisfaction", "重复追问": "repeated_question",
}  # fmt: skip


def _among_leads(ctx: Context, request: Request) -> bool:
    place = request.place
    if place is None or place.direct:
        return True
    room = ctx.people.room(place.chat, place.id)
    return room is not None and room.audience == "leads"


ACTIONS: Mapping[str, Act] = {"quiet": _quiet, "restore": _restore}
