"""Stepping in from the live view: the same acts as on cards, by form, answered in place."""

from dataclasses import dataclass

from starlette.responses import Response
from starlette.routing import BaseRoute

from bot.web.live_page import LivePage
from bot.web.site import Visit
from handlers import actions
from handlers.protocols import Reply
from handlers.requests import Request
from handlers.watching import desk
from storage import conversations
from storage.db import Tx

ACTS = {"claim", "whisper", "take_over", "hand_to", "resolve", "got_it", "help", "mine"}
IN_PLACE = "x-desk"  # sent by our script, which shows the answer without leaving the page


@dataclass(frozen=True, slots=True)
class DeskPage:
    live: LivePage

    def routes(self) -> list[BaseRoute]:
        return [self.live.site.post("/c/{link}/do/{act}", self.do)]

    async def do(self, visit: Visit) -> Response:
        """Who may look is asked as for the page itself; who may act, by the act, like everywhere."""
        opened = await self.live.opened(visit, noted=True)
        act = visit.request.path_params["act"]
        if act not in ACTS:
            raise LookupError(act)
        request = _request(visit, act)
        reply = await visit.write(lambda tx: _apply(visit, tx, opened.stored.conversation.id, request))
        if visit.request.headers.get(IN_PLACE):
            values = await self.live.values(visit, opened, reply.toast)
            return visit.render("live_desk.html", 200 if reply.ok else 409, **values)
        if not reply.ok:
            return visit.render("message.html", 409, title="这一步没有成", says=reply.toast)
        return visit.back(f"/c/{opened.stored.link}")


def _request(visit: Visit, act: str) -> Request:
    """A tapped wording comes as the choice, which counts only when nothing was written."""
    text, choice = visit.form.get("text", "").strip()[:500], visit.form.get("choice", "")
    value = visit.form.get("value", "") + (f"/{choice}" if choice and not text else "")
    return Request(act, value, visit.person, visit.person.name, text, form=visit.form)


def _apply(visit: Visit, tx: Tx, conversation: str, request: Request) -> Reply:
    """Only about the conversation whose page this is."""
    stored = conversations.load_one(tx, conversation)
    seen = desk.of(visit.ctx, tx, visit.person, stored) if stored else None
    if seen is None or seen.code != request.subject:
        return Reply(False, "这件事已经收尾了，不用再处理。")
    return actions.apply(visit.ctx, tx, request)
