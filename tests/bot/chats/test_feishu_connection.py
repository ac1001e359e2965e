"""Feishu's real SDK in its child process, against the emulator: what is heard, answered, lost and mended.

The SDK takes seconds to start, so the tests share one child where they can.
"""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from pydantic import SecretStr

from bot.chats.feishu.listen import listener
from bot.chats.feishu.send import FeishuChat
from bot.chats.listener import Listener
from bot.settings.sections import Feishu as Settings
from handlers.protocols import Pressed, Reply, Said, Target
from tests.bot.chats.rigs.feishu_cards import ALERT, CLAIMED
from tests.emulators.feishu import Feishu, Seen

pytestmark = pytest.mark.asyncio(loop_scope="module")
SECRET = "canary-of-the-app-secret"


@dataclass
class Ears:
    """An Answerer that keeps what it hears."""

    heard: list[Said | Pressed] = field(default_factory=list)
    reply: Reply = field(default_factory=lambda: Reply(True, "已认领", CLAIMED))
    takes: float = 0.0
    breaks: int = 0
    meanwhile: Callable[[], object] = lambda: None  # happens between the press and its answer
    ended: int = 0

    async def said(self, said: Said) -> None:
        await self._work(said)

    async def pressed(self, pressed: Pressed) -> Reply:
        await self._work(pressed)
        return self.reply

    async def _work(self, thing: Said | Pressed) -> None:
        self.heard.append(thing)
        self.meanwhile()
        await asyncio.sleep(self.takes)
        if self.breaks:
            self.breaks -= 1
            raise RuntimeError("broken")
        self.ended += 1


@dataclass
class Stage:
    standing: list[Pressed]
    feishu: Feishu
    ears: Ears
    listener: Listener
    running: asyncio.Task[None]

    def settings(self) -> Settings:
        app = self.feishu.state
        return Settings(app_id=app.app_id, app_secret=SecretStr(app.app_secret), domain=self.feishu.url)

    async def connected(self) -> None:
        await until(lambda: self.listener.status.state == "connected" and self.feishu.gateway.connections)

    async def say(self, text: str, **more: Any) -> str:
        return await asyncio.to_thread(self.feishu.say, "oc_leads", "ou_zhang", text, **more)

    async def press(self, message: str, text: str = "认领", **more: Any) -> Seen:
        value = self.feishu.button(message, text)
        return await asyncio.to_thread(self.feishu.press, message, value, "ou_zhang", **more)

    async def post(self) -> str:
        async with httpx.AsyncClient() as client:
            key = f"k{self.feishu.state.number()}"
            return await FeishuChat(self.settings(), client).send(Target("feishu", "oc_leads"), ALERT, key)

    async def hears(self, count: int) -> list[Said | Pressed]:
        await until(lambda: len(self.ears.heard) >= count)
        return self.ears.heard


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shared() -> AsyncIterator[Stage]:
    with Feishu(ping_interval=0.3, reconnect_interval=0.2) as feishu:
        feishu.state.app_secret = SECRET
        ears = Ears()
        settings = Settings(app_id="cli_test", app_secret=SecretStr(SECRET), domain=feishu.url)
        standing: list[Pressed] = []
        child = listener(settings, ears, standing.append)
        stage = Stage(standing, feishu, ears, child, asyncio.create_task(child.run()))
        try:
            yield stage
        finally:
            stage.running.cancel()
            await asyncio.gather(stage.running, return_exceptions=True)


@pytest_asyncio.fixture(loop_scope="module")
async def stage(shared: Stage) -> Stage:
    await shared.connected()
    ears = shared.ears
    ears.heard.clear()
    ears.meanwhile = lambda: None
    shared.standing.clear()
    ears.takes, ears.breaks, ears.ended, ears.reply = 0.0, 0, 0, Reply(True, "已认领", CLAIMED)
    shared.feishu.gateway.parts = 1
    return shared


