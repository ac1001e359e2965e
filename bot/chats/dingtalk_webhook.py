"""DingTalk's custom group robot: one-way, signed, 20 messages a minute; its buttons only open pages."""

import base64
import hashlib
import hmac
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import httpx

from bot.chats.dingtalk.api import check_errcode, fetch
from bot.chats.dingtalk.draw import draw_webhook_message, link_buttons
from bot.chats.line import line
from bot.settings.sections import Room
from handlers.cards.card import Card
from handlers.errors import DeliveryFailed
from handlers.protocols import Target

REASONS: Mapping[str, str] = {
    "310000": "签名、关键词或 IP 白名单不符：请核对群机器人的安全设置，并检查这台机器的时钟",
    "300005": "群机器人的 url 不对或已被删除，请重新复制 Webhook 地址",
}


@dataclass(frozen=True, slots=True)
class Robot:
    url: str
    secret: str = ""


class DingTalkWebhookChat:
    """Knows no key: a lost answer may mean a double. A change of a card is one more line."""

    name = "dingtalk-webhook"
    editable = False
    keyed = False

    def __init__(self, robots: Mapping[str, Robot], client: httpx.AsyncClient, clock: Callable[[], float] = time.time):
        """`robots` by the id that targets name."""
        self._robots = dict(robots)
        self._client = client
        self._clock = clock

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        await self._post(target, draw_webhook_message(card, link_buttons(card)))
        return key  # the robot tells no message id

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        await self._post(target, {"msgtype": "text", "text": {"content": line(card)}})

    async def upload(self, png: bytes) -> str:
        return ""  # a robot cannot store pictures: the card shows the words instead

    async def _post(self, target: Target, body: Mapping[str, object]) -> None:
        robot = self._robots.get(target.id)
        if robot is None:
            raise DeliveryFailed(f"配置里没有群「{target.id}」的机器人 url", permanent=True)
        url = httpx.URL(robot.url).copy_merge_params(sign(robot.secret, round(self._clock() * 1000)))
        try:
            check_errcode(await fetch(self._client, "POST", str(url), json=body))
        except DeliveryFailed as failed:
            raise _explained(failed) from failed


def robots_of(rooms: Sequence[Room]) -> dict[str, Robot]:
    """By room id, or by name where the room has none."""
    return {
        room.id or room.name: Robot(room.url.get_secret_value(), room.secret.get_secret_value())
        for room in rooms
        if room.chat == "dingtalk-webhook"
    }


def sign(secret: str, milliseconds: int) -> dict[str, str]:
    if not secret:
        return {}
    digest = hmac.digest(secret.encode(), f"{milliseconds}\n{secret}".encode(), hashlib.sha256)
    return {"timestamp": str(milliseconds), "sign": base64.b64encode(digest).decode()}


def _explained(failed: DeliveryFailed) -> DeliveryFailed:
    reason = next((text for code, text in REASONS.items() if code in str(failed)), "")
    return DeliveryFailed(f"{reason}（{failed}）", permanent=True) if reason else failed
