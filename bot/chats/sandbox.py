"""The sandbox as a chat platform: its rooms are a web page on this machine."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.web.live import Hub
from handlers.cards import card as cards
from handlers.cards.card import Card
from handlers.errors import DeliveryFailed
from handlers.protocols import Target
from storage import sandbox
from storage.db import Store, Unavailable
from storage.sandbox import Standing

T = TypeVar("T")


@dataclass(slots=True)
class SandboxChat:
    store: Store
    hub: Hub
    now: Callable[[], datetime]
    name: str = "sandbox"
    editable: bool = True
    keyed: bool = True

    rooms: frozenset[str] | None = None  # None: any

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        room = room_of(target)
        if not target.direct and self.rooms is not None and room not in self.rooms:
            raise DeliveryFailed(f"沙盒里没有「{room}」这个群，请检查 [[rooms]]。", permanent=True)
        # Lists as they will be read: a tuple is never equal to what JSON gives back.
        body, now = _plain(card), self.now()
        standing = await self._write(lambda tx: sandbox.post(tx, room, key, body, now))
        if standing:
            self.hub.publish("card", shown(standing))
        return key

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        body = _plain(card)
        standing = await self._write(lambda tx: sandbox.change(tx, message_id, body))
        if standing is None:
            raise DeliveryFailed(f"no card {message_id} in the sandbox", permanent=True)
        self.hub.publish("card", shown(standing))

    async def redraw(self, key: str, card: Card, since: int) -> None:
        """Show at once what a press has made of the card, unless something newer stands there already."""
        body = _plain(card)
        standing = await self._write(lambda tx: sandbox.change(tx, key, body, since))
        if standing:
            self.hub.publish("card", shown(standing))

    async def upload(self, png: bytes) -> str:
        return await self._write(lambda tx: sandbox.keep_picture(tx, png))

    async def _write(self, job: Callable[[Connection], T]) -> T:
        try:
            return await asyncio.wrap_future(self.store.write(job))
        except Unavailable as error:
            raise DeliveryFailed(str(error), uncertain=True) from error


def room_of(target: Target) -> str:
    return f"@{target.id}" if target.direct else target.id


def shown(standing: Standing) -> dict[str, Any]:
    """What the page needs to draw it."""
    about = {"room": standing.room, "key": standing.key, "at": standing.at.isoformat(), "version": standing.version}
    return dict(standing.body) | about


def _plain(card: Card) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(json.dumps(cards.to_json(card)))
    return plain
