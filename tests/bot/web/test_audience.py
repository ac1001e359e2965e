"""Open pages hear of every change they may see at once, and of nothing else."""

import asyncio
import contextlib
import json
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from datetime import timedelta
from typing import Any

import pytest

from bot.web import audience
from bot.web.audience import Seat
from handlers.watching.live_view import Eyes
from storage import sessions
from storage.db import Store
from tests.bot.web.door import Door
from tests.handlers.stage import Stage

FIRST = "shop:c1"


@pytest.fixture
def door(store: Store) -> Door:
    opened = Door(Stage(store))
    opened.tell_everybody()
    opened.stage.assigned("xiaoli")
    opened.stage.customer("在吗，我的退款呢")
    return opened


@pytest.fixture
async def listening(door: Door, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Door]:
    monkeypatch.setattr(audience, "CHECK_EVERY", 0.05)
    running = asyncio.create_task(door.audience.run())
    yield door
    running.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await running


def seat(door: Door, person: str = "张主管", conversation: str = FIRST, **more: Any) -> Seat:
    secret = f"secret of {person}"
    door.stage.store.transact(lambda tx: sessions.start(tx, secret, person, door.stage.at))
    return Seat(conversation, person, sessions.hash_of(secret), Eyes(), **more)


Frames = AsyncGenerator[str, None]


async def heard(frames: Frames, within: float = 10.0) -> tuple[str, dict[str, Any]]:
    """The next event that is more than a sign of life."""
    async with asyncio.timeout(within):
        async for frame in frames:
            told = dict(line.split(": ", 1) for line in frame.strip().splitlines() if not line.startswith(":"))
            if "event" in told:
                return told["event"], json.loads(told["data"])
    raise AssertionError("the stream ended")


async def opened(door: Door, one: Seat) -> Frames:
    """A page that shows the conversation as it is, and listens."""
    frames = door.audience.watch(one, "")
    assert (await heard(frames))[0] == "whole"
    return frames


async def happens(what: Callable[[], object]) -> None:
    await asyncio.to_thread(what)


async def test_a_message_reaches_the_page_with_only_what_changed(listening: Door) -> None:
    frames = await opened(listening, seat(listening))
    await happens(lambda: listening.stage.customer("我问了三遍了"))
    event, told = await heard(frames)
    assert event == "change"
    (line,) = told["lines"]
    assert "我问了三遍了" in line[1]
    assert told["order"][-1] == line[0]


async def test_a_page_that_is_up_to_date_is_not_sent_what_it_shows(listening: Door) -> None:
    sight = await listening.audience.sight(FIRST, Eyes())
    frames = listening.audience.watch(seat(listening), sight.version)
    await anext(frames)
    with pytest.raises(TimeoutError):
        await heard(frames, within=1.0)


async def test_a_claim_is_seen_on_the_page(listening: Door) -> None:
    await happens(listening.stage.angry)
    frames = await opened(listening, seat(listening))
    await happens(lambda: listening.stage.press("张主管", "claim"))
    _, told = await heard(frames)
    assert "张主管 认领" in told["parts"]["matters"]


async def test_an_order_of_the_customer_is_seen_on_the_page(listening: Door) -> None:
    await happens(lambda: listening.stage.customer("我刚下单了"))
    frames = await opened(listening, seat(listening))
    order = {"id": "E1", "customer": "u9", "shop": "云雀旗舰店", "items": [{"title": "羊毛衫", "amount": 299}]}
    paid = {"paid_at": listening.stage.at.isoformat()}
    for told in (order, order | paid):  # first not paid yet
        await happens(lambda told=told: listening.stage.hears({"type": "order", "order": told}))  # type: ignore[misc]
        _, heard_of = await heard(frames)
        assert "羊毛衫" in heard_of["parts"]["facts"]


async def test_whoever_draws_a_change_first_everybody_is_sent_it(door: Door) -> None:
    frames = await opened(door, seat(door))
    for text in ("我问了三遍了", "还在吗"):
        await happens(lambda text=text: door.stage.customer(text))  # type: ignore[misc]
        await door.audience.sight(FIRST, Eyes())  # as a page does right after an act on it
        event, told = await heard(frames)
        assert event == "change"
        assert text in told["lines"][0][1]


async def test_another_conversation_is_not_heard(listening: Door) -> None:
    frames = await opened(listening, seat(listening))
    await happens(lambda: listening.stage.customer("我是另一位客户", "c2"))
    await happens(lambda: listening.stage.customer("还是我"))
    _, told = await heard(frames)
    assert "另一位" not in json.dumps(told, ensure_ascii=False)


async def test_masks_hold_on_the_stream_too(listening: Door) -> None:
    frames = await opened(listening, seat(listening))
    await happens(lambda: listening.stage.customer("电话 13800000000"))
    _, told = await heard(frames)
    assert "13800000000" not in json.dumps(told)


async def test_who_is_logged_out_hears_nothing_more(listening: Door) -> None:
    one = seat(listening)
    frames = await opened(listening, one)
    await happens(lambda: listening.stage.store.transact(lambda tx: sessions.end(tx, one.session)))
    assert (await heard(frames))[0] == "again"
    await happens(lambda: listening.stage.customer("还有人吗"))
    assert [frame async for frame in frames] == []


async def test_who_is_removed_hears_nothing_more(listening: Door) -> None:
    frames = await opened(listening, seat(listening))
    listening.dismiss("张主管")
    await happens(lambda: listening.stage.customer("还有人吗"))
    assert (await heard(frames))[0] == "again"


async def test_another_team_takes_the_conversation_and_its_old_lead_hears_no_more(listening: Door) -> None:
    frames = await opened(listening, seat(listening))
    event = listening.stage.message("customer", "换一组了")
    event["conversation"]["team"] = "售前"
    await happens(lambda: listening.stage.hears(event))
    assert (await heard(frames))[0] == "again"


async def test_what_was_revealed_is_masked_again_in_time(listening: Door) -> None:
    frames = await opened(listening, seat(listening, until=listening.stage.at + timedelta(minutes=10)))
    listening.stage.at += timedelta(minutes=10)
    assert (await heard(frames))[0] == "again"


async def test_a_page_too_slow_to_follow_starts_anew(listening: Door) -> None:
    one = seat(listening)
    frames = await opened(listening, one)
    for _ in range(audience.QUEUE + 1):
        one.send("event: change\ndata: {}\n\n")
    assert (await heard(frames))[0] == "again"
    assert [frame async for frame in frames] == []


async def test_closing_ends_every_stream(listening: Door) -> None:
    frames = await opened(listening, seat(listening))
    listening.audience.close()
    async with asyncio.timeout(5):
        assert [frame async for frame in frames] == []
