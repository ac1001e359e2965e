"""Draws pictures in a child process, because drawing takes a second in which nothing else could run."""

import asyncio
import multiprocessing
import signal
from collections.abc import Mapping
from concurrent.futures import ProcessPoolExecutor
from typing import Any

WIDTH = 1080  # pixels: sharp on a phone
IDLE = 600.0  # seconds; then the child, about 110 MiB, may go


class Painter:
    """Starts its child with the first picture and lets it go when nobody has asked for a while."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._rest: asyncio.TimerHandle | None = None

    async def png(self, spec: Mapping[str, Any]) -> bytes:
        """Raises ValueError when the spec is wrong."""
        loop = asyncio.get_running_loop()
        if self._pool is None:
            apart = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(1, mp_context=apart, initializer=_ignore_interrupts)
        if self._rest is not None:
            self._rest.cancel()
        self._rest = loop.call_later(IDLE, self.close)
        return await loop.run_in_executor(self._pool, _draw, dict(spec))

    def close(self) -> None:
        if self._rest is not None:
            self._rest.cancel()
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)
        self._pool = self._rest = None


def _ignore_interrupts() -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent, which ends us


def _draw(spec: Mapping[str, Any]) -> bytes:
    from bot import charts  # only the child needs the drawing engine

    return charts.png(spec, WIDTH)
