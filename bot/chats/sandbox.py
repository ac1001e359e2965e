"""The sandbox as a chat platform: its rooms are a web page on this machine."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.web.live import Hub
from handlers.cards import card as cards
from handlers.cards.card import Card
from handlers.errors import DeliveryFailed
from handlers.protocols import Target
from storage import sandbox
from storage.db import Store
from storage.sandbox import Standing


@dataclass(slots=True)
class SandboxChat:
    store: Store
    hub: Hub
    now: Callable[[], datetime]
    name: str = "sandbox"
    editable: bool = True
    keyed: bool = True

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        body, now, room = cards.to_json(card), self.now(), room_of(target)
        standing = await asyncio.wrap_future(self.store.write(lambda tx: sandbox.post(tx, room, key, body, now)))
        if standing:
            self.hub.publish("card", shown(standing))
        return key

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        body = cards.to_json(card)
        standing = await asyncio.wrap_future(self.store.write(lambda tx: sandbox.change(tx, message_id, body)))
        if standing is None:
            raise DeliveryFailed(f"no card {message_id} in the sandbox", permanent=True)
        self.hub.publish("card", shown(standing))

    async def upload(self, png: bytes) -> str:
        return await asyncio.wrap_future(self.store.write(lambda tx: sandbox.keep_picture(tx, png)))


def room_of(target: Target) -> str:
    return f"@{target.id}" if target.direct else target.id


def shown(standing: Standing) -> dict[str, Any]:
    """What the page needs to draw it."""
    about = {"room": standing.room, "key": standing.key, "at": standing.at.isoformat(), "version": standing.version}
    return dict(standing.body) | about
