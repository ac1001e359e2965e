"""The loop that carries cards out: at once when there is something, else when the next one is due."""

import asyncio
from collections.abc import Mapping

import structlog

from handlers import deliver
from handlers.context import Context
from handlers.protocols import Chat

log = structlog.get_logger()

LOOK_ANYWAY = 1.0  # seconds: what other processes wanted, and what waits for its time


class Outgoing:
    """`wake` may be called from any thread."""

    def __init__(self, ctx: Context, chats: Mapping[str, Chat]):
        self._ctx = ctx
        self._chats = chats
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    def wake(self) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._news.set)

    async def run(self) -> None:
        self._loop = asyncio.get_running_loop()
        while True:
            try:
                while await deliver.work(self._ctx, self._chats):
                    pass
            except Exception:  # the next round tries again; the posts are still wanted
                log.exception("delivery_round_failed")
            await self._wait()

    async def _wait(self) -> None:
        try:
            await asyncio.wait_for(self._news.wait(), LOOK_ANYWAY)
        except TimeoutError:
            return
        self._news.clear()
