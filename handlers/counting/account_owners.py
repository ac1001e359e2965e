"""绑定: sub-accounts that are nobody's are asked about once a day, and whoever looks after them says whose they are."""

import re
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from handlers import due, permissions, posting
from handlers.cards import binding as cards
from handlers.cards.card import Card
from handlers.context import Context
from handlers.counting import again, bindings
from handlers.permissions import Matter
from handlers.protocols import Reply, Target
from handlers.requests import Act, Request
from rules import spans
from rules.binding import SHIFT, Bound
from storage import audit, figure_cells, posts
from storage import bindings as records
from storage.db import Tx

DAILY, AT = "unbound_accounts", time(9, 11)  # never on the whole or half hour
STILL_NEWS = timedelta(hours=9)
BACK = 7  # days looked back
CHOICES = 6  # names offered for one account
HOW = "这样说：绑定 shop:xiaoli 小李，或 绑定 shop:desk1 小李 09:00-18:00 从 11-20"
SAID = re.compile(
    r"(?P<account>[^\s=]+:[^\s=]+)[\s=]+(?P<name>[^\s=]+)(?:\s+(?P<hours>\d{1,2}:\d{2}\s*-\s*\d{1,2}:\d{2}))?"
    r"(?:\s*从\s*(?P<since>\S+?))?(?:\s*[到至]\s*(?P<until>\S+))?\s*"
)
NOBODY = "没有人"


def look(ctx: Context) -> int:
    """Each minute: who holds what at this hour; in the morning, what is nobody's; the number of cards."""
    bindings.refresh(ctx)
    today = due.daily(ctx, AT)
    return due.once(ctx, DAILY, today, lambda tx: _ask(ctx, tx, today), still=STILL_NEWS)


def _ask(ctx: Context, tx: Tx, today: datetime) -> int:
    """Only when there is something to ask."""
    found = unbound(ctx, tx)
    rooms = [room for room in ctx.people.rooms if "admin" in room.wants]
    for room in rooms if found else ():
        about = posting.About(f"bind.{today:%m%d}", posting.random_part(f"bind {today.isoformat()}"))
        posting.want(ctx, tx, about, room.target, cards.unbound(found, _names(ctx, tx)))
    return len(rooms) if found else 0


def unbound(ctx: Context, tx: Tx) -> dict[str, int]:
    """account -> days at work lately, of those that are nobody's."""
    today = _today(ctx)
    known = bindings.of(ctx, tx)
    seen = figure_cells.seen(tx, today - timedelta(days=BACK), today)
    day = today.isoformat()
    mine = {key: days for key, days in seen.items() if not known.person(key, day) and not known.nobodys(key, day)}
    return dict(sorted(mine.items(), key=lambda pair: (-pair[1], pair[0])))


def _names(ctx: Context, tx: Tx) -> list[str]:
    """Those who serve customers, first who has no account yet."""
    serving = [p for p in ctx.people.people if p.role in ("agent", "senior")]
    return [p.name for p in sorted(serving, key=lambda p: (len(p.accounts), p.name))][:CHOICES]


def listed(ctx: Context, tx: Tx, request: Request) -> Card:
    """子账号: what is nobody's, and what was said lately."""
    known = bindings.of(ctx, tx)
    return cards.listed(unbound(ctx, tx), [b for b in known.bounds if b.actor][-8:], _names(ctx, tx))


def _bind(ctx: Context, tx: Tx, request: Request) -> Reply:
    refusal = permissions.refusal(request.person, "bind", Matter())
    told = request.choice or request.text
    audit.write(tx, ctx.now(), request.speaker, "bind", told[:60], allowed=not refusal)
    if refusal:
        return Reply(False, refusal)
    bound = read(told, _today(ctx), request.speaker)
    if bound is None:
        return Reply(False, HOW)
    if bound.until and bound.until < bound.since:
        return Reply(False, f"{bound.since} 在 {bound.until} 后面，请把日子倒过来再说一遍。")
    person = ctx.people.named(bound.person)
    if bound.person and person is None:
        return Reply(False, f"名单里没有「{bound.person[:20]}」。{HOW}")
    if outside := _outside(ctx, tx, request, bound):
        return Reply(False, outside)
    if not bound.person and request.person is not None and request.person.role != "admin":
        return _ask_admin(ctx, tx, request, bound)
    records.add(tx, bound, ctx.now())
    days = bindings.shift_days(tx, bound)
    again.mark(tx, days, ctx.now())
    _redraw(ctx, tx, bound)
    return Reply(True, cards.bound(bound, len(days), seen=_seen(ctx, tx, bound.account)))


