"""The delivery loops end when they are told to, and a platform that hangs keeps nobody else waiting."""

import asyncio
from datetime import timedelta

from bot.running.outgoing import Outgoing
from handlers import intake
from handlers.cards.card import Card
from handlers.people import Room
from handlers.protocols import Chat, Target
from storage.db import Store
from tests.handlers.stage import ROOMS, START, Stage
from tests.handlers.test_deliver import OneRoom, Platform, quietly_angry


def test_news_in_the_moment_of_the_stop_does_not_keep_it_running(store: Store) -> None:
    async def stopped() -> bool:
        outgoing = Outgoing(Stage(store).ctx, {})
        running = asyncio.create_task(outgoing.run())
        await asyncio.sleep(0.2)
        outgoing.wake()
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        running.cancel()
        done, _ = await asyncio.wait({running}, timeout=3)
        return bool(done)

    assert all(asyncio.run(stopped()) for _ in range(3))


class Hanging(Platform):
    """Never answers."""

    async def send(self, *told: object) -> str:
        await asyncio.Event().wait()
        return ""


class OneRoomHangs(Platform):
    """One room never answers; the others do."""

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        if target.id == "oc_1":
            await asyncio.Event().wait()
        return await super().send(target, card, key, session)


def test_a_room_that_hangs_keeps_no_other_room_waiting(store: Store) -> None:
    rooms = (Room("飞书群", "feishu", "oc_1"), Room("飞书二群", "feishu", "oc_2"))
    stage = OneRoom(store, rooms=rooms, at=START + timedelta(minutes=10))
    quietly_angry(stage)
    platform = OneRoomHangs()

    async def played() -> None:
        outgoing = Outgoing(stage.ctx, {"feishu": platform})
        running = asyncio.create_task(outgoing.run())
        async with asyncio.timeout(10):
            while len(platform.sent) < 1:
                await asyncio.sleep(0.02)
            stage.customer("再不退款我就去12315投诉了", "c2")  # while the other still hangs
            intake.work(stage.ctx)
            outgoing.wake()
            while len(platform.sent) < 2:
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.wait({running})

    asyncio.run(played())
    assert {room for room, _ in platform.sent} == {"oc_2"}


def test_a_platform_that_hangs_keeps_nobody_else_waiting(store: Store) -> None:
    stage = OneRoom(store, rooms=(Room("飞书群", "feishu", "oc_1"), *ROOMS[:1]), at=START + timedelta(minutes=10))
    quietly_angry(stage)

    async def played(chats: dict[str, Chat]) -> None:
        outgoing = Outgoing(stage.ctx, chats)
        running = asyncio.create_task(outgoing.run())
        async with asyncio.timeout(10):
            while not stage.cards():
                await asyncio.sleep(0.02)
            stage.customer("再不退款我就去12315投诉了", "c2")  # while the other still hangs
            intake.work(stage.ctx)
            outgoing.wake()
            while len(stage.cards()) < 2:
                await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.wait({running})

    asyncio.run(played({"feishu": Hanging(), "sandbox": stage.chat}))
