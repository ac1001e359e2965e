"""A chat whose cards may carry pictures: each is drawn and uploaded once, then sent by its name."""

import json
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from hashlib import blake2b
from typing import Any

import structlog

from handlers.cards.card import Block, Card, Picture
from handlers.protocols import Chat, Rings, Target

Paint = Callable[[Mapping[str, Any]], Awaitable[bytes]]
log = structlog.get_logger()

REMEMBERED = 256  # names of pictures, so that an edited card does not upload them again


def illustrated(chat: Chat, paint: Paint) -> Chat:
    """The same chat, which can do all that it could, with pictures."""
    return Ringing(chat, chat, paint) if isinstance(chat, Rings) else Illustrated(chat, paint)


class Illustrated:
    def __init__(self, chat: Chat, paint: Paint):
        self.name, self.editable, self.keyed = chat.name, chat.editable, chat.keyed
        self._chat = chat
        self._paint = paint
        self._names: OrderedDict[str, str] = OrderedDict()

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        return await self._chat.send(target, await self._illustrate(card), key, session)

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        await self._chat.edit(target, message_id, await self._illustrate(card), key)

    async def upload(self, png: bytes) -> str:
        return await self._chat.upload(png)

    async def _illustrate(self, card: Card) -> Card:
        if not any(isinstance(block, Picture) for block in card.blocks):
            return card
        return replace(card, blocks=tuple([await self._drawn(block) for block in card.blocks]))

    async def _drawn(self, block: Block) -> Block:
        """A picture that cannot be made leaves its words: a card is never late or lost for its picture."""
        if not isinstance(block, Picture) or block.image or not block.spec:
            return block
        look = blake2b(json.dumps(block.spec, sort_keys=True).encode(), digest_size=16).hexdigest()
        if look not in self._names:
            try:
                self._names[look] = await self._chat.upload(await self._paint(block.spec))
            except Exception:
                log.exception("picture_failed", chat=self.name)
                return block
        self._names.move_to_end(look)
        while len(self._names) > REMEMBERED:
            self._names.popitem(last=False)
        return replace(block, image=self._names[look], spec={})


class Ringing(Illustrated):
    """For a chat that can ring people."""

    def __init__(self, chat: Chat, rings: Rings, paint: Paint):
        super().__init__(chat, paint)
        self._rings = rings

    async def urge(self, message_id: str, people: Sequence[str]) -> None:
        await self._rings.urge(message_id, people)
