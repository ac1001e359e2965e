"""The pages behind the login on the handlers' stage: real handlers and store, a clock that only moves when told."""

import asyncio
import re
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlsplit

import httpx
from starlette.applications import Starlette

from bot.settings.sections import Config
from bot.web import cookies, pages
from bot.web.audience import Audience
from bot.web.live_page import Drawer
from bot.web.login import Doors
from bot.web.oauth import platforms
from bot.web.site import Site, open_site
from handlers.people import Directory
from storage import audit, conversations, sessions
from tests.handlers.stage import Stage

ADDRESS = "http://127.0.0.1:8080"


class Fetcher:
    """Asks from a thread, so that no connection outlives the loop of one request."""

    async def request(self, method: str, url: str, **request: Any) -> httpx.Response:
        return await asyncio.to_thread(self._ask, method, url, request)

    def _ask(self, method: str, url: str, request: dict[str, Any]) -> httpx.Response:
        with httpx.Client(trust_env=False) as client:
            return client.request(method, url, **request)


@dataclass(slots=True)
class Browser:
    """Asks for pages one after the other, keeps cookies, and follows nothing by itself."""

    app: Starlette
    address: str
    cookies: httpx.Cookies = field(default_factory=httpx.Cookies)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return asyncio.run(self._ask("GET", path, {}, headers))

    def post(self, path: str, data: dict[str, str] | None = None, **headers: str) -> httpx.Response:
        return asyncio.run(self._ask("POST", path, data or {}, headers))

    def send(self, path: str, body: dict[str, str], **headers: str) -> httpx.Response:
        """JSON, as a script of the sandbox sends it."""
        return asyncio.run(self._ask("POST", path, {}, headers, body))

    async def _ask(
        self, method: str, path: str, data: dict[str, str], headers: dict[str, str], body: object = None
    ) -> httpx.Response:
        wire = httpx.ASGITransport(self.app)
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        async with httpx.AsyncClient(transport=wire, base_url=self.address, cookies=self.cookies) as client:
            answer = await client.request(method, path, data=data or None, json=body, headers=told)
            self.cookies = client.cookies
        return answer


@dataclass(slots=True)
class Door:
    """Opens the pages for browsers of their own."""

    stage: Stage
    config: Config = field(default_factory=Config)
    address: str = ADDRESS
    site: Site = field(init=False)
    audience: Audience = field(init=False)
    app: Starlette = field(init=False)

    def __post_init__(self) -> None:
        ctx = replace(self.stage.ctx, public_url=self.address)
        self.stage.ctx = ctx
        self.stage.hearing = replace(self.stage.hearing, ctx=ctx)
        self.site = replace(open_site(ctx, lambda: None), turns=self.stage.hearing.turns)
        self.audience = Audience(ctx, Drawer(self.site.templates))
        server = self.config.server.model_copy(update={"public_url": self.address})
        ways = platforms(self.config.model_copy(update={"server": server}), Fetcher())  # type: ignore[arg-type]
        self.app = Starlette(routes=pages.routes(Doors(self.site, ways, self.address), self.audience))

    def browser(self, person: str = "") -> "Browser":
        """Somebody's browser, logged in; or a stranger's."""
        opened = Browser(self.app, self.address)
        if person:
            secret = cookies.new_secret()
            self.stage.store.transact(lambda tx: sessions.start(tx, secret, person, self.stage.at))
            opened.cookies.set(cookies.name(self.site.secure), secret, "127.0.0.1")
        return opened

    def tell_everybody(self) -> None:
        """The disclosure reaches everybody who serves customers."""
        self.stage.tell_everybody()

    def address_of(self, conversation: str = "shop:c1") -> str:
        with self.stage.store.read() as tx:
            stored = conversations.load_one(tx, conversation)
        assert stored is not None
        return f"/c/{stored.link}"

    def looked(self, conversation: str = "shop:c1") -> list[tuple[str, str, bool]]:
        """(who, action, allowed) of what is on record."""
        with self.stage.store.read() as tx:
            return [(actor, action, allowed) for _, actor, action, allowed in audit.of(tx, conversation)]

    def dismiss(self, name: str) -> None:
        """Somebody no longer works here."""
        people = Directory([p for p in self.stage.ctx.people.people if p.name != name], self.stage.ctx.people.rooms)
        self.stage.ctx = replace(self.stage.ctx, people=people)
        for holder in (self.site, self.audience):
            object.__setattr__(holder, "ctx" if holder is self.site else "_ctx", self.stage.ctx)


def token_of(page: httpx.Response) -> str:
    found = re.search(r'name="csrf" value="(\w+)"', page.text)
    assert found, page.text
    return found[1]


def path_of(location: str) -> str:
    parts = urlsplit(location)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def words_of(page: httpx.Response) -> str:
    """What people read, without the markup."""
    text: Any = re.sub(r"<(script|style).*?</\1>|<[^>]+>", " ", page.text, flags=re.S)
    return re.sub(r"\s+", " ", text)


def serve(door: Door) -> str:
    """A conversation 小李 serves, with an alert; its address."""
    door.stage.assigned("xiaoli")
    door.stage.angry()
    door.stage.agent("给您添麻烦了，我现在就查退款。")
    return door.address_of()
