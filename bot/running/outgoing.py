"""The loops that carry cards out: at once when there is something, else when the next one is due.

Each chat has its own, and each post its own task, so that a platform or a room that hangs keeps nobody else waiting.
"""

import asyncio
from collections.abc import Coroutine, Mapping
from typing import Any

import structlog

from handlers import deliver
from handlers.context import Context
from handlers.protocols import Chat
from storage.posts import Post

log = structlog.get_logger()

LOOK_ANYWAY = 1.0  # seconds: what other processes wanted, and what waits for its time
UNDER_WAY = 100  # posts of one chat at a time; a room that hangs holds about thirty
AT_ONCE = 20  # posts taken in one transaction
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
        under_way: set[asyncio.Task[None]] = set()
        try:
            while True:
                if len(under_way) >= UNDER_WAY:
                    await asyncio.wait(under_way, return_when=asyncio.FIRST_COMPLETED)
                taken = await self._round(self._start(lane, under_way))
                if not taken:
                    await _wait(news)
        finally:
            if under_way:
                await asyncio.wait(under_way, timeout=LAST_WORDS)

    async def _start(self, lane: deliver.Lane, under_way: set[asyncio.Task[None]]) -> int:
        """Take what is due and set it on its way; the number of posts."""
        taken = await deliver.take(self._ctx, min(AT_ONCE, UNDER_WAY - len(under_way)), lane)
        for post in taken:
            task = asyncio.create_task(self._one(post))
            under_way.add(task)
            task.add_done_callback(under_way.discard)
        return len(taken)

    async def _one(self, post: Post) -> None:
        try:
            await deliver.carry(self._ctx, self._chats, post)
        except Exception:  # its lease ends, and it is tried again
            log.exception("delivery_failed_to_note", post=post.key)

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
