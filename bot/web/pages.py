"""Every page behind the login, in one list."""

from starlette.middleware import Middleware
from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

from bot.web import appeal_page, cases, growth_page, polls, portraits, reports, review_page, talk_tracks
from bot.web.audience import Audience
from bot.web.desk import DeskPage
from bot.web.front import FrontPage, Nav
from bot.web.guard import Guard
from bot.web.live_page import LivePage
from bot.web.login import Doors
from bot.web.site import HERE

# What the front page offers: (path, title, the permission it takes).
NAV: Nav = (
    ("/review", "复核", "review"),
    ("/mine", "我的质检", "my_reviews"),
    ("/cases", "案例库", "cases"),
    ("/talk-tracks", "话术", "talk_tracks"),
    ("/polls", "共评校准", "polls"),
    ("/me", "我的画像", "my_figures"),
    ("/growth", "我的成长", "growth"),
    ("/team", "团队", "team_portrait"),
)


def routes(doors: Doors, audience: Audience) -> list[BaseRoute]:
    """A feature adds its own `routes(site)` here."""
    site = doors.site
    live = LivePage(site, audience)
    return [
        *FrontPage(site, NAV).routes(),
        *doors.routes(),
        *live.routes(),
        *DeskPage(live).routes(),
        *review_page.routes(site),
        *appeal_page.routes(site),
        *portraits.routes(site),
        *growth_page.routes(site),
        *cases.routes(site),
        *talk_tracks.routes(site),
        *polls.routes(site),
        *reports.routes(site),
        Mount("/static", StaticFiles(directory=HERE / "static"), middleware=[Middleware(Guard)]),
    ]
