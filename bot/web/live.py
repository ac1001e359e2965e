"""Live updates: what is published reaches every open page by SSE, and a page that was away is told what it missed."""

import asyncio
import json
import threading
from collections import deque
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

HEARTBEAT = 15.0  # seconds
RETRY = 1000  # milliseconds until a page that lost us calls again
CLOSE = None


@dataclass(frozen=True, slots=True)
class News:
    number: int
    topic: str
    data: Mapping[str, Any]


@dataclass(eq=False, slots=True)
class Page:
    """One open page: what waits to be sent to it, and the loop it waits in."""

    loop: asyncio.AbstractEventLoop
    waiting: asyncio.Queue[News | None]
    lagging: bool = False


@dataclass(slots=True)
class Hub:
    """May be published to from any thread; remembers the last `memory` news for pages that come back."""

    memory: int = 500
    queue: int = 200
    boot: str = field(default_factory=lambda: uuid4().hex[:8])
    _number: int = 0
    _closed: bool = False
    # Re-entrant, because a signal handler may close us in the middle of anything.
    _lock: threading.RLock = field(default_factory=threading.RLock)
    _recent: deque[News] = field(default_factory=deque)
    _pages: set[Page] = field(default_factory=set)

    def publish(self, topic: str, data: Mapping[str, Any]) -> None:
        with self._lock:
            self._number += 1
            news = News(self._number, topic, data)
            self._recent.append(news)
            if len(self._recent) > self.memory:
                self._recent.popleft()
            pages = tuple(self._pages)
        for page in pages:
            _tell(page, news)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        with self._lock:
            self._closed = True
            pages = tuple(self._pages)
        for page in pages:
            _tell(page, CLOSE)

    async def stream(
        self, last_seen: str = "", room: str = "", heartbeat: float = HEARTBEAT
    ) -> AsyncGenerator[str, None]:
        """SSE frames for one page: a greeting, what it missed, then the news as they come."""
        page = Page(asyncio.get_running_loop(), asyncio.Queue(self.queue))
        with self._lock:
            missed = self._missed(last_seen)
            start = self._number
            if not self._closed:
                self._pages.add(page)
        try:
            yield f"retry: {RETRY}\n\n"
            yield self._greeting(missed is None, start)
            for news in missed or ():
                if _concerns(news, room):
                    yield self._frame(news)
            async for frame in self._live(page, room, heartbeat):
                yield frame
        finally:
            with self._lock:
                self._pages.discard(page)

    async def _live(self, page: Page, room: str, heartbeat: float) -> AsyncGenerator[str, None]:
        while not (self._closed or page.lagging):
            try:
                news = await asyncio.wait_for(page.waiting.get(), heartbeat)
            except TimeoutError:
                yield ": still here\n\n"
                continue
            if news is CLOSE:
                return
            if _concerns(news, room):
                yield self._frame(news)
        if page.lagging:
            # The page calls again with no number of ours, and reads everything anew.
            yield "id: \nevent: reload\ndata: {}\n\n"

    def _missed(self, last_seen: str) -> list[News] | None:
        """None: we cannot tell what the page missed, or it is new."""
        boot, _, number = last_seen.partition("-")
        if boot != self.boot or not number.isdecimal():
            return None
        oldest = self._recent[0].number if self._recent else self._number + 1
        if int(number) + 1 < oldest:
            return None
        return [news for news in self._recent if news.number > int(number)]

    def _greeting(self, anew: bool, number: int) -> str:
        """`anew`: the page must read everything again."""
        head = f"id: {self.boot}-{number}\n" if anew else ""
        return f"{head}event: hello\ndata: {json.dumps({'anew': anew})}\n\n"

    def _frame(self, news: News) -> str:
        data = json.dumps(news.data, ensure_ascii=False)
        return f"id: {self.boot}-{news.number}\nevent: {news.topic}\ndata: {data}\n\n"


def _concerns(news: News, room: str) -> bool:
    return not room or news.data.get("room", room) == room


def _tell(page: Page, news: News | None) -> None:
    try:
        page.loop.call_soon_threadsafe(_queue, page, news)
    except RuntimeError:
        return  # its loop is gone, and the page with it


def _queue(page: Page, news: News | None) -> None:
    if not page.waiting.full():
        page.waiting.put_nowait(news)
        return
    page.lagging = True
