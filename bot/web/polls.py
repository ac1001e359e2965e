"""Blind votes on a page, for those whose chat has no private buttons; one's own answers, and the results."""

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.site import Site, Visit
from handlers.calibrating import poll_page
from handlers.errors import Refused

NONE = "现在没有进行中的共评。开始的时候，群里会有卡片。"


async def newest(visit: Visit) -> Response:
    """The session people would look for."""
    await visit.allow("polls")
    found = await visit.read(poll_page.latest)
    return visit.back(f"/polls/{found}") if found else visit.render("message.html", title="共评校准", says=NONE)


async def show(visit: Visit) -> Response:
    """One session, its questions, and the reader's own answers."""
    await visit.allow("polls")
    number = int(visit.request.path_params["id"])
    page = await visit.read(lambda tx: poll_page.of(visit.ctx, tx, visit.person, number))
    return visit.render("poll.html", page=page)


async def send(visit: Visit) -> Response:
    """A ballot, a wording, or a choice among wordings; each may be changed until the close."""
    number = int(visit.request.path_params["id"])
    try:
        await visit.write(lambda tx: poll_page.send(visit.ctx, tx, visit.person, visit.form))
    except Refused as why:
        return visit.render("message.html", 409, title="这次什么都没有改", says=str(why))
    return visit.back(f"/polls/{number}#{visit.form.get('case', '')[:12]}")


def routes(site: Site) -> list[BaseRoute]:
    return [
        site.get("/polls", newest),
        site.get("/polls/{id:int}", show),
        site.post("/polls/{id:int}", send),
    ]