def read(told: str, today: date, actor: str) -> Bound | None:
    """shop:xiaoli=小李, or with hours and days."""
    found = SAID.fullmatch(told.strip())
    if found is None:
        return None
    hours = bindings.hours_of(found["hours"].replace(" ", "")) if found["hours"] else ""
    account, _, shift = found["account"].partition(SHIFT)
    since, until = _day(found["since"], today, last=False), _day(found["until"], today, last=True)
    if None in (since, until) or (found["hours"] and not hours) or shift:
        return None
    person = "" if found["name"] == NOBODY else found["name"]
    return Bound(account, person, hours, since or "", until or "", actor)


def _day(words: str | None, today: date, *, last: bool) -> str | None:
    """ "" when nothing was said, None when it is no day; it may be to come."""
    if not words:
        return ""
    if day := spans.near(words, today):
        return day.isoformat()
    span = spans.read(words, today)
    return (span.until if last else span.since).isoformat() if span is not None else None


def _outside(ctx: Context, tx: Tx, request: Request, bound: Bound) -> str:
    """A lead binds people of their own team, and takes nobody's account from another team."""
    me = request.person
    if me is None or me.role == "admin" or not me.team:
        return ""
    known, first = bindings.of(ctx, tx), max(_today(ctx).isoformat(), bound.since)
    days = [day for day in (*figure_cells.days_of(tx, bound.account, bound.since, bound.until), first) if bound.on(day)]
    held = {known.person(key, day) for key in known.keys_of(bound.account) for day in days}
    people = [ctx.people.named(name) for name in (bound.person, *held) if name]
    return "别的组的同事，请他们的主管或管理员来绑定。" if any(p and p.team != me.team for p in people) else ""


def _seen(ctx: Context, tx: Tx, account: str) -> bool:
    """Whether anybody ever spoke on it, or the config knows it."""
    known = any(account == held for held, _ in ctx.people.holders)
    return known or bool(figure_cells.days_of(tx, account, "", "")) or records.serves(tx, account)


def _ask_admin(ctx: Context, tx: Tx, request: Request, bound: Bound) -> Reply:
    """Conversations of an account that nobody uses wait for no disclosure, so no lead says so alone."""
    rooms = [room for room in ctx.people.rooms if "admin" in room.wants]
    for room in rooms:
        posting.want(ctx, tx, _doubt(bound), room.target, cards.doubted(bound.account, request.speaker))
    asked = "，已经请他们来定" if rooms else f"，请他们说「绑定 {bound.account} {NOBODY}」"
    return Reply(False, f"有没有人在用，由管理员来定{asked}：没有人用的，旁听时不再等告知。")


def _doubt(bound: Bound) -> posting.About:
    return posting.About("bind.nobody", posting.random_part(f"nobody {bound.account}"))


def _redraw(ctx: Context, tx: Tx, bound: Bound) -> None:
    """Today's card shows what is left, and the question about this account is answered."""
    for post in posts.about(tx, "bind.nobody"):
        if post.key == posting.key_of(ctx, _doubt(bound), Target(post.chat, post.room, post.direct)):
            posting.renew(ctx, tx, post, cards.settled(bound))
    left, names = unbound(ctx, tx), _names(ctx, tx)
    for post in posts.about(tx, f"bind.{_today(ctx):%m%d}"):
        posting.renew(ctx, tx, post, cards.unbound(left, names))


def _today(ctx: Context) -> date:
    return ctx.now().astimezone(ctx.zone).date()


ACTIONS: Mapping[str, Act] = {"bind": _bind}
