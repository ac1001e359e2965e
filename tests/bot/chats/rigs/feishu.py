"""Feishu, and its group robot, on the emulator."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import httpx
from pydantic import SecretStr

from bot.chats.feishu.send import FeishuChat
from bot.chats.feishu_webhook import FeishuWebhookChat, Hook
from bot.settings.sections import Feishu as Settings
from handlers.protocols import Chat, Target
from tests.bot.chats.rigs import Standing
from tests.emulators.feishu import Feishu
from tests.emulators.feishu_cards import Json, mentions, walk, words


class FeishuRig:
    mentions = True
    member = "ou_zhang"

    def __init__(self, emulator: Feishu, chat: Chat, room: Target, person: Target | None):
        self.emulator = emulator
        self.chat = chat
        self.room = room
        self.person = person
        self.nowhere = Target(room.chat, "oc_nowhere")

    def standing(self, target: Target) -> Sequence[Standing]:
        return [Standing(words(card), _buttons(card), tuple(mentions(card))) for card in self._cards(target)]

    def markup(self, target: Target) -> str:
        texts = [
            e["content"] for card in self._cards(target) for e in walk(card) if e["tag"] in ("markdown", "lark_md")
        ]
        return "\n\n".join(texts)

    def fail(self, status: int) -> None:
        self.emulator.fail(self._where(), status=status, body="<html>busy</html>")

    def lose_answer(self) -> None:
        self.emulator.fail(self._where(), lost=True)

    def _cards(self, target: Target) -> list[Json]:
        if target.chat == "feishu-webhook":
            return [told["card"] for told in self.emulator.state.hook_posts.get(target.id, [])]
        return [post.card for post in self.emulator.cards(target.id)]

    def _where(self) -> str:
        return "/bot/v2/hook" if self.room.chat == "feishu-webhook" else "POST /open-apis/im/v1/messages"


@asynccontextmanager
async def open_rig() -> AsyncIterator[FeishuRig]:
    with Feishu() as emulator:
        app = emulator.state
        settings = Settings(app_id=app.app_id, app_secret=SecretStr(app.app_secret), domain=emulator.url)
        async with httpx.AsyncClient(timeout=5) as client:
            room, person = Target("feishu", "oc_leads"), Target("feishu", "ou_li", direct=True)
            yield FeishuRig(emulator, FeishuChat(settings, client), room, person)


@asynccontextmanager
async def open_webhook_rig() -> AsyncIterator[FeishuRig]:
    with Feishu() as emulator:
        hook = Hook(f"{emulator.url}/open-apis/bot/v2/hook/hook-1", emulator.state.hooks["hook-1"])
        async with httpx.AsyncClient(timeout=5) as client:
            chat = FeishuWebhookChat({"hook-1": hook}, client)
            yield FeishuRig(emulator, chat, Target("feishu-webhook", "hook-1"), None)


def _buttons(card: Json) -> tuple[str, ...]:
    return tuple(e["text"]["content"] for e in walk(card) if e["tag"] == "button")
