"""The webhook routes over a real store, called as a server would call them."""

import asyncio
import json
from collections.abc import Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode

from sqlalchemy import select
from starlette.applications import Starlette

from bot import routes
from bot.metrics import Counters
from bot.settings.sections import Config
from bot.webhooks.ingest import Ingest, Keeper
from storage.db import Store
from storage.inbox import Inbox, Waiting, rows_of, waiting_conversations
from storage.tables import QUARANTINE
from tests import stores
from tests.bot.helpdesks.vendors import NOW, SECRET, Call

DESKS = {
    "shop": {"kind": "generic", "secret": SECRET, "team": "售后", "shop": "青禾旗舰店"},
    "woot": {"kind": "chatwoot", "secret": SECRET},
    "mail": {"kind": "django_helpdesk", "secret": SECRET},
}


SCOPE = {
    "type": "http",
    "asgi": {"version": "3.0"},
    "http_version": "1.1",
    "scheme": "http",
    "root_path": "",
    "server": ("127.0.0.1", 80),
    "client": ("127.0.0.1", 9),
}


@dataclass(frozen=True)
class Answered:
    status: int
    body: bytes
    headers: Mapping[str, str]

    @property
    def json(self) -> Any:
        return json.loads(self.body)


class Rig(AbstractContextManager["Rig"]):
    """`asked` counts how often somebody was told that there is news."""

    def __init__(self) -> None:
        self.store = Store.open("sqlite://")
        self.store.transact(stores.create)
        self.counters = Counters()
        self.asked = 0
        self.pause = 0.0
        self.now = NOW
        self.runner = asyncio.Runner()
        config = Config.model_validate({"helpdesks": DESKS})
        keeper = Keeper(self.store, Inbox(self.store), self._wake, lambda: self.pause)
        listed = routes.routes(config, keeper, self.counters, lambda: {"database": True})
        assert isinstance(listed[0].app, Ingest)
        listed[0].app.now = lambda: self.now
        self.app = Starlette(routes=listed)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.runner.close()
        self.store.close()

    def __enter__(self) -> Self:
        return self

    def _wake(self) -> None:
        self.asked += 1

    def at(self, now: datetime) -> None:
        self.now = now

    def post(self, path: str, call: Call, chunks: Iterable[bytes] | None = None, method: str = "POST") -> Answered:
        sent = [{"type": "http.request", "body": c, "more_body": True} for c in chunks or (call.body,)]
        sent[-1]["more_body"] = False
        return self.runner.run(self.ask(method, path, call, sent))

    async def ask(self, method: str, path: str, call: Call, sent: list[dict[str, Any]]) -> Answered:
        """Answered(0, …) when the application says nothing."""
        answer: list[Any] = []
        left = iter(sent)

        async def receive() -> dict[str, Any]:
            return next(left, {"type": "http.disconnect"})

        async def send(message: Any) -> None:
            answer.append(message)

        headers = [(n.lower().encode("latin-1"), v.encode("latin-1", "replace")) for n, v in call.headers.items()]
        scope = {
            **SCOPE,
            "method": method,
            "path": path,
            "query_string": urlencode(call.query).encode(),
            "headers": headers,
        }
        await self.app(scope, receive, send)
        if not answer:
            return Answered(0, b"", {})
        told = {name.decode(): value.decode() for name, value in answer[0]["headers"]}
        return Answered(answer[0]["status"], b"".join(m.get("body", b"") for m in answer[1:]), told)

    def kept(self) -> list[Waiting]:
        with self.store.read() as tx:
            return rows_of(tx, waiting_conversations(tx, 1000))

    def quarantined(self) -> list[tuple[str, str, str]]:
        q = QUARANTINE.c
        with self.store.read() as tx:
            return [(row[0], row[1], row[2]) for row in tx.execute(select(q.source, q.reason, q.body))]

    def refused(self, desk: str, why: str) -> int:
        return self.counters.get("starling_webhooks_refused_total", (("helpdesk", desk), ("reason", why)))
