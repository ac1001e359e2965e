"""The chat platforms of a config: who carries cards out, and who listens."""

from collections.abc import Callable
from datetime import datetime

import httpx

from bot.chats import dingtalk_webhook, feishu_webhook
from bot.chats.dingtalk import listen as dingtalk
from bot.chats.dingtalk.send import DingTalkChat
from bot.chats.feishu import listen as feishu
from bot.chats.feishu.send import FeishuChat
from bot.chats.illustrated import Paint, illustrated
from bot.chats.listener import Listener
from bot.chats.sandbox import SandboxChat
from bot.settings.sections import Config
from bot.web.live import Hub
from handlers.protocols import Answerer, Chat, Pressed
from storage import posts
from storage.db import Store


def open_chats(
    config: Config, store: Store, hub: Hub, client: httpx.AsyncClient, now: Callable[[], datetime], paint: Paint
) -> dict[str, Chat]:
    """Every chat the configuration names; `paint` makes the pictures their cards carry."""
    plain = _plain(config, store, hub, client, now)
    return {name: illustrated(chat, paint) for name, chat in plain.items()}


def _plain(
    config: Config, store: Store, hub: Hub, client: httpx.AsyncClient, now: Callable[[], datetime]
) -> dict[str, Chat]:
    chats: dict[str, Chat] = {"sandbox": SandboxChat(store, hub, now)} if _has(config, "sandbox") else {}
    if config.dingtalk:
        names = {person.dingtalk: person.name for person in config.people if person.dingtalk}
        chats["dingtalk"] = DingTalkChat(config.dingtalk, client, _count(store, "dingtalk", now), names=names)
    if config.feishu:
        chats["feishu"] = FeishuChat(config.feishu, client)
    if _has(config, "dingtalk-webhook"):
        robots = dingtalk_webhook.robots_of(config.rooms)
        chats["dingtalk-webhook"] = dingtalk_webhook.DingTalkWebhookChat(robots, client)
    if _has(config, "feishu-webhook"):
        hooks = feishu_webhook.hooks_of(config.rooms)
        chats["feishu-webhook"] = feishu_webhook.FeishuWebhookChat(hooks, client)
    return chats


def listeners(config: Config, answerer: Answerer, stands: Callable[[Pressed], None]) -> list[Listener]:
    """One child process for each platform with an app; robots with a bare webhook cannot listen."""
    found = [dingtalk.listener(config.dingtalk, answerer, stands)] if config.dingtalk else []
    return [*found, *([feishu.listener(config.feishu, answerer, stands)] if config.feishu else [])]


def _has(config: Config, chat: str) -> bool:
    return any(room.chat == chat for room in config.rooms)


def _count(store: Store, chat: str, now: Callable[[], datetime]) -> Callable[[], None]:
    """The month's calls, counted where all processes see them."""

    def count() -> None:
        month = now().strftime("%Y-%m")
        store.write(lambda tx: posts.count_calls(tx, chat, month, 1))

    return count
