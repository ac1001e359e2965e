"""The sandbox standing in for DingTalk with a card template: it keeps cards, and counts what they would cost."""

import json
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.chats.sandbox import SandboxChat, room_of
from handlers.cards.card import Card, Picture
from handlers.protocols import Target

NAME = "dingtalk"


@dataclass(slots=True)
class CountingChat:
    """A call for each card, each change of one, and each picture that was not there yet."""

    inner: SandboxChat
    now: Callable[[], datetime]  # where people live
    seen: Callable[[Target, Card, str], None]  # tells people of a card that came or changed
    name: str = NAME
    editable: bool = True
    keyed: bool = True
    posts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (kind, room, week)
    calls: Counter[str] = field(default_factory=Counter)  # by month
    pictures: set[str] = field(default_factory=set)

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        year, week, _ = self.now().isocalendar()
        self.posts[card.kind, room_of(target), f"{year}-W{week:02}"] += 1
        self._count(card)
        sent = await self.inner.send(target, card, key, session)
        self.seen(target, card, key)
        return sent

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        self._count(card)
        await self.inner.edit(target, message_id, card, key)
        self.seen(target, card, key)

    async def upload(self, png: bytes) -> str:
        return await self.inner.upload(png)

    def _count(self, card: Card) -> None:
        drawn = {json.dumps(b.spec, sort_keys=True) for b in card.blocks if isinstance(b, Picture) and b.spec}
        self.calls[f"{self.now():%Y-%m}"] += 1 + len(drawn - self.pictures)
        self.pictures |= drawn
