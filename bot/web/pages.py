"""Every page behind the login, in one list, and the front page that leads to them."""

from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.web.audience import Audience
from bot.web.desk import DeskPage
from bot.web.guard import Guard
from bot.web.live_page import LivePage
from bot.web.login import Doors
from bot.web.site import HERE, Visit

# What the front page and the bar offer: (path, title, the permission it takes).
NAV: tuple[tuple[str, str, str], ...] = ()


def routes(doors: Doors, audience: Audience) -> list[BaseRoute]:
    """A feature adds its own `routes(site)` here."""
    site = doors.site
    live = LivePage(site, audience)
    return [
        site.get("/", front),
        *doors.routes(),
        *live.routes(),
        *DeskPage(live).routes(),
        Mount("/static", StaticFiles(directory=HERE / "static"), middleware=[Middleware(Guard)]),
    ]


async def front(visit: Visit) -> Response:
    offered = [(path, title) for path, title, action in NAV if visit.may(action)]
    return visit.render("front.html", offered=offered)
