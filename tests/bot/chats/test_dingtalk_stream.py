"""DingTalk's real SDK in its child process, against the emulator: what is heard, answered, lost and mended."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from bot.chats.dingtalk.listen import listener
from bot.chats.dingtalk.send import DingTalkChat
from bot.chats.listener import Listener
from handlers.cards.card import Button, Card, Facts, Quote
from handlers.protocols import Pressed, Reply, Said, Target
from tests.emulators.dingtalk import DingTalk, Seen

LEADS = "cid-leads=="
OPEN = Card(
    "alert",
    "red",
    "🔴 客户等了 6 分钟",
    (Quote("我问了三遍了", "14:05", "客户"), Facts((("编号", "#A12"),))),
    (Button("认领", "claim", "A12", command="认领 A12", style="primary"),),
    "待认领",
)
CLAIMED = Card("alert", "red", "🔴 客户等了 6 分钟", (), (Button("解决", "resolve", "A12"),), "已认领")


@dataclass
class Ears:
    """An Answerer that keeps what it hears."""

    heard: list[Said | Pressed] = field(default_factory=list)
    reply: Reply = field(default_factory=lambda: Reply(True, "已认领", CLAIMED))
    takes: float = 0.0
    ended: int = 0

    async def said(self, said: Said) -> None:
        await self._work(said)

    async def pressed(self, pressed: Pressed) -> Reply:
        await self._work(pressed)
        return self.reply

    async def _work(self, thing: Said | Pressed) -> None:
        self.heard.append(thing)
        await asyncio.sleep(self.takes)
        self.ended += 1


@pytest.fixture
def dingtalk() -> Iterator[DingTalk]:
    with DingTalk() as emulator:
        yield emulator


@asynccontextmanager
async def listening(dingtalk: DingTalk, ears: Ears, **more: Any) -> AsyncIterator[Listener]:
    ear = listener(dingtalk.settings(), ears, **more)
    running = asyncio.create_task(ear.run())
    try:
        await until(lambda: ear.status.state == "connected" and dingtalk.connected == 1)
        yield ear
    finally:
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)


async def until(true: Callable[[], Any], seconds: float = 40.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it never became true"
        await asyncio.sleep(0.02)


async def post(dingtalk: DingTalk, key: str = "alert-12") -> None:
    async with httpx.AsyncClient() as client:
        await DingTalkChat(dingtalk.settings(), client).send(Target("dingtalk", LEADS), OPEN, key)


async def press(dingtalk: DingTalk, button: str = "认领") -> Seen:
    return await asyncio.wrap_future(dingtalk.press("alert-12", button, "zhang"))


async def say(dingtalk: DingTalk, room: str, user: str, text: str, **more: Any) -> bool:
    return await asyncio.wrap_future(dingtalk.say(room, user, text, **more))


async def test_a_message_in_a_group_is_heard_without_its_leading_blank(dingtalk: DingTalk) -> None:
    ears = Ears()
    async with listening(dingtalk, ears):
        assert await say(dingtalk, LEADS, "zhang", "认领 A12", msgId="m1")
    (said,) = ears.heard
    assert isinstance(said, Said)
    assert (said.event, said.room, said.person, said.text, said.direct) == ("m1", LEADS, "zhang", "认领 A12", False)
    assert said.session.startswith(f"{dingtalk.base}/robot/sendBySession")
    assert dingtalk.state.violations == []


async def test_direct_messages_strangers_and_pictures(dingtalk: DingTalk) -> None:
    ears = Ears()
    async with listening(dingtalk, ears):
        assert await say(dingtalk, "@xiaoli", "xiaoli", "帮助")
        assert await say(dingtalk, LEADS, "", "我是外面的")
        assert await say(dingtalk, LEADS, "zhang", "", msgtype="picture", content={"downloadCode": "x"})
        assert await say(dingtalk, LEADS, "zhang", "", msgtype="richText", content={"richText": [{"text": "告警"}]})
    direct, stranger, rich = ears.heard
    assert isinstance(direct, Said)
    assert (direct.room, direct.direct) == ("", True)
    assert stranger.person == ""
    assert isinstance(rich, Said)
    assert rich.text == "告警"


async def test_a_press_changes_the_card_for_everyone_inside_the_callback(dingtalk: DingTalk) -> None:
    ears = Ears()
    async with listening(dingtalk, ears):
        await post(dingtalk)
        seen = await press(dingtalk)
    (pressed,) = ears.heard
    assert isinstance(pressed, Pressed)
    assert (pressed.key, pressed.person, pressed.room) == ("alert-12", "zhang", LEADS)
    assert (pressed.action, pressed.value) == ("claim", "A12")
    assert seen.ok
    assert seen.toast == "已认领"
    card = dingtalk.cards(LEADS)[0]
    assert card.params["state"] == "已认领"
    assert "解决" in card.seen_by("chen")["btns"]
    assert dingtalk.calls("/v1.0/card/instances")[-1].method == "POST"  # no update call was needed
    assert dingtalk.state.violations == []


@pytest.mark.parametrize("accident", ["none", "drop", "freeze"])
async def test_an_answer_counts_only_when_it_reached_the_platform(dingtalk: DingTalk, accident: str) -> None:
    class Unlucky(Ears):
        async def pressed(self, pressed: Pressed) -> Reply:
            getattr(dingtalk, accident, lambda: None)()
            return await super().pressed(pressed)

    ears, standing = Unlucky(takes=0.1), list[Pressed]()
    async with listening(dingtalk, ears, stands=standing.append):
        await post(dingtalk)
        seen = await press(dingtalk)
        await asyncio.sleep(1.3 if accident != "none" else 0)
        await until(lambda: standing or accident != "none")
    assert (seen.ok, len(standing)) == ((True, 1) if accident == "none" else (False, 0))
    assert len(ears.heard) == 1


async def test_two_presses_are_two_events(dingtalk: DingTalk) -> None:
    ears = Ears(reply=Reply(True, "好的"))
    async with listening(dingtalk, ears):
        await post(dingtalk)
        await press(dingtalk)
        await press(dingtalk)
    first, second = ears.heard
    assert first.event != second.event


async def test_a_refusal_is_seen_by_the_person_alone(dingtalk: DingTalk) -> None:
    ears = Ears(reply=Reply(False, "这一条只有主管能认领"))
    async with listening(dingtalk, ears):
        await post(dingtalk)
        seen = await press(dingtalk)
    card = dingtalk.cards(LEADS)[0]
    assert seen.toast == "这一条只有主管能认领"
    assert card.params["state"] == "待认领"
    assert "toast" not in card.seen_by("chen")


async def test_a_slow_handler_gets_a_neutral_word_in_time_and_ends_its_work(dingtalk: DingTalk) -> None:
    ears = Ears(takes=2.5)
    async with listening(dingtalk, ears):
        await post(dingtalk)
        seen = await press(dingtalk)
        assert seen.ok
        assert seen.seconds < 2.0
        assert "正在处理" in seen.toast
        assert dingtalk.cards(LEADS)[0].params["state"] == "待认领"
        await until(lambda: ears.ended == 1)
    assert dingtalk.late == []


async def test_a_failing_handler_is_not_acknowledged_and_hurts_nobody_else(dingtalk: DingTalk) -> None:
    class Broken(Ears):
        async def said(self, said: Said) -> None:
            await super().said(said)
            if said.text == "坏":
                raise RuntimeError("broken")

    ears = Broken()
    async with listening(dingtalk, ears):
        bad = dingtalk.say(LEADS, "zhang", "坏")
        assert await say(dingtalk, LEADS, "zhang", "好")
        assert not bad.done()
        bad.cancel()
    assert len(ears.heard) == 2


@pytest.mark.parametrize("accident", ["drop", "disconnect"])
async def test_after_a_lost_connection_it_listens_again(dingtalk: DingTalk, accident: str) -> None:
    ears = Ears()
    async with listening(dingtalk, ears) as ear:
        getattr(dingtalk, accident)()
        await until(lambda: dingtalk.gateway.opened == 2 and dingtalk.connected == 1)
        assert await say(dingtalk, LEADS, "zhang", "还在吗")
        assert ear.status.restarts == 0


async def test_a_half_open_connection_is_noticed(dingtalk: DingTalk) -> None:
    async with listening(dingtalk, Ears(), ping=0.5) as ear:
        dingtalk.freeze()
        await until(lambda: dingtalk.gateway.opened == 2)
        await until(lambda: ear.status.state == "connected")
        assert ear.status.restarts == 0


async def test_a_killed_child_is_started_again(dingtalk: DingTalk) -> None:
    ears = Ears()
    async with listening(dingtalk, ears) as ear:
        first = ear.pid
        assert first
        os.kill(first, signal.SIGKILL)
        await until(lambda: ear.status.restarts == 1 and ear.status.state == "connected" and dingtalk.connected == 1)
        assert ear.pid != first
        assert await say(dingtalk, LEADS, "zhang", "还在吗")


async def test_a_wrong_secret_is_told_and_not_shown(dingtalk: DingTalk) -> None:
    settings = dingtalk.settings()
    dingtalk.state.client_secret = "another-secret-than-ours"
    ear = listener(settings, Ears())
    running = asyncio.create_task(ear.run())
    await until(lambda: "authFailed" in ear.status.last_error)
    assert ear.status.state == "disconnected"
    assert "secret-of-the-test-app" not in ear.status.last_error
    running.cancel()
    await asyncio.gather(running, return_exceptions=True)


async def test_no_secret_is_in_the_arguments_or_the_environment(
    dingtalk: DingTalk, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = dingtalk.state.client_secret
    monkeypatch.setenv("DINGTALK_SECRET", secret)
    async with listening(dingtalk, Ears()) as ear:
        for name in ("cmdline", "environ"):
            told = Path(f"/proc/{ear.pid}/{name}").read_bytes()
            assert told
            assert secret.encode() not in told


async def test_it_stops_cleanly_and_soon(dingtalk: DingTalk) -> None:
    async with listening(dingtalk, Ears()) as ear:
        pid, began = ear.pid, time.monotonic()
        assert pid
    assert time.monotonic() - began < 3.0
    assert not Path(f"/proc/{pid}").exists()
    assert ear.status.state == "stopped"


async def test_ctrl_c_is_the_parents_affair(dingtalk: DingTalk) -> None:
    async with listening(dingtalk, Ears()) as ear:
        assert ear.pid
        os.kill(ear.pid, signal.SIGINT)
        assert await say(dingtalk, LEADS, "zhang", "还在吗")
        assert ear.status.restarts == 0


async def test_thirty_people_press_at_once_and_nobody_waits(dingtalk: DingTalk) -> None:
    ears = Ears()
    waiting: list[Awaitable[Seen]]
    async with listening(dingtalk, ears):
        await post(dingtalk)
        waiting = [asyncio.wrap_future(dingtalk.press("alert-12", 0, f"user{n}")) for n in range(30)]
        seen = await asyncio.gather(*waiting)
    assert all(s.ok for s in seen)
    assert len({pressed.person for pressed in ears.heard}) == 30
