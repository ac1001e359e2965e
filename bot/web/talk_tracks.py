"""`/talk-tracks`: ways of saying something, ranked by what they went with, with the best examples to copy."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers.cards.outcomes import NOT_CAUSE, effect
from handlers.counting import outcome_figures
from rules.talk_tracks import GOALS


def routes(site: Site) -> list[BaseRoute]:
    return [site.get("/talk-tracks", show)]


async def show(visit: Visit) -> Response:
    await visit.allow("talk_tracks")
    found = await visit.read(lambda tx: outcome_figures.proven(visit.ctx, tx))
    links = await visit.read(lambda tx: outcome_figures.links(visit.ctx, tx, visit.person, found))
    rows = [
        {
            "title": one.track.title,
            "say": one.track.say,
            "goal": GOALS[one.track.goal],
            "effect": effect(one),
            "ranked": one.compared is not None,
            "examples": [(said, links.get(conversation, "")) for conversation, said in one.examples],
        }
        for one in found
    ]
    return visit.render("talk_tracks.html", rows=rows, days=outcome_figures.BACK, note=NOT_CAUSE)
