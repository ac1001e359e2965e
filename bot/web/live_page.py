"""`/c/{link}`: one conversation as it happens, for those who may; each look is written down with its reason."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote

from jinja2 import Environment
from starlette.responses import Response, StreamingResponse
from starlette.routing import BaseRoute

from bot.web import unbound
from bot.web.audience import Audience, Drawn, Seat
from bot.web.site import Site, Visit
from bot.web.unbound import NotYet
from handlers import disclosed, looks
from handlers.cards import looks as words
from handlers.errors import Refused
from handlers.permissions import Matter
from handlers.talk import Point
from handlers.watching import desk, live_view
from handlers.watching.live_view import Eyes, LiveView
from rules import moods
from rules.privacy import harmless
from storage import audit, sessions
from storage.conversations import Stored
from storage.db import Tx

REVEALED = timedelta(minutes=10)
SHORTEST_REASON = 2  # characters
PARTS = ("head", "now", "mood", "matters", "facts")
WIDE, HIGH = 300, 64  # the mood's picture


@dataclass(frozen=True, slots=True)
class Opened:
    """A conversation somebody wants to look at."""

    stored: Stored
    matter: Matter
    eyes: Eyes
    until: datetime | None  # of the reveal
    untold: tuple[str, ...]  # colleagues who do not know yet that somebody may listen
    unknown: tuple[str, ...]
    why: str


@dataclass(frozen=True, slots=True)
class LivePage:
    site: Site
    audience: Audience

    def routes(self) -> list[BaseRoute]:
        site = self.site
        return [
            site.get("/c/{link}", self.show),
            site.get("/c/{link}/stream", self.stream),
            site.get("/c/{link}/desk", self.desk),
            site.post("/c/{link}/reveal", self.reveal),
            site.post("/c/{link}/conceal", self.conceal),
            site.post("/c/{link}/bind", self.bind),
        ]

    async def show(self, visit: Visit) -> Response:
        try:
            opened = await self.opened(visit, noted=False)
        except NotYet as not_yet:
            return unbound.page(visit, not_yet, (await self.asked(visit))[0].matter)
        await visit.write(lambda tx: looks.note(visit.ctx, tx, visit.person, opened.stored, opened.why))
        seen = await visit.read(lambda tx: looks.shown_to(visit.ctx, tx, visit.person, opened.stored))
        values = await self.values(visit, opened)
        told = [(words.moment(one, visit.ctx.zone), one.actor, words.why(one)) for one in seen[:20]]
        return visit.render("live.html", seen=told, later="" if looks.is_over(opened.stored) else words.LATER, **values)

    async def stream(self, visit: Visit) -> Response:
        opened = await self.opened(visit, noted=True)
        seat = Seat(opened.stored.conversation.id, visit.person.name, visit.session.hash, opened.eyes, opened.until)
        since = visit.request.headers.get("last-event-id", "") or visit.request.query_params.get("since", "")
        frames = self.audience.watch(seat, since)
        return StreamingResponse(frames, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})

    async def desk(self, visit: Visit) -> Response:
        """What can be done about it, drawn anew when an alert has moved on."""
        opened = await self.opened(visit, noted=True)
        return visit.render("live_desk.html", **await self.values(visit, opened))

    async def reveal(self, visit: Visit) -> Response:
        """Originals for some minutes, with a reason that stays on record."""
        opened = await self.opened(visit, noted=True)
        id_, now = opened.stored.conversation.id, visit.ctx.now()
        await visit.allow("reveal", opened.matter, id_)
        why = harmless(visit.form.get("reason", "")).strip()[:100]
        if len(why) < SHORTEST_REASON:
            raise Refused("请写一句为什么要看原文，比如「核对收货电话」。写好再点一次就行。")

        def job(tx: Tx) -> None:
            sessions.reveal(tx, visit.session.hash, id_, now + REVEALED, why)
            audit.write(tx, now, visit.person.name, "reveal", id_, why=why)

        await visit.write(job)
        return visit.back(_address(visit))

    async def conceal(self, visit: Visit) -> Response:
        opened = await self.opened(visit, noted=True)
        await visit.write(lambda tx: sessions.conceal(tx, visit.session.hash, opened.stored.conversation.id))
        return visit.back(_address(visit))

    async def bind(self, visit: Visit) -> Response:
        """Whose the account is that serves; by those who may listen once it is said."""
        opened, _ = await self.asked(visit)
        await visit.allow("view", opened.matter, opened.stored.conversation.id)
        await visit.allow("bind", opened.matter, opened.stored.conversation.id)
        accounts = _accounts(opened)
        wrong = await unbound.bind(visit, accounts)
        if wrong and accounts:
            return unbound.page(visit, NotYet(unbound.why((), accounts), accounts), opened.matter, wrong)
        return visit.back(_address(visit))

    async def asked(self, visit: Visit) -> tuple[Opened, bool]:
        """What somebody wants to look at, whether they may or not, and whether their look is on record."""
        ctx, link = visit.ctx, visit.request.path_params["link"]

        def read(tx: Tx) -> tuple[Opened, bool]:
            stored = live_view.by_link(ctx, tx, link)
            id_, staff = stored.conversation.id, looks.staff(ctx, stored)
            until = sessions.revealed_until(tx, visit.session.hash, id_, ctx.now())
            eyes = live_view.eyes_of(ctx, tx, stored, visit.person, revealed=until is not None)
            why = "看自己的会话" if eyes.own else looks.reason(tx, stored, visit.request.query_params.get("from", ""))
            untold = () if eyes.own else disclosed.untold(ctx, tx, staff.names)
            unknown = () if eyes.own else staff.unknown
            opened = Opened(stored, looks.matter(ctx, stored), eyes, until, untold, unknown, why)
            return opened, looks.is_noted(ctx, tx, visit.person, stored)

        return await visit.read(read)

    async def opened(self, visit: Visit, *, noted: bool) -> Opened:
        """Whether they may, asked anew each time. `noted`: a look on record is enough, else it is put there."""
        opened, on_record = await self.asked(visit)
        await visit.allow("view", opened.matter, opened.stored.conversation.id)
        unheard = unbound.why(opened.untold, _accounts(opened))
        if unheard:
            id_, at, who = opened.stored.conversation.id, visit.ctx.now(), visit.person.name
            await visit.write(lambda tx: audit.write(tx, at, who, "view", id_, allowed=False, surface="web"))
            raise NotYet(unheard, _accounts(opened))
        if noted and not on_record:
            await visit.write(lambda tx: looks.note(visit.ctx, tx, visit.person, opened.stored, opened.why))
        return opened

    async def values(self, visit: Visit, opened: Opened, told: str = "") -> dict[str, Any]:
        """What the page shows; `told`: the answer to what was just done."""
        until, stored = opened.until, opened.stored
        sight = await self.audience.sight(stored.conversation.id, opened.eyes)
        seen = None
        if not opened.eyes.blind:  # whoever judges an appeal about it does nothing else here meanwhile
            seen = await visit.read(lambda tx: desk.of(visit.ctx, tx, visit.person, stored))
        return {
            "link": stored.link,
            "came": quote(visit.request.query_params.get("from", ""), safe=""),
            "parts": sight.drawn.parts,
            "lines": sight.drawn.lines,
            "version": sight.version,
            "until": visit.ctx.clock(until) if until else "",
            "own": opened.eyes.own,
            "blind": opened.eyes.blind,
            "may_reveal": visit.may("reveal", opened.matter),
            "desk": seen,
            "told": told,
        }


@dataclass(frozen=True, slots=True)
class Drawer:
    """A view as HTML in pieces."""

    templates: Environment

    def __call__(self, view: LiveView) -> Drawn:
        made = self.templates.get_template("live_parts.html").module
        parts = {name: str(getattr(made, name)(view)) for name in PARTS if name != "mood"}
        parts["mood"] = str(made.mood(view, curve(view.mood), feeling(view.mood)))  # type: ignore[attr-defined]
        lines = tuple((one.key, str(made.line(one))) for one in view.lines)  # type: ignore[attr-defined]
        return Drawn(parts, lines)


def curve(points: tuple[Point, ...]) -> list[tuple[float, float, Point]]:
    """Where each point stands in the picture."""
    return [(round(10 + p.along * (WIDE - 20), 1), round(HIGH / 2 - p.mood * (HIGH / 2 - 8), 1), p) for p in points]


def feeling(points: tuple[Point, ...]) -> str:
    """The line in words, for those who cannot see it."""
    if not points:
        return "客户还没说话"
    first, last = moods.feels(points[0].mood), moods.feels(points[-1].mood)
    return f"客户现在{last}" if len(points) == 1 or first == last else f"客户从{first}到{last}"


def _accounts(opened: Opened) -> tuple[str, ...]:
    """The sub-accounts nobody is known by, with their helpdesk's name."""
    return tuple(f"{opened.stored.source}:{account}" for account in opened.unknown)


def _address(visit: Visit) -> str:
    came = quote(visit.request.query_params.get("from", ""), safe="")
    return f"/c/{visit.request.path_params['link']}" + (f"?from={came}" if came else "")
