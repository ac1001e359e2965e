"""DingTalk in both ways, and its group robot, on the emulator."""

import json
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

import httpx

from bot.chats.dingtalk.send import DingTalkChat
from bot.chats.dingtalk_webhook import DingTalkWebhookChat, Robot
from handlers.protocols import Chat, Target
from tests.bot.chats.rigs import Standing
from tests.emulators.dingtalk import DingTalk
from tests.emulators.dingtalk_state import CardInstance, Message

BODIES = ("body", "body2", "body3")


class DingTalkRig:
    mentions = True

    def __init__(self, emulator: DingTalk, chat: Chat, room: Target, person: Target | None):
        self.emulator = emulator
        self.chat = chat
        self.room = room
        self.person = person
        self.nowhere = Target(room.chat, "cid-nowhere==")
        self.member = "zhang"

    def standing(self, target: Target) -> Sequence[Standing]:
        room = f"@{target.id}" if target.direct else target.id
        cards = [_card(card) for card in self.emulator.cards(room)]
        called = tuple(m.room[1:] for m in self.emulator.state.messages if m.room.startswith("@") and not target.direct)
        return cards + [_message(message, called) for message in self.emulator.messages(room)]

    def markup(self, target: Target) -> str:
        cards = ["\n\n".join(c.params[name] for name in BODIES) for c in self.emulator.cards(target.id)]
        return "\n\n".join(cards + [str(m.body.get("text", "")) for m in self.emulator.messages(target.id)])

    def fail(self, status: int) -> None:
        self.emulator.fail(self._where(), status=status, body="<html>busy</html>")

    def lose_answer(self) -> None:
        self.emulator.fail(self._where(), lost=True)

    def _where(self) -> str:
        if self.room.chat == "dingtalk-webhook":
            return "robot/send"
        return "createAndDeliver" if self.chat.keyed else "groupMessages"


@asynccontextmanager
async def open_rig(*, template: bool = True) -> AsyncIterator[DingTalkRig]:
    with DingTalk() as emulator:
        async with httpx.AsyncClient(timeout=5) as client:
            chat = DingTalkChat(emulator.settings(template=template), client)
            room, person = Target("dingtalk", "cid-leads=="), Target("dingtalk", "xiaoli", direct=True)
            yield DingTalkRig(emulator, chat, room, person)
        assert emulator.state.violations == []


@asynccontextmanager
async def open_plain_rig() -> AsyncIterator[DingTalkRig]:
    async with open_rig(template=False) as rig:
        yield rig


@asynccontextmanager
async def open_webhook_rig() -> AsyncIterator[DingTalkRig]:
    with DingTalk() as emulator:
        robot = Robot(f"{emulator.base}/robot/send?access_token=hook-1", emulator.state.robots["hook-1"])
        async with httpx.AsyncClient(timeout=5) as client:
            chat = DingTalkWebhookChat({"hook-1": robot}, client)
            yield DingTalkRig(emulator, chat, Target("dingtalk-webhook", "hook-1"), None)
        assert emulator.state.violations == []


def _card(card: CardInstance) -> Standing:
    shown = json.loads(card.params["btns"]) + json.loads(card.params["choices"])
    buttons = tuple(b["text"] for b in shown)
    words = [card.params[name] for name in ("title", "state", *BODIES)]
    return Standing("\n".join([*words, *buttons]), buttons, card.mentions)


def _message(message: Message, called: tuple[str, ...]) -> Standing:
    body = message.body
    listed: list[dict[str, Any]] = body.get("btns") or []
    buttons = [b["title"] for b in listed]
    buttons += [body[name] for name in sorted(body) if name.startswith(("actionTitle", "singleTitle"))]
    text = str(body.get("text") or body.get("content"))
    mentions = tuple(body.get("mentions") or ()) or called
    return Standing("\n".join([str(body.get("title", "")), text, *buttons]), tuple(buttons), mentions)
