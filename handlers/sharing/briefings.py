"""Morning briefings: previewed by the lead, told to the team once a workday, late when we were late, never twice."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta

from handlers import due, permissions, posting
from handlers.cards import briefing as cards
from handlers.cards.briefing import View
from handlers.cards.card import from_json
from handlers.cards.words import COLLEAGUE, clean, unnamed
from handlers.context import Context
from handlers.permissions import Matter
from handlers.posting import About
from handlers.protocols import Reply
from handlers.requests import Act, Request
from handlers.sharing import briefing_facts as facts
from handlers.sharing import day_figures
from rules import manners, subject
from storage import audit, briefings, occurrences, posts
from storage.briefings import Briefing
from storage.db import Tx

TOO_LATE = time(18)  # then the day is over, and tomorrow's comes
LATE = timedelta(minutes=10)  # so much later it says so
LONGEST = 200  # characters of the lead's own words
NEWS = timedelta(days=7)  # honours, and cases
NOTHING = "昨天还没有会话，等有了再开。想说一句话，就写「晨会 想说的话」。"
NAMELESS = "群里点名只为夸人，名字先换成了「同事」；要提醒谁，私下说更好。"
EMPTY = "还没有会话，也没有案例、申诉、投票或荣誉可说"
GONE = "这张晨会卡片已经过期了。"


def look(ctx: Context) -> int:
    """Previews and briefings that are due and were not told yet; the number of cards."""
    local = ctx.now().astimezone(ctx.zone)
    today = local.date()
    if not ctx.schedule.workday(today):
        return 0
    ends = datetime.combine(today, TOO_LATE, ctx.zone)
    opens, early = (datetime.combine(today, at, ctx.zone) for at in (ctx.mornings.at, ctx.mornings.preview))
    told = 0
    for team in teams(ctx):
        if early <= local < opens:
            told += due.once(ctx, f"briefing_preview:{team}", early, lambda tx, t=team: _preview(ctx, tx, t, opens))  # type: ignore[misc]
        if opens <= local < ends:
            told += due.once(ctx, job_of(team), opens, lambda tx, t=team: _send(ctx, tx, t, opens))  # type: ignore[misc]
    return told


def job_of(team: str) -> str:
    return f"briefing:{team}"


def teams(ctx: Context) -> list[str]:
    """Those whose briefing somebody hears."""
    known = sorted({p.team for p in ctx.people.people if p.team and p.accounts})
    return [team for team in known if ctx.people.rooms_for("briefing", team)]


def view_of(ctx: Context, tx: Tx, row: Briefing, late: str = "") -> View:
    day = date.fromisoformat(row.day)
    span = day_figures.last_day(ctx, tx, row.team, day)
    today = datetime.combine(day, time(), ctx.zone)
    return View(
        row.code,
        row.team,
        day,
        figures=day_figures.told(ctx, tx, row.team, span),
        points=day_figures.points(ctx, tx, row.team, span.until),
        learn=facts.learn(tx, row.team, today - NEWS, today + timedelta(days=1)),
        avoid="" if row.plain else facts.avoid(ctx, tx, row.team, span),
        tips=facts.tips(ctx, tx, row.team, span),
        waiting=facts.waiting(ctx, tx, row.team),
        honours=facts.praised(tx, row.team, day - NEWS),
        duty=facts.on_duty(ctx, tx, row.team, day),
        words=row.words,
        by=row.by,
        late=late,
        page=ctx.page("/cases"),
    )


def _preview(ctx: Context, tx: Tx, team: str, opens: datetime) -> int:
    """To each lead of the team, directly."""
    row = briefings.of(tx, team, opens.date())
    return _show_preview(ctx, tx, row) if row.sent_at is None else 0


def _show_preview(ctx: Context, tx: Tx, row: Briefing) -> int:
    view = view_of(ctx, tx, row)
    if view.empty:
        return 0
    leads = [p for p in ctx.people.people if p.role == "lead" and p.team == row.team]
    places = [place for place in map(ctx.people.direct, leads) if place is not None]
    card = cards.preview(view, ctx.mornings.at.strftime("%H:%M"))
    for place in places:
        posting.want(ctx, tx, About(f"{row.code}.preview", _link(row)), place, card)
    return len(places)


def _send(ctx: Context, tx: Tx, team: str, opens: datetime, *, called: bool = False) -> int:
    """Into each room of the team that wants it. A morning with nothing to tell is quiet.

    It says when it comes late, unless somebody `called` for it just now.
    """
    row = briefings.of(tx, team, opens.date())
    if row.sent_at is not None:
        return 0
    late = ctx.clock(opens) if ctx.now() - opens >= LATE and not called else ""
    view = view_of(ctx, tx, row, late)
    if view.empty:
        occurrences.explain(tx, job_of(team), opens, EMPTY)
        return 0
    rooms = ctx.people.rooms_for("briefing", team)
    card = cards.briefing(view)
    for room in rooms:
        posting.want(ctx, tx, About(row.code, _link(row)), room.target, card)
    briefings.change(tx, row.id, sent_at=ctx.now())
    for post in posts.about(tx, f"{row.code}.preview"):
        posting.renew(ctx, tx, post, cards.sent(from_json(post.card), ctx.clock(ctx.now())))
    return len(rooms)


def _link(row: Briefing) -> str:
    return posting.random_part(f"briefing/{row.team}/{row.day}")


# What people press and type


def _read(ctx: Context, tx: Tx, request: Request) -> Reply:
    row, _ = _meant(tx, request)
    refusal = permissions.refusal(request.person, request.action, Matter())
    if row is None and not request.value and request.person and request.person.team:
        row = briefings.of(tx, request.person.team, _today(ctx))
    if row is None or refusal:
        return Reply(False, refusal or GONE)
    readers = briefings.read(tx, row.id, request.speaker, ctx.now())
    for post in posts.about(tx, row.code):
        if post.chat in ctx.editable:  # elsewhere each reader would be a line in the room
            posting.renew(ctx, tx, post, cards.read_by(from_json(post.card), readers))
    return Reply(True, "好，今天也顺利。")


def _words(ctx: Context, tx: Tx, request: Request) -> Reply:
    row, said, refused = _mine(ctx, tx, request)
    if row is None:
        return refused
    words = _said(ctx, said)
    if not words:
        return Reply(False, "想说的话写在框里，再点「加上」；也可以发「寄语 想说的话」。")
    briefings.change(tx, row.id, words=words, by=request.speaker)
    _show_preview(ctx, tx, briefings.get(tx, row.id) or row)
    named = words != clean(said.strip())[:LONGEST]
    at = ctx.mornings.at.strftime("%H:%M")
    return Reply(True, f"加上了，{at} 一起发，会写在最上面。再写一次就换掉。{NAMELESS if named else ''}")


def _said(ctx: Context, text: str) -> str:
    """A colleague is named before the team only with praise."""
    words = clean(text.strip())
    return (words if manners.praises(words) else unnamed(words, ctx.people.names, COLLEAGUE))[:LONGEST]


def _plain(ctx: Context, tx: Tx, request: Request) -> Reply:
    row, _, refused = _mine(ctx, tx, request)
    if row is None:
        return refused
    briefings.change(tx, row.id, plain=True)
    _show_preview(ctx, tx, briefings.get(tx, row.id) or row)
    return Reply(True, "好，今天不讲这一条。")


def _now(ctx: Context, tx: Tx, request: Request) -> Reply:
    """现在发, or 晨会 typed; perhaps with the lead's words behind it."""
    team, said = _whose(ctx, tx, request)
    refusal = permissions.refusal(request.person, request.action, Matter(team))
    if refusal or not team:
        known = next(iter(teams(ctx)), "售后")
        return Reply(False, refusal or f"想发哪个组的？这样说：晨会 {known}，后面可以接想说的话。")
    today = _today(ctx)
    row = briefings.of(tx, team, today)
    if row.sent_at is not None:
        return Reply(False, f"今天的晨会 {ctx.clock(row.sent_at)} 已经发过了。")
    if words := _said(ctx, said):
        briefings.change(tx, row.id, words=words, by=request.speaker)
    elif view_of(ctx, tx, row).empty:
        return Reply(False, NOTHING)
    opens = datetime.combine(today, ctx.mornings.at, ctx.zone)
    occurrences.take(tx, job_of(team), opens, ctx.now())  # so that it does not come again at its time
    audit.write(tx, ctx.now(), request.speaker, request.action, row.code)
    sent = _send(ctx, tx, team, opens, called=True)
    return (
        Reply(True, "发出去了。") if sent else Reply(False, "还没有群要听晨会：在 [[rooms]] 的 wants 里加上 briefing。")
    )


