"""Feishu's custom group robot: one-way, signed, no editing; its buttons are links only."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import httpx

from bot.chats.feishu.api import NOT_SENT, read_body
from bot.chats.feishu.codes import code_of, failure
from bot.chats.feishu.draw import draw
from bot.settings.sections import Room
from handlers.cards.card import Block, Card, Choices, Facts, Form, Picture, Text
from handlers.errors import DeliveryFailed
from handlers.protocols import Target

BYTES = 18_000  # the robot takes 20 KB
NEWS = ("编号",)
WORDS: Mapping[int, str] = {
    19001: "群机器人的 url 不对或已被删除，请重新复制 Webhook 地址",
    19021: "签名不对：请核对群机器人的签名密钥，并检查这台机器的时钟",
    19022: "这台机器的 IP 不在群机器人的白名单里",
    19024: "群机器人设了自定义关键词，请改用签名校验",
}


@dataclass(frozen=True, slots=True)
class Hook:
    url: str
    secret: str = ""


class FeishuWebhookChat:
    """A robot takes 100 cards a minute and 5 a second, 20 KB each. It knows no key: a lost answer may mean a double."""

    name = "feishu-webhook"
    editable = False
    keyed = False

    def __init__(self, hooks: Mapping[str, Hook], client: httpx.AsyncClient, clock: Callable[[], float] = time.time):
        """`hooks` by the id that targets name."""
        self._hooks = dict(hooks)
        self._client = client
        self._clock = clock

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        await self._post(target, draw(readable(card), limit=BYTES))
        return key  # the robot tells no message id

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        await self._post(target, draw(news(card)))

    async def upload(self, png: bytes) -> str:
        return ""  # a robot cannot store pictures: the card shows the words instead

    async def _post(self, target: Target, drawn: Mapping[str, Any]) -> None:
        hook = self._hooks.get(target.id)
        if hook is None:
            raise DeliveryFailed(f"配置里没有群「{target.id}」的机器人 url", permanent=True)
        body = sign(hook.secret, int(self._clock())) | {"msg_type": "interactive", "card": drawn}
        try:
            response = await self._client.post(hook.url, json=body)
        except NOT_SENT as error:
            raise DeliveryFailed(f"连不上飞书（{type(error).__name__}）") from error
        except httpx.HTTPError as error:
            raise DeliveryFailed(f"飞书没有回音（{type(error).__name__}）", uncertain=True) from error
        _check(response)


def hooks_of(rooms: Sequence[Room]) -> dict[str, Hook]:
    """By room id, or by name where the room has none."""
    return {
        room.id or room.name: Hook(room.url.get_secret_value(), room.secret.get_secret_value())
        for room in rooms
        if room.chat == "feishu-webhook"
    }


def sign(secret: str, seconds: int) -> dict[str, Any]:
    if not secret:
        return {}
    digest = hmac.digest(f"{seconds}\n{secret}".encode(), b"", hashlib.sha256)
    return {"timestamp": str(seconds), "sign": base64.b64encode(digest).decode()}


def readable(card: Card) -> Card:
    """What a card without callbacks can hold: links stay, questions become words."""
    blocks = tuple(_readable(block) for block in card.blocks)
    return replace(card, blocks=blocks, buttons=tuple(button for button in card.buttons if button.url))


def news(card: Card) -> Card:
    """A change of a card as one more, short one: who did what, and the number."""
    facts = [row for block in card.blocks if isinstance(block, Facts) for row in block.rows]
    told = [value for label, value in facts if label in NEWS or label in card.state]
    return replace(card, blocks=(Text(" · ".join(told) or card.title),), buttons=(), mentions=())


def _readable(block: Block) -> Block:
    match block:
        case Choices(_, options):
            return Text("可选：" + " · ".join(text for text, _ in options))
        case Form():
            return Text(block.label)
        case Picture():
            return replace(block, image="")
        case _:
            return block


def _check(response: httpx.Response) -> None:
    body = read_body(response)
    code = code_of(body)
    if response.status_code == 200 and code == 0:
        return
    if code in WORDS:
        raise DeliveryFailed(f"{WORDS[code]}（飞书 {code}）", permanent=True)
    raise failure(response.status_code, response.headers, body)
