"""An open page hears everything, and a page that was away hears what it missed."""

import asyncio
import json
import threading
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Any

from bot.web.live import Hub


async def take(stream: AsyncGenerator[str, None], frames: int) -> list[str]:
    async with asyncio.timeout(5):
        return [await anext(stream) for _ in range(frames)]


def data(frame: str) -> Any:
    return json.loads(frame.split("data: ", 1)[1])


def number(frame: str) -> str:
    return frame.split("\n", 1)[0].removeprefix("id: ")


async def test_news_reach_every_open_page_in_order() -> None:
    hub = Hub()
    async with aclosing(hub.stream()) as one, aclosing(hub.stream()) as two:
        await take(one, 2)
        await take(two, 2)
        hub.publish("card", {"room": "r", "key": "a"})
        hub.publish("chats", {"id": "c1"})
        for page in (one, two):
            first, second = await take(page, 2)
            assert ("event: card" in first, data(second)) == (True, {"id": "c1"})


async def test_a_new_page_is_told_to_read_everything() -> None:
    hub = Hub()
    hub.publish("card", {"key": "old"})
    async with aclosing(hub.stream()) as page:
        _, hello = await take(page, 2)
    assert data(hello) == {"anew": True}


async def test_a_page_that_was_away_hears_what_it_missed() -> None:
    hub = Hub()
    async with aclosing(hub.stream()) as page:
        hello = (await take(page, 2))[1]
    hub.publish("card", {"key": "a"})
    hub.publish("card", {"key": "b"})
    async with aclosing(hub.stream(number(hello))) as page:
        _, back, first, second = await take(page, 4)
    assert data(back) == {"anew": False}
    assert [data(first)["key"], data(second)["key"]] == ["a", "b"]


async def test_a_page_away_too_long_or_from_before_a_restart_reads_everything() -> None:
    hub = Hub(memory=2)
    for key in "abcd":
        hub.publish("card", {"key": key})
    for last_seen in (f"{hub.boot}-1", f"{Hub().boot}-3", "nonsense", f"{hub.boot}-x"):
        async with aclosing(hub.stream(last_seen)) as page:
            assert data((await take(page, 2))[1]) == {"anew": True}
    async with aclosing(hub.stream(f"{hub.boot}-2")) as page:
        assert [data(f)["key"] for f in (await take(page, 4))[2:]] == ["c", "d"]


async def test_a_page_too_slow_is_told_to_start_over() -> None:
    hub = Hub(queue=3)
    async with aclosing(hub.stream()) as page:
        await take(page, 2)
        for n in range(10):
            hub.publish("card", {"n": n})
        await asyncio.sleep(0)
        frames = [frame async for frame in page]
    assert "event: reload" in frames[-1]
    assert number(frames[-1]) == ""
    assert len(frames) <= 4


async def test_a_page_may_ask_for_one_room() -> None:
    hub = Hub()
    async with aclosing(hub.stream(room="r1")) as page:
        await take(page, 2)
        hub.publish("card", {"room": "r2", "key": "other"})
        hub.publish("card", {"room": "r1", "key": "mine"})
        assert data((await take(page, 1))[0])["key"] == "mine"


async def test_silence_is_filled_with_heartbeats() -> None:
    async with aclosing(Hub().stream(heartbeat=0.001)) as page:
        frames = await take(page, 4)
    assert frames[2:] == [": still here\n\n"] * 2


async def test_news_may_come_from_another_thread() -> None:
    hub = Hub()
    async with aclosing(hub.stream()) as page:
        await take(page, 2)
        thread = threading.Thread(target=hub.publish, args=("card", {"key": "a"}))
        thread.start()
        assert data((await take(page, 1))[0]) == {"key": "a"}
        thread.join()


async def test_closing_ends_every_stream() -> None:
    hub = Hub()
    async with aclosing(hub.stream()) as page:
        await take(page, 2)
        hub.close()
        assert [frame async for frame in page] == []
    async with aclosing(hub.stream()) as late:
        assert len([frame async for frame in late]) == 2
