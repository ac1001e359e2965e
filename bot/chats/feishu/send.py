"""Feishu as a Chat: cards are posted once per key, edited in place, and may carry uploaded pictures."""

from collections.abc import Sequence
from urllib.parse import quote

import httpx

from bot.chats.feishu.api import Api
from bot.chats.feishu.draw import draw, dump
from bot.settings.sections import Feishu
from handlers.cards.card import Card
from handlers.errors import DeliveryFailed
from handlers.protocols import Target

MESSAGES = "/open-apis/im/v1/messages"
IMAGES = "/open-apis/im/v1/images"
CHATS = "/open-apis/im/v1/chats"


class FeishuChat:
    """`uuid` is our key: the platform posts at most once for it, but only for an hour.

    A send that is still uncertain after 50 minutes must not simply be repeated: it could post twice.
    Editing works for 14 days; five edits a second of one card are taken.
    """

    name = "feishu"
    editable = True
    keyed = True

    def __init__(self, settings: Feishu, client: httpx.AsyncClient):
        self._api = Api(settings, client)

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        content = dump(draw(card, key, direct=target.direct))
        body = {"receive_id": target.id, "msg_type": "interactive", "content": content, "uuid": key}
        kind = "open_id" if target.direct else "chat_id"
        data = await self._api.call("POST", MESSAGES, params={"receive_id_type": kind}, json=body)
        return _told(data.get("message_id"))

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        content = dump(draw(card, key, direct=target.direct))
        await self._api.call("PATCH", f"{MESSAGES}/{quote(message_id, safe='')}", json={"content": content})

    async def urge(self, message_id: str, people: Sequence[str]) -> None:
        """Ring these people (open_id) about a message of ours, inside the app; it needs a permission of its own."""
        address = f"{MESSAGES}/{quote(message_id, safe='')}/urgent_app"
        told = {"user_id_list": list(people)}
        data = await self._api.call("PATCH", address, params={"user_id_type": "open_id"}, json=told)
        unknown = data.get("invalid_user_id_list") or ()
        if set(people) <= set(unknown):
            raise DeliveryFailed("飞书加急没有送到：这几位不在群里，或不在应用的可用范围里", permanent=True)

    async def upload(self, png: bytes) -> str:
        # Without a file name and a content type the platform answers 99992402.
        picture = {"image": ("picture.png", png, "image/png")}
        data = await self._api.call("POST", IMAGES, data={"image_type": "message"}, files=picture)
        return _told(data.get("image_key"))

    async def rooms(self) -> Sequence[tuple[str, str]]:
        """(id, name) of every group the bot is in: for `doctor`, and for people who look for a room's id."""
        found: list[tuple[str, str]] = []
        page = {"page_size": "100"}
        while True:
            data = await self._api.call("GET", CHATS, params=page)
            found += [(str(item["chat_id"]), str(item.get("name", ""))) for item in data.get("items") or ()]
            if not data.get("has_more") or not data.get("page_token"):
                return found
            page["page_token"] = str(data["page_token"])


def _told(value: object) -> str:
    if not isinstance(value, str) or not value:
        raise DeliveryFailed("飞书收下了，却没有告诉编号", uncertain=True)
    return value
