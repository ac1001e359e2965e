"""A report to print: the week of a team for its leads, the month of all for the admins."""

import asyncio
from datetime import date

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot import charts
from bot.web.site import Site, Visit
from handlers.cards import briefing as cards
from handlers.permissions import Matter
from handlers.sharing import reports

EVERYBODY = "all"
EARLIEST = date(2000, 1, 1)


async def show(visit: Visit) -> Response:
    """A team's for its leads, QA and the admins; that of all for QA and the admins."""
    told = visit.request.path_params
    team = "" if told["team"] == EVERYBODY else told["team"]
    await visit.allow("report" if team else "report_all", Matter(team), f"report {team}")
    kind = told["span"]
    first = _first(visit, kind, told["first"], team)
    view = await visit.read(lambda tx: reports.view_of(visit.ctx, tx, team, kind, first))
    title = reports.title_of(team, kind, first).removeprefix("☀️ ")
    drawn = [(await asyncio.to_thread(charts.svg, one.spec), one.alt) for one in cards.pictures(view.points)]
    return visit.render("report.html", title=title, facts=view.figures, pictures=drawn, lines=cards.lines(view))


def routes(site: Site) -> list[BaseRoute]:
    return [site.get("/report/{span}/{first}/{team}", show)]


def _first(visit: Visit, kind: str, told: str, team: str) -> date:
    """The day after the week or month. Raises LookupError for what is no such day, is yet to come, or is nobody's."""
    try:
        first = date.fromisoformat(told)
    except ValueError:
        raise LookupError(told) from None
    today = visit.ctx.now().astimezone(visit.ctx.zone).date()
    known = not team or any(person.team == team for person in visit.ctx.people.people)
    ended = EARLIEST <= first <= today and kind in reports.KINDS and reports.begins(kind, first) == first
    if not known or not ended:
        raise LookupError(told)
    return first
