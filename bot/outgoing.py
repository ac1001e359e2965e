"""The loops that carry cards out: at once when there is something, else when the next one is due.

Each chat has its own, so that a platform that hangs keeps nobody else waiting.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog

from handlers import deliver
from handlers.context import Context
from handlers.protocols import Chat

log = structlog.get_logger()

LOOK_ANYWAY = 1.0  # seconds: what other processes wanted, and what waits for its time
LAST_WORDS = 2.0  # seconds for what is on its way when we are told to stop


class Outgoing:
    """`wake` may be called from any thread."""

    def __init__(self, ctx: Context, chats: Mapping[str, Chat]):
        self._ctx = ctx
        self._chats = chats
        others = deliver.Lane(but=tuple(chats))  # posts for chats that are configured no more
        self._lanes = {lane: asyncio.Event() for lane in (*(deliver.Lane(name) for name in chats), others)}
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._tell)

    def _tell(self) -> None:
        for news in self._lanes.values():
            news.set()

    async def run(self) -> None:
        """Until cancelled; what is on its way then still arrives, and is noted."""
        self._loop = asyncio.get_running_loop()
        await self._round(deliver.recover(self._ctx))
        async with asyncio.TaskGroup() as group:
            for lane, news in self._lanes.items():
                group.create_task(self._carry(lane, news))

    async def _carry(self, lane: deliver.Lane, news: asyncio.Event) -> None:
        while True:
            while await self._round(deliver.work(self._ctx, self._chats, lane=lane)):
                pass
            await _wait(news)

    async def _round(self, work: Coroutine[Any, Any, int | None]) -> int:
        """One piece of work, which is not cut off; the number of posts taken."""
        task = asyncio.create_task(work)
        try:
            return await asyncio.shield(task) or 0
        except asyncio.CancelledError:
            await asyncio.wait({task}, timeout=LAST_WORDS)
            raise
        except Exception:  # the next round tries again; the posts are still wanted
            log.exception("delivery_round_failed")
            return 0


async def _wait(news: asyncio.Event) -> None:
    """`asyncio.timeout`, because Python 3.11's `wait_for` swallows a cancellation that comes together with news."""
    try:
        async with asyncio.timeout(LOOK_ANYWAY):
            await news.wait()
    except TimeoutError:
        return
    news.clear()