async def until(true: Callable[[], Any], seconds: float = 110.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never became true"
        await asyncio.sleep(0.02)


async def test_a_message_is_heard_once_and_acknowledged(stage: Stage) -> None:
    event = await stage.say("认领 A12")
    await until(lambda: stage.feishu.gateway.acked.get(event) == 200)
    assert stage.ears.heard == [Said("feishu", event, "oc_leads", "ou_zhang", "认领 A12")]
    assert stage.feishu.gateway.deliveries[event] == 1


async def test_a_direct_message_and_one_in_three_frames_are_heard(stage: Stage) -> None:
    stage.feishu.gateway.parts = 3
    event = await stage.say("帮助", direct=True)
    assert await stage.hears(1) == [Said("feishu", event, "", "ou_zhang", "帮助", direct=True)]


async def test_a_press_changes_the_card_in_its_answer_without_a_call(stage: Stage) -> None:
    message = await stage.post()
    seen = await stage.press(message)
    assert (seen.code, seen.toast) == (0, {"type": "success", "content": "已认领"})
    post = stage.feishu.state.posts[message]
    assert post.card["header"]["text_tag_list"][0]["text"]["content"] == "已认领"
    assert stage.feishu.button(message, "解决")["key"] == post.uuid
    assert stage.feishu.calls("PATCH") == []
    (pressed,) = stage.ears.heard
    await until(lambda: stage.standing == [pressed])
    assert isinstance(pressed, Pressed)
    assert (pressed.room, pressed.key, pressed.person) == ("oc_leads", post.uuid, "ou_zhang")
    assert (pressed.action, pressed.value) == ("claim", "A12")


async def test_an_answer_to_a_connection_that_went_does_not_count(stage: Stage) -> None:
    message = await stage.post()
    stage.ears.meanwhile = stage.feishu.drop
    assert (await stage.press(message)).code == 200341
    await stage.connected()
    await asyncio.sleep(1.2)
    assert (len(stage.ears.heard), stage.standing) == (1, [])


async def test_a_refusal_is_a_toast_and_leaves_the_card(stage: Stage) -> None:
    stage.ears.reply = Reply(False, "这条由主管处理")
    message = await stage.post()
    seen = await stage.press(message)
    assert (seen.code, seen.toast) == (0, {"type": "error", "content": "这条由主管处理"})
    assert len(stage.feishu.state.posts[message].versions) == 1


async def test_a_slow_handler_gets_a_neutral_toast_in_time_and_ends_its_work(stage: Stage) -> None:
    stage.ears.takes = 2.2
    message = await stage.post()
    seen = await stage.press(message)
    assert seen.code == 0
    assert seen.seconds < 2.0
    assert seen.toast
    assert seen.toast["type"] == "info"
    await until(lambda: stage.ears.ended == 1)


async def test_a_failing_handler_shows_an_error_and_the_next_press_works(stage: Stage) -> None:
    stage.ears.breaks = 1
    message = await stage.post()
    assert (await stage.press(message)).code == 200671
    assert (await stage.press(message)).code == 0


async def test_a_message_whose_handler_failed_is_told_again_with_the_same_id(stage: Stage) -> None:
    stage.ears.breaks = 1
    event = await stage.say("告警")
    await until(lambda: stage.feishu.gateway.acked.get(event) == 200)
    assert [thing.event for thing in stage.ears.heard] == [event, event]


async def test_a_message_that_takes_too_long_is_told_again(stage: Stage) -> None:
    stage.ears.takes = 3.0
    event = await stage.say("状态")
    await until(lambda: len(stage.ears.heard) == 1)
    stage.ears.takes = 0.0
    await until(lambda: stage.feishu.gateway.acked.get(event) == 200)
    assert [thing.event for thing in stage.ears.heard] == [event, event]
    await until(lambda: stage.ears.ended == 2)


async def test_events_of_no_use_are_acknowledged_and_not_told_again(stage: Stage) -> None:
    kinds = ("im.message.reaction.created_v1", "im.message.message_read_v1", "im.chat.member.bot.added_v1")
    events = [await asyncio.to_thread(stage.feishu.emit, kind, {"chat_id": "oc_leads"}) for kind in kinds]
    await until(lambda: all(stage.feishu.gateway.acked.get(event) == 200 for event in events))
    assert stage.ears.heard == []


async def test_what_is_said_while_the_connection_is_down_comes_after_it(stage: Stage) -> None:
    opened, restarts = stage.feishu.gateway.opened, stage.listener.status.restarts
    stage.feishu.gateway.codes.extend([1, 1])  # busy, twice, before it lets the SDK in again
    await asyncio.to_thread(stage.feishu.drop)
    await until(lambda: not stage.feishu.gateway.connections)
    event = await stage.say("还在吗")
    await until(lambda: stage.feishu.gateway.acked.get(event) == 200)
    assert stage.feishu.gateway.opened == opened + 1
    assert stage.listener.status.restarts == restarts


async def test_a_press_while_nobody_listens_fails_at_once(stage: Stage) -> None:
    message = await stage.post()
    stage.feishu.callbacks_on = False
    assert (await stage.press(message)).code == 200340
    stage.feishu.callbacks_on = True


async def test_twenty_people_press_at_once_and_nobody_waits(stage: Stage) -> None:
    message = await stage.post()
    value = stage.feishu.button(message, "认领")
    presses = [asyncio.to_thread(stage.feishu.press, message, value, f"ou_{n}") for n in range(20)]
    assert {seen.code for seen in await asyncio.gather(*presses)} == {0}
    assert len({thing.person for thing in stage.ears.heard}) == 20


async def test_no_secret_is_in_the_arguments_or_the_environment(stage: Stage) -> None:
    for name in ("cmdline", "environ"):
        told = Path(f"/proc/{stage.listener.pid}/{name}").read_bytes()
        assert told
        assert SECRET.encode() not in told


async def test_ctrl_c_is_the_parents_affair(stage: Stage) -> None:
    assert stage.listener.pid
    restarts = stage.listener.status.restarts
    os.kill(stage.listener.pid, signal.SIGINT)
    event = await stage.say("还在吗")
    await until(lambda: stage.feishu.gateway.acked.get(event) == 200)
    assert stage.listener.status.restarts == restarts


async def test_a_refusal_while_reconnecting_is_told_and_a_new_child_misses_nothing(stage: Stage) -> None:
    """The SDK's thread lives on without a connection and raises nothing: only our heartbeat tells."""
    first, restarts = stage.listener.pid, stage.listener.status.restarts
    assert first
    stage.feishu.gateway.codes.append(1000040350)
    await asyncio.to_thread(stage.feishu.drop)
    await until(lambda: stage.listener.status.state == "disconnected")
    event = await stage.say("还在吗")
    os.kill(first, signal.SIGKILL)  # as the parent does after its quiet limit
    await until(lambda: stage.feishu.gateway.acked.get(event) == 200)
    assert stage.listener.pid != first
    assert stage.listener.status.restarts == restarts + 1


async def test_it_stops_cleanly_and_soon(stage: Stage) -> None:
    pid, began = stage.listener.pid, time.monotonic()
    stage.running.cancel()
    await asyncio.gather(stage.running, return_exceptions=True)
    assert time.monotonic() - began < 3.0
    assert not Path(f"/proc/{pid}").exists()
    assert stage.listener.status.state == "stopped"
