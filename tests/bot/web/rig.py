"""A sandbox on a store in memory, with an answerer that writes down what it hears."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import httpx
from starlette.applications import Starlette

from bot.chats.sandbox import SandboxChat
from bot.web.live import Hub
from bot.web.sandbox import SandboxRig, routes
from handlers.cards.card import Button, Card, Facts, Quote
from handlers.protocols import Pressed, Reply, Said
from storage.db import Store

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)
LEAD = "张主管"
ALERT = Card(
    "alert",
    "red",
    "🔴 客户等了 6 分钟，第 3 次追问退款",
    (Quote("我问了三遍了还没人回", "14:05", "客户"), Facts((("店铺", "旗舰店"),))),
    (Button("认领", "claim", "A1", command="认领 A1", style="primary"), Button("误报", "false_alarm", "A1")),
    "待认领",
)


@dataclass(slots=True)
class Listener:
    """An Answerer: a stranger is refused, everyone else is thanked."""

    heard: list[Said | Pressed] = field(default_factory=list)
    redrawn: Card | None = None

    async def said(self, said: Said) -> None:
        self.heard.append(said)

    async def pressed(self, pressed: Pressed) -> Reply:
        self.heard.append(pressed)
        if pressed.person != LEAD:
            return Reply(False, "这个按钮留给主管，谢谢你留意。")
        return Reply(True, "已认领", self.redrawn)


@dataclass(slots=True)
class Sandbox:
    chat: SandboxChat
    hub: Hub
    listener: Listener
    client: httpx.AsyncClient

    async def get(self, path: str, **headers: str) -> httpx.Response:
        return await self.client.get(f"/sandbox{path}", headers=headers)

    async def post(self, path: str, **body: Any) -> httpx.Response:
        return await self.client.post(f"/sandbox/api{path}", json=body)


def screen(line: dict[str, Any]) -> dict[str, Any]:
    last = line["messages"][-1]
    finding = {"kind": "risk", "severity": "red", "message": last["id"], "quote": last["text"], "says": "客户要投诉"}
    return {"id": line["id"], "level": "red", "risk": 0.9, "star": 0.1, "findings": [finding], "unchecked": []}


@asynccontextmanager
async def open_sandbox(store: Store) -> AsyncIterator[Sandbox]:
    hub, listener = Hub(), Listener()
    chats = [{"id": "c1", "customer": "王**", "level": "red", "lines": []}]
    rig = SandboxRig(
        store=store,
        hub=hub,
        answerer=listener,
        rooms=[("aftersales", "售后主管群"), ("团队/一", "售后团队")],
        people=[{"name": LEAD, "role": "lead", "title": "主管"}],
        screen=screen,
        chats=lambda: chats,
        story=lambda: None,
        now=lambda: NOW,
    )
    app = Starlette(routes=routes(rig))
    wire = httpx.ASGITransport(app, client=("127.0.0.1", 50000))
    async with httpx.AsyncClient(transport=wire, base_url="http://127.0.0.1:8080") as client:
        yield Sandbox(SandboxChat(store, hub, lambda: NOW), hub, listener, client)
