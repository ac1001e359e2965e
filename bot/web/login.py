"""Logging in: by the chat platform's account, or by a one-time link; and out again."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from hmac import compare_digest
from urllib.parse import quote, unquote

import structlog
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute

from bot.web import cookies
from bot.web.oauth import Platform
from bot.web.site import Site, Visit, own_path, read_form
from handlers.errors import DeliveryFailed
from handlers.people import Person
from handlers.permissions import STRANGER
from storage import audit, sessions
from storage.db import Tx

log = structlog.get_logger()

INSIDE = {"DingTalk": "dingtalk", "Lark": "feishu", "Feishu": "feishu"}  # how the clients call themselves
LOST = "登录没有接上：也许等得太久了，也许是从别处点进来的。请从头再来一次。"
SPENT = "这个登录链接已经用过，或者过期了。请管理员再给你一个。"


@dataclass(frozen=True, slots=True)
class Doors:
    """The ways in."""

    site: Site
    platforms: Mapping[str, Platform]
    public_url: str

    def routes(self) -> list[BaseRoute]:
        site = self.site
        return [
            site.open("/login", self.choose),
            site.open("/login/link/{secret}", self.link, "GET", "POST"),
            site.open("/login/{platform}", self.leave),
            site.open("/login/{platform}/back", self.come_back),
            site.post("/logout", leave),
        ]

    async def choose(self, request: Request) -> Response:
        wanted = own_path(request.query_params.get("next", "/"))
        if await self.site.session(request):
            return RedirectResponse(wanted, 303)
        inside = _inside(request)
        if inside in self.platforms and "choose" not in request.query_params:
            return RedirectResponse(f"/login/{inside}?next={quote(wanted, safe='')}", 303)
        ways = [(f"/login/{p.chat}?next={quote(wanted, safe='')}", p.title) for p in self.platforms.values()]
        return self.site.draw("login.html", ways=ways)

    async def leave(self, request: Request) -> Response:
        """To the platform; what we must remember goes with this browser alone."""
        platform = self.platforms.get(request.path_params["platform"])
        if platform is None:
            return self._sorry("没有这个登录方式。", 404)
        wanted = own_path(request.query_params.get("next", "/"))
        state, verifier = cookies.new_secret(), cookies.new_secret()
        response = RedirectResponse(platform.address(self._back(platform), state, verifier), 303)
        memory = "~".join((platform.chat, state, verifier, quote(wanted, safe="")))
        cookies.keep_login(response, memory, self.site.secure)
        return response

    async def come_back(self, request: Request) -> Response:
        platform = self.platforms.get(request.path_params["platform"])
        chat, state, verifier, wanted = _memory(request, self.site)
        told, query = request.query_params.get("state", ""), request.query_params
        code = query.get("code") or query.get("authCode") or ""
        ours = platform is not None and chat == platform.chat and compare_digest(told.encode(), state.encode())
        if platform is None or not ours or not code:
            return self._sorry(LOST, 400)
        try:
            id_ = await platform.who(code, self._back(platform), verifier)
        except DeliveryFailed as failed:
            log.warning("login_failed", platform=platform.chat, why=str(failed))
            return self._sorry(f"{platform.title}刚才没有认出你，请再试一次。", 502)
        person = self.site.ctx.people.who(platform.chat, id_)
        if person is None:
            return self._sorry(STRANGER, 403)
        return await self.enter(request, person, own_path(unquote(wanted)), platform.chat)

    async def link(self, request: Request) -> Response:
        """A page with one button: a chat client that looks ahead at the link does not use it up."""
        secret, now = request.path_params["secret"], self.site.ctx.now()
        if request.method == "POST":
            return await self._by_link(request, secret)
        name = await self.site.read(lambda tx: sessions.link_is_good(tx, secret, now))
        person = self.site.ctx.people.named(name)
        if person is None:
            return self._sorry(SPENT, 410)
        nonce = cookies.new_secret()
        response = self.site.draw("login_link.html", person=person, token=cookies.csrf(nonce))
        cookies.keep_login(response, nonce, self.site.secure)
        return response

    async def _by_link(self, request: Request, secret: str) -> Response:
        nonce = request.cookies.get(cookies.login_name(self.site.secure), "")
        form, now = await read_form(request), self.site.ctx.now()
        if not nonce or not compare_digest(form.get("token", "").encode(), cookies.csrf(nonce).encode()):
            return self._sorry(LOST, 403)
        name = await self.site.write(lambda tx: sessions.use_link(tx, secret, now))
        person = self.site.ctx.people.named(name)
        if person is None:
            return self._sorry(SPENT, 410)
        return await self.enter(request, person, "/", "link")

    async def enter(self, request: Request, person: Person, wanted: str, way: str) -> Response:
        """A new session under a new secret, whatever cookie came along; the old one is over."""
        response = RedirectResponse(wanted, 303)
        await log_in(self.site, request, response, person, way)
        cookies.drop_login(response, self.site.secure)
        return response

    def _back(self, platform: Platform) -> str:
        return f"{self.public_url.rstrip('/')}/login/{platform.chat}/back"

    def _sorry(self, says: str, status: int) -> Response:
        return self.site.draw(
            "message.html", status, title="还没有登录", says=says, back="/login?choose=1", back_says="重新登录"
        )


async def log_in(site: Site, request: Request, response: Response, person: Person, way: str) -> None:
    now, old, secret = site.ctx.now(), request.cookies.get(cookies.name(site.secure), ""), cookies.new_secret()

    def job(tx: Tx) -> None:
        if old:
            sessions.end(tx, sessions.hash_of(old))
        sessions.start(tx, secret, person.name, now)
        audit.write(tx, now, person.name, "login", "", by=way)

    await site.write(job)
    cookies.keep(response, secret, site.secure)


def persona(site: Site) -> Callable[[Request, Response, str], Awaitable[None]]:
    """For the sandbox, where people pick who they are: only on this machine, and only where nobody else can come."""

    async def be(request: Request, response: Response, name: str) -> None:
        person = site.ctx.people.named(name)
        known = await site.session(request)
        if person is None:
            cookies.drop(response, site.secure)
        elif known is None or known[0] != person:
            await log_in(site, request, response, person, "sandbox")

    return be


async def leave(visit: Visit) -> Response:
    await visit.write(lambda tx: sessions.end(tx, visit.session.hash))
    response = RedirectResponse("/login?choose=1", 303)
    cookies.drop(response, visit.site.secure)
    return response


def _memory(request: Request, site: Site) -> tuple[str, str, str, str]:
    """What this browser was told when it left: platform, state, verifier, where to go."""
    parts = request.cookies.get(cookies.login_name(site.secure), "").split("~")
    return (parts[0], parts[1], parts[2], parts[3]) if len(parts) == 4 else ("", "", "", "")


def _inside(request: Request) -> str:
    """Which chat client shows the page, by what its browser calls itself."""
    agent = request.headers.get("user-agent", "")
    return next((chat for word, chat in INSIDE.items() if word in agent), "")
