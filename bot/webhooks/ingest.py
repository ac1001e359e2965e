"""`POST /in/{helpdesk}`: read, verify, translate, keep; a 2xx says that every event is committed."""

import asyncio
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from urllib.parse import parse_qsl

import structlog
from starlette.types import Receive, Scope, Send

from bot.helpdesks.contract import Adapter, Reading
from bot.helpdesks.signing import Forged, Stale
from bot.metrics import Counters, Labels, word
from bot.webhooks.answers import CLOSE, Answer, refusal, send_answer
from bot.webhooks.quarantine import presentable
from bot.webhooks.refusals import Refusals
from bot.webhooks.request_body import Gone, Rejected, read_body
from handlers import news
from handlers.errors import Unreadable
from rules import events
from rules.events import Event
from storage import inbox
from storage.db import Store
from storage.inbox import Inbox, NewRow

log = structlog.get_logger(__name__)

ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
UNKNOWN = refusal(404, "没有这个客服系统", CLOSE)
FORGED = refusal(401, "签名不对")
STALE = refusal(401, "签名对，但两边的时间差了 5 分钟以上，请校准时钟")
NOT_KEPT = refusal(503, "暂时存不下，请稍后重发", (b"retry-after", b"5"))


@dataclass(frozen=True, slots=True)
class Desk:
    """One `[helpdesks.NAME]` of the config with its adapter."""

    name: str
    adapter: Adapter
    secret: str
    team: str = ""  # when the helpdesk does not say
    shop: str = ""
    labels: Labels = ()


@dataclass(frozen=True, slots=True)
class Keeper:
    """Where events go, who is told that there are some, and how long answers are put off so that nobody lags behind."""

    store: Store
    inbox: Inbox
    wake: Callable[[], None]
    pause: Callable[[], float] = lambda: 0.0  # seconds


class Ingest:
    """The route as an ASGI application: the framework's request and response objects cost more than our own work."""

    def __init__(
        self, desks: Mapping[str, Desk], keeper: Keeper, counters: Counters, now: Callable[[], datetime]
    ) -> None:
        self.desks = desks
        self.keeper = keeper
        self.counters = counters
        self.refusals = Refusals()
        self.now = now

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        desk = self.desks.get(scope["path_params"]["helpdesk"])
        if desk is None:
            await send_answer(send, UNKNOWN)
            return
        try:
            answer = await self._take(desk, scope, receive)
        except Rejected as rejected:
            answer = self._refuse(desk, rejected.why, rejected.answer)
        except Gone:
            return
        await send_answer(send, answer)

    async def _take(self, desk: Desk, scope: Scope, receive: Receive) -> Answer:
        headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        body = await read_body(receive, headers)
        now = self.now()
        try:
            desk.adapter.verify(body, headers, _queried(scope["query_string"]), desk.secret, now)
            reading = desk.adapter.read(body, headers, now)
        except Stale:
            return self._refuse(desk, "clock", STALE)
        except Forged:
            return self._refuse(desk, "forged", FORGED)
        except Unreadable as mistake:
            return await self._set_aside(desk, body, str(mistake), now)
        return await self._keep(desk, reading, now)

    async def _keep(self, desk: Desk, reading: Reading, now: datetime) -> Answer:
        rows = rows_of(desk, reading.events, now)
        try:
            if rows:
                await self.keeper.inbox.add(rows)
        except Exception as error:  # whatever the store's trouble is, the sender shall keep the event
            return self._not_kept(desk, error)
        for told in reading.ignored:
            self.counters.add("starling_events_ignored_total", (*desk.labels, ("type", word(told))))
        if rows:
            self.counters.add("starling_events_received_total", desk.labels, len(rows))
            self.keeper.wake()
            if seconds := self.keeper.pause():
                await asyncio.sleep(seconds)
        return Answer(200, desk.adapter.answer(len(rows)))

    async def _set_aside(self, desk: Desk, body: bytes, reason: str, now: datetime) -> Answer:
        try:
            kept = partial(inbox.quarantine, source=desk.name, reason=reason, body=presentable(body), now=now)
            await asyncio.wrap_future(self.keeper.store.write(kept))
        except Exception as error:
            return self._not_kept(desk, error)
        return self._refuse(desk, "unreadable", refusal(400, reason))

    def _not_kept(self, desk: Desk, error: Exception) -> Answer:
        # Its kind only: a database's own words may quote what it was given.
        log.error("not_kept", helpdesk=desk.name, error=type(error).__name__)
        self.counters.add("starling_webhooks_unkept_total", desk.labels)
        return NOT_KEPT

    def _refuse(self, desk: Desk, why: str, answer: Answer) -> Answer:
        self.counters.add("starling_webhooks_refused_total", (*desk.labels, ("reason", why)))
        self.refusals.note(desk.name, why, self.now())
        return answer


def _queried(query: bytes) -> dict[str, str]:
    return dict(parse_qsl(query.decode("latin-1"))) if query else {}


def rows_of(desk: Desk, told: Iterable[Event], now: datetime) -> list[NewRow]:
    """What the inbox keeps of these events."""
    return [_row(desk, event, now) for event in told]


def _row(desk: Desk, event: Event, now: datetime) -> NewRow:
    told = events.write(event)
    conversation = told.get("conversation")
    if conversation:
        for name, ours in (("team", desk.team), ("shop", desk.shop)):
            if ours:
                conversation.setdefault(name, ours)
    where = f"{desk.name}:{conversation['id']}" if conversation else ""
    body = ENCODER.encode(told)
    if not (desk.team or desk.shop):  # else the event itself does not say what the row does
        news.remember(body, event)
    return NewRow(desk.name, where, told["type"], f"{desk.name}:{events.key(event)}", body, now)


def utc_now() -> datetime:
    return datetime.now(UTC)
