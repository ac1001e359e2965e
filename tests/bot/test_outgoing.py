"""The delivery loop ends when it is told to, whatever comes in the same moment."""

import asyncio

from bot.outgoing import Outgoing
from storage.db import Store
from tests.handlers.stage import Stage


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
