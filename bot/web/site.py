"""What every page stands on: who is there, what they may, and how a page is drawn. See bot/web/__init__.py."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from hmac import compare_digest
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import parse_qsl, quote

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import Route

from bot.reading import Readers
from bot.turns import Turn, Turns
from bot.web import cookies
from bot.web.guard import Guard
from handlers import disclosed, permissions
from handlers.context import Context
from handlers.errors import Refused
from handlers.people import Person
from handlers.permissions import Matter
from storage import audit, sessions
from storage.db import Tx
from storage.errors import TooSlow
from storage.sessions import NOTED_EVERY, Session

T = TypeVar("T")
HERE = Path(__file__).parent
FORM = 64 * 1024  # bytes
LARGEST = 2**31 - 1  # number of a row
ELSEWHERE = ("cross-site", "same-site")
GONE = "这一页不在这里：也许已经过期，也许链接没有复制全。"
TOO_MANY = "点得太快了，我一时做不过来。歇一分钟再点就好，前面点的都已经算数。"
TOO_SLOW = "这一页要翻的记录太多，几秒里没翻完，我先停下了，免得大家都等。选短一点的时间再看就好，比如昨天或上周。"
STALE = "这一页放得太久了，请回到上一页刷新一下，再试一次。"


@dataclass(frozen=True, slots=True)
class Site:
    """The pages of one Starling."""

    ctx: Context
    wake: Callable[[], None]  # there is something to carry out
    templates: Environment
    secure: bool  # people come by https, so cookies go by https only
    turns: Turns = field(default_factory=Turns)  # of those who send forms
    readers: Readers = field(default_factory=Readers)

    def get(self, path: str, answer: "Answer") -> Route:
        """A page for people who are logged in; others are asked to log in and come back."""
        return Route(path, self._welcome(answer), methods=["GET"], middleware=[Middleware(Guard)])

    def post(self, path: str, answer: "Answer") -> Route:
        """A form of one of our pages; `visit.form` holds its fields."""
        return Route(path, self._welcome(answer), methods=["POST"], middleware=[Middleware(Guard)])

    def open(self, path: str, answer: Callable[[Request], Awaitable[Response]], *methods: str) -> Route:
        """A page for anybody."""
        return Route(path, answer, methods=list(methods or ("GET",)), middleware=[Middleware(Guard)])

    def draw(self, template: str, status: int = 200, **values: Any) -> Response:
        return HTMLResponse(self.templates.get_template(template).render(values), status)

    async def session(self, request: Request) -> tuple[Person, Session] | None:
        """Who is logged in here; nobody whose name is no longer among our people."""
        secret = request.cookies.get(cookies.name(self.secure), "")
        if not secret:
            return None
        session = await self.read(lambda tx: sessions.find(tx, secret, self.ctx.now()))
        person = self.ctx.people.named(session.person) if session else None
        if session is None or person is None:
            return None
        now = self.ctx.now()
        if now - session.seen_at > NOTED_EVERY:
            await self.write(lambda tx: sessions.seen(tx, session, now))
        return person, session

    async def read(self, job: Callable[[Tx], T]) -> T:
        def run() -> T:
            with self.ctx.store.read() as tx:
                return job(tx)

        return await asyncio.to_thread(run)

    async def write(self, job: Callable[[Tx], T]) -> T:
        return await asyncio.wrap_future(self.ctx.store.write(job))

    def _welcome(self, answer: "Answer") -> Callable[[Request], Awaitable[Response]]:
        async def endpoint(request: Request) -> Response:
            known = await self.session(request)
            if known is None:
                return to_login(request)
            visit = Visit(self, request, *known, form=await read_form(request))
            if request.method == "POST" and not visit.honest():
                return visit.render("message.html", 403, title="再来一次", says=STALE)
            if request.method == "POST" and self.turns.take(visit.person.name, self.ctx.now()) is not Turn.FREE:
                return visit.render("message.html", 429, title="慢一点", says=TOO_MANY)
            try:
                if any(isinstance(told, int) and told > LARGEST for told in request.path_params.values()):
                    raise LookupError
                return await answer(visit)
            except (Refused, LookupError, TooSlow) as error:
                return visit.instead(error)

        return endpoint


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody who is logged in."""

    site: Site
    request: Request
    person: Person
    session: Session
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def ctx(self) -> Context:
        return self.site.ctx

    @property
    def csrf(self) -> str:
        """What a form of ours carries and another site cannot know."""
        return cookies.csrf(self.request.cookies[cookies.name(self.site.secure)])

    def honest(self) -> bool:
        """Whether a POST comes from one of our own pages."""
        told = self.form.get("csrf", "") or self.request.headers.get("x-csrf", "")
        elsewhere = self.request.headers.get("sec-fetch-site") in ELSEWHERE
        return not elsewhere and compare_digest(told.encode(), self.csrf.encode())

    def may(self, action: str, matter: Matter | None = None) -> bool:
        return not permissions.refusal(self.person, action, matter or Matter())

    async def allow(self, action: str, matter: Matter | None = None, subject: str = "") -> None:
        """Raise Refused, written down, unless the person may; every page asks before it shows anything."""
        refusal = permissions.refusal(self.person, action, matter or Matter())
        if refusal:
            await self.refuse(refusal, action, subject)

    async def allow_known(self, who: Person) -> None:
        """Raise Refused until the colleague has been told what is screened."""
        if who.name == self.person.name:
            return
        why = await self.read(lambda tx: disclosed.not_yet(self.ctx, tx, who.name))
        if why:
            await self.refuse(why, "portrait", who.name)

    async def refuse(self, why: str, action: str, subject: str = "") -> None:
        """Raise Refused with a sentence for them, and write it down."""
        now, actor = self.ctx.now(), self.person.name
        await self.site.write(lambda tx: audit.write(tx, now, actor, action, subject, allowed=False, surface="web"))
        raise Refused(why)

    async def read(self, job: Callable[[Tx], T], seconds: float | None = None) -> T:
        """Raises TooSlow, a kind page, after so many seconds."""
        ctx = self.ctx
        return await self.site.readers.read(ctx.store, self.person.name, job, seconds or ctx.patience)

    async def write(self, job: Callable[[Tx], T]) -> T:
        """In one transaction; what it wanted posted is carried out at once."""
        result = await self.site.write(job)
        self.site.wake()
        return result

    def render(self, template: str, status: int = 200, **values: Any) -> Response:
        return self.site.draw(template, status, me=self.person, csrf=self.csrf, **values)

    def instead(self, error: Exception) -> Response:
        """The page when there is none."""
        match error:
            case Refused():
                return self.render("message.html", 403, title="这一页不是给你看的", says=str(error))
            case TooSlow():
                return self.render("message.html", 503, title="记录太多，一时翻不完", says=TOO_SLOW)
            case _:
                return self.render("message.html", 404, title="没有找到", says=GONE)

    def back(self, path: str) -> Response:
        """After a form: read the page anew."""
        return RedirectResponse(path, 303)


Answer = Callable[[Visit], Awaitable[Response]]


def open_site(ctx: Context, wake: Callable[[], None]) -> Site:
    templates = Environment(
        loader=FileSystemLoader(HERE / "templates"),
        autoescape=select_autoescape(default=True),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return Site(ctx, wake, templates, ctx.public_url.startswith("https://"))


def to_login(request: Request) -> Response:
    path = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    wanted = path if request.method == "GET" else "/"
    return RedirectResponse(f"/login?next={quote(wanted, safe='')}", 303)


def own_path(wanted: str) -> str:
    """A page of ours to go to; anything that could lead elsewhere becomes the front page."""
    fine = wanted.startswith("/") and not wanted.startswith("//") and wanted.isprintable() and len(wanted) < 500
    return wanted if fine and "\\" not in wanted and "//" not in wanted.partition("?")[0] else "/"


async def read_form(request: Request) -> dict[str, str]:
    """The fields of a form, none of a body that is too long."""
    if request.method != "POST":
        return {}
    body = b""
    async for chunk in request.stream():
        body += chunk
        if len(body) > FORM:
            return {}
    return dict(parse_qsl(body.decode("utf8", "replace"), keep_blank_values=True, max_num_fields=50))
