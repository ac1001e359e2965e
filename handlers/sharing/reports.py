"""The week of a team for its leads, and the month of all teams for the admins: a card, and a page to print."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta

from handlers import due, posting
from handlers.cards import briefing as cards
from handlers.cards.briefing import View
from handlers.context import Context
from handlers.people import Person
from handlers.posting import About
from handlers.sharing import briefing_facts as facts
from handlers.sharing import day_figures
from handlers.sharing.day_figures import Span
from storage.db import Tx

STILL_NEWS = timedelta(hours=10)
WEEK = "week"
MONTH = "month"
KINDS = (WEEK, MONTH)


def look(ctx: Context) -> int:
    """The week on the first workday of a week, the month on the first of a month; the number of cards."""
    local = ctx.now().astimezone(ctx.zone)
    today, told = local.date(), 0
    for kind, at in ((WEEK, ctx.mornings.weekly), (MONTH, ctx.mornings.monthly)):
        first, when = begins(kind, today), datetime.combine(today, at, ctx.zone)
        if _first_workday(ctx, first) == today and due.is_news(ctx, when, STILL_NEWS):
            told += due.once(ctx, f"report_{kind}", when, lambda tx, k=kind, on=first: _tell(ctx, tx, k, on))  # type: ignore[misc]
    return told


def span_of(kind: str, first: date) -> Span:
    """The week or the month before `first`, compared with the one before that."""
    if kind == WEEK:
        return Span(first - timedelta(days=7), first - timedelta(days=1), first - timedelta(days=14))
    last = first - timedelta(days=1)
    since = last.replace(day=1)
    return Span(since, last, (since - timedelta(days=1)).replace(day=1))


def view_of(ctx: Context, tx: Tx, team: str, kind: str, first: date) -> View:
    """An empty team is all of them. What has passed is told as it was: what is open today is not."""
    span = span_of(kind, first)
    since, until = span.moments(ctx)
    latest = begins(kind, ctx.now().astimezone(ctx.zone).date()) == first
    return View(
        "",
        team,
        first,
        figures=day_figures.told(ctx, tx, team, span),
        points=day_figures.points(ctx, tx, team, span.until) if kind == WEEK else (),
        learn=facts.learn(tx, team, since, until, only=True),
        avoid=facts.avoid(ctx, tx, team, span),
        waiting=facts.waiting(ctx, tx, team) if latest else (),
        honours=facts.praised(tx, team, span.since, span.until),
    )


def begins(kind: str, day: date) -> date:
    """The first day of the week or month in which this day lies: a report tells of the one before."""
    return day - timedelta(days=day.weekday()) if kind == WEEK else day.replace(day=1)


def title_of(team: str, kind: str, first: date) -> str:
    span = span_of(kind, first)
    whose = f"{team}组" if team else "全部"
    if kind == MONTH:
        return f"☀️ {whose}月报 · {span.since.year} 年 {span.since.month} 月"
    return f"☀️ {whose}周报 · {span.since.month} 月 {span.since.day} 日到 {span.until.month} 月 {span.until.day} 日"


def path_of(team: str, kind: str, first: date) -> str:
    return f"/report/{kind}/{first.isoformat()}/{team or 'all'}"


def _tell(ctx: Context, tx: Tx, kind: str, first: date) -> int:
    told = 0
    for person, team in _readers(ctx, kind):
        target = ctx.people.direct(person)
        if target is None:
            continue
        card = cards.report(
            view_of(ctx, tx, team, kind, first), title_of(team, kind, first), ctx.page(path_of(team, kind, first))
        )
        about = About("RP", posting.random_part(f"report/{kind}/{person.name}/{first}"))
        posting.want(ctx, tx, about, target, replace(card, kind=f"report_{kind}"))
        told += 1
    return told


def _readers(ctx: Context, kind: str) -> Iterator[tuple[Person, str]]:
    for person in ctx.people.people:
        if kind == WEEK and person.role == "lead":
            yield person, person.team
        if kind == MONTH and person.role == "admin":
            yield person, ""


def _first_workday(ctx: Context, first: date) -> date | None:
    days = (first + timedelta(days=n) for n in range(10))
    return next((day for day in days if ctx.schedule.workday(day)), None)
