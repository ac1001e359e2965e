"""为什么没提醒: why nobody was called about a conversation, from what was kept when it was decided."""

from dataclasses import dataclass, replace
from datetime import datetime

from handlers import looks
from handlers.cards import quiet
from handlers.cards.card import Card
from handlers.cards.replies import sentence
from handlers.cards.words import STATES, clean
from handlers.context import Context
from handlers.people import Person
from handlers.requests import Request
from rules.model import Kind, Severity
from storage import alerts as records
from storage import conversations, findings, mutes, silences
from storage.db import Tx
from storage.silences import Screened, Silence

LEVELS = {"none": "没有发现要提醒的", "yellow": "黄色", "orange": "橙色", "red": "红色"}
HOW = "请带上会话，比如「为什么没提醒 c1001」「为什么没提醒 A12」，会话编号写一部分也行。"
MATTERS = {"risk": "", "redline": "红线：", "star": "高光："}


@dataclass(frozen=True, slots=True)
class Seen:
    """What was kept, as far as somebody may know it."""

    screened: Screened
    silences: tuple[Silence, ...]


def answer(ctx: Context, tx: Tx, request: Request) -> Card:
    told = request.text.strip().strip("「」").lstrip("#")
    if not told:
        return sentence(HOW)
    known = [s for s in (silences.screened(tx, id_) for id_ in silences.find(tx, told)) if s]
    mine = [_seen_by(ctx, tx, request.person, one) for one in known if request.person and _may(request.person, one)]
    if not mine:
        return sentence(f"没有找到「{clean(told[:30])}」这段会话。{HOW}")
    if len(mine) > 1:
        rows = tuple((clean(seen.screened.id.partition(":")[2]), _short(seen.screened)) for seen in mine)
        return quiet.why("有好几段，你问的是哪一段？", rows, ("把编号写全一点再问我一次。",))
    return _told(ctx, mine[0])


def _may(person: Person, one: Screened) -> bool:
    """A lead answers for their own team."""
    return person.role in ("admin", "qa") or person.team in ("", one.team) or not one.team


def _short(one: Screened) -> str:
    if one.alerts:
        return f"提醒过：{one.alerts[-1][0]}"
    return "还没检查" if one.at is None else LEVELS.get(one.level, one.level)


def _seen_by(ctx: Context, tx: Tx, person: Person, one: Screened) -> Seen:
    """For most people the customer's side is meant, and not what a colleague said."""
    stored, kept = conversations.load_one(tx, one.id), tuple(silences.of(tx, one.id))
    if stored is not None and looks.hears_redlines(ctx, person, stored):
        return Seen(one, kept)
    risks = [f.finding.severity for f in findings.of(tx, one.id) if f.standing and f.finding.kind is Kind.RISK]
    others = {alert.code for alert in records.of(tx, one.id) if not alert.of_colleague}
    told = tuple(alert for alert in one.alerts if alert[0] in others)
    level = max(risks, default=Severity.NONE).level
    return Seen(replace(one, level=level, alerts=told), tuple(s for s in kept if s.kind != Kind.REDLINE))


def _told(ctx: Context, seen: Seen) -> Card:
    one = seen.screened
    rows = [("会话", clean(one.id.partition(":")[2])), _screened(ctx, one)]
    rows += [("提醒过", "，".join(f"#{code} {STATES[state]}" for code, state in one.alerts))] if one.alerts else []
    for silence in seen.silences:
        detail = f"{MATTERS.get(silence.kind, '')}{clean(silence.detail)}{_ended(ctx, silence)}"
        rows.append((_moment(ctx, silence.at), detail))
    rows += [("没检查", clean(because)) for _, because in one.unchecked]
    return quiet.why(_title(one, quiet_because=bool(seen.silences)), rows)


def _ended(ctx: Context, silence: Silence) -> str:
    if silence.until is not None and silence.until > ctx.now():
        return f"，{_moment(ctx, silence.until)} 会再看一遍"
    return "，已经恢复" if silence.link.startswith(mutes.LINK) else ""


def _title(one: Screened, *, quiet_because: bool) -> str:
    if one.at is None:
        return "这段还没有检查过，所以没有提醒"
    if one.alerts:
        return f"这段提醒过：{one.alerts[-1][0]}"
    return "这段没有提醒，原因在这里" if quiet_because else "这段看过了，没有发现要提醒的事"


def _screened(ctx: Context, one: Screened) -> tuple[str, str]:
    if one.at is None:
        return ("检查", "还没轮到；一般几秒内就会检查")
    return ("检查", f"{_moment(ctx, one.at)} 看过：{LEVELS.get(one.level, one.level)}，整段风险分 {one.risk:.2f}")


def _moment(ctx: Context, at: datetime) -> str:
    local, today = at.astimezone(ctx.zone), ctx.now().astimezone(ctx.zone).date()
    return local.strftime("%H:%M" if local.date() == today else "%m-%d %H:%M")
