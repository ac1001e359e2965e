"""The front page: who is waiting, where to go, and, for those who serve customers, what they are told."""

from collections.abc import Sequence
from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers.watching import disclosures, front

Nav = Sequence[tuple[str, str, str]]  # (path, title, the permission it takes)


@dataclass(frozen=True, slots=True)
class FrontPage:
    site: Site
    nav: Nav

    def routes(self) -> list[BaseRoute]:
        return [self.site.get("/", self.show), self.site.post("/known", known)]

    async def show(self, visit: Visit) -> Response:
        seen = await visit.read(lambda tx: front.of(visit.ctx, tx, visit.person))
        offered = [(path, title) for path, title, action in self.nav if visit.may(action)]
        return visit.render("front.html", seen=seen, offered=offered)


async def known(visit: Visit) -> Response:
    """The disclosure was read here; for people without a platform's app it is the only place."""
    await visit.write(lambda tx: disclosures.confirm(visit.ctx, tx, visit.person))
    return visit.back("/")