def _whose(ctx: Context, tx: Tx, request: Request) -> tuple[str, str]:
    """The team, and what is to be said; those without a team name one: 晨会 售后 今天有大促."""
    row, said = _meant(tx, request)
    if row is not None:
        return row.team, said
    if request.person is None or request.person.team:
        return request.person.team if request.person else "", said
    first, _, rest = said.partition(" ")
    known = teams(ctx)
    name = first if first in known else first.removesuffix("组")
    return (name, rest) if name in known else ("", said)


def _mine(ctx: Context, tx: Tx, request: Request) -> tuple[Briefing | None, str, Reply]:
    """The briefing a lead may still change, and what they say; typed without its number it is today's."""
    row, _ = _meant(tx, request)
    team, said = _whose(ctx, tx, request)
    refusal = permissions.refusal(request.person, request.action, Matter(team))
    if refusal or not team or (row is None and request.value):
        return None, "", Reply(False, refusal or GONE)
    row = row or briefings.of(tx, team, _today(ctx))
    if row.sent_at is not None:
        return None, "", Reply(False, f"今天的晨会 {ctx.clock(row.sent_at)} 已经发出去了。")
    return row, said, Reply(True, "")


def _meant(tx: Tx, request: Request) -> tuple[Briefing | None, str]:
    """The one of the button, or of the number that was typed; and what is said besides: 寄语 BR7 今天有大促."""
    said = request.text.strip()
    if request.value:
        number, _ = subject.read(request.subject, "BR")
    elif said[:2].upper() == "BR":
        number, said = subject.read(said, "BR")
    else:
        return None, said
    return briefings.get(tx, number) if number is not None else None, said


def _today(ctx: Context) -> date:
    return ctx.now().astimezone(ctx.zone).date()


ACTIONS: Mapping[str, Act] = {
    "briefing_read": _read, "briefing_words": _words, "briefing_plain": _plain, "briefing_now": _now,
}  # fmt: skip
