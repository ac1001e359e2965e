"""Who listens to which conversation now: each change is drawn once and sent to every open page that may see it."""

import asyncio
import json
from collections.abc import AsyncGenerator, Callable, Iterable
from dataclasses import dataclass, field
from datetime import datetime
from hashlib import blake2b
from time import monotonic
from typing import Any, TypeVar

import structlog

from handlers import disclosed, looks, permissions
from handlers.context import Context
from handlers.watching import live_view
from handlers.watching.live_view import Eyes, LiveView
from storage import conversations, sessions, watching
from storage.db import Tx
from storage.watching import Mark

log = structlog.get_logger()
T = TypeVar("T")

LOOK_ANYWAY = 0.4  # seconds; what other processes did wakes nobody here
CHECK_EVERY = 5.0  # seconds between looks at who is still logged in
HEARTBEAT = 15.0
QUEUE = 100  # frames one page may be behind
KEPT = 400  # drawings kept for those who come next
AGAIN: str | None = "event: again\ndata: {}\n\n"  # the page is read anew, and is asked everything anew
END = None


@dataclass(frozen=True, slots=True)
class Drawn:
    """A conversation as HTML, in pieces that can be sent by themselves."""

    parts: dict[str, str]
    lines: tuple[tuple[str, str], ...]  # (key, html) in their order

    @property
    def version(self) -> str:
        said = json.dumps([self.parts, self.lines], ensure_ascii=False)
        return blake2b(said.encode(), digest_size=8).hexdigest()


@dataclass(eq=False, slots=True)
class Seat:
    """One open page."""

    conversation: str
    person: str
    session: str  # its hash
    eyes: Eyes
    until: datetime | None = None  # when what was revealed is masked again
    frames: asyncio.Queue[str | None] = field(default_factory=lambda: asyncio.Queue(QUEUE))

    def send(self, frame: str | None) -> None:
        if self.frames.full():  # too slow to follow: it starts anew
            frame = AGAIN
        if frame in (AGAIN, END):
            while not self.frames.empty():
                self.frames.get_nowait()
        self.frames.put_nowait(frame)


@dataclass(slots=True)
class Sight:
    """One conversation through one pair of eyes, as it was drawn last."""

    mark: Mark
    drawn: Drawn
    version: str


Draw = Callable[[LiveView], Drawn]


class Audience:
    """`wake` and `close` may be called from any thread."""

    def __init__(self, ctx: Context, draw: Draw):
        self._ctx = ctx
        self._draw = draw
        self._seats: set[Seat] = set()
        self._sights: dict[tuple[str, Eyes], Sight] = {}
        self._turn = asyncio.Lock()
        self._news = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._closed = False

    def wake(self) -> None:
        self._tell(self._news.set)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        self._closed = True
        self._tell(self._end)

    async def run(self) -> None:
        """Until cancelled."""
        self._loop = asyncio.get_running_loop()
        checked = monotonic()
        while True:
            await self._wait()
            try:
                await self._follow()
                if monotonic() - checked >= CHECK_EVERY:
                    checked = monotonic()
                    await self._check()
            except Exception:  # the next round tries again
                log.exception("audience_failed")

    async def sight(self, conversation: str, eyes: Eyes) -> Sight:
        """The conversation as it is now."""
        async with self._turn:
            return await self._fresh(conversation, eyes)

    async def watch(self, seat: Seat, since: str) -> AsyncGenerator[str, None]:
        """SSE frames; `since` is the version the page shows."""
        async with self._turn:
            sight = await self._fresh(seat.conversation, seat.eyes)
            self._seats.add(seat)
        try:
            yield "retry: 1000\n\n"
            if sight.version != since:
                yield _frame("whole", sight, sight.drawn.parts, sight.drawn.lines)
            while not self._closed:
                try:
                    frame = await asyncio.wait_for(seat.frames.get(), HEARTBEAT)
                except TimeoutError:
                    frame = ": still here\n\n"
                if frame is END:
                    return
                yield frame
                if frame is AGAIN:
                    return
        finally:
            self._seats.discard(seat)

    async def _fresh(self, conversation: str, eyes: Eyes) -> Sight:
        marks = await self._read(lambda tx: watching.marks(tx, [conversation]))
        known = self._sights.get((conversation, eyes))
        if known and known.mark == marks.get(conversation):
            return known
        return (await self._show(conversation, marks.get(conversation, (0, 0)), {eyes}))[eyes]

    async def _follow(self) -> None:
        """Draw what changed, and send what is different."""
        async with self._turn:
            watched = sorted({seat.conversation for seat in self._seats})
            marks = await self._read(lambda tx: watching.marks(tx, watched)) if watched else {}
            for conversation, mark in marks.items():
                old = [self._sights.get((conversation, seat.eyes)) for seat in self._at(conversation)]
                if any(sight is None or sight.mark != mark for sight in old):
                    await self._show(conversation, mark)

    def _at(self, conversation: str) -> list[Seat]:
        return [seat for seat in self._seats if seat.conversation == conversation]

    async def _show(self, conversation: str, mark: Mark, others: Iterable[Eyes] = ()) -> dict[Eyes, Sight]:
        """Whoever has it drawn anew, everybody who watches is sent what is different."""
        seats = self._at(conversation)
        eyes = {*others, *(seat.eyes for seat in seats)}
        made, allowed = await self._make(conversation, mark, eyes, {seat.person for seat in seats})
        frames = {one: self._change(conversation, one, sight) for one, sight in made.items()}
        self._keep(conversation, made)
        for seat in seats:
            if seat.person not in allowed:
                seat.send(AGAIN)
            elif frames[seat.eyes]:
                seat.send(frames[seat.eyes])
        return made

    def _change(self, conversation: str, eyes: Eyes, new: Sight) -> str:
        known = self._sights.get((conversation, eyes))
        if known is None:
            return _frame("whole", new, new.drawn.parts, new.drawn.lines)
        if known.version == new.version:
            return ""
        before = dict(known.drawn.lines)
        parts = {name: html for name, html in new.drawn.parts.items() if known.drawn.parts.get(name) != html}
        lines = [(key, html) for key, html in new.drawn.lines if before.get(key) != html]
        return _frame("change", new, parts, lines, [key for key, _ in new.drawn.lines])

    async def _make(
        self, conversation: str, mark: Mark, eyes: Iterable[Eyes], people: Iterable[str]
    ) -> tuple[dict[Eyes, Sight], set[str]]:
        """Drawn for each pair of eyes, and who of the people may still look. Raises LookupError."""
        ctx = self._ctx

        def make(tx: Tx) -> tuple[dict[Eyes, Sight], set[str]]:
            stored = conversations.load(tx, [conversation], ctx.engine.recalled)[conversation]
            drawn = {one: self._draw(live_view.build(ctx, tx, stored, one)) for one in eyes}
            matter, staff = looks.matter(ctx, stored), looks.staff(ctx, stored)
            told = not disclosed.untold(ctx, tx, staff.names)
            may = {
                name
                for name in people
                if (told or name in staff.names) and not permissions.refusal(ctx.people.named(name), "view", matter)
            }
            return {one: Sight(mark, d, d.version) for one, d in drawn.items()}, may

        return await self._read(make)

    def _keep(self, conversation: str, made: dict[Eyes, Sight]) -> None:
        for eyes, sight in made.items():
            self._sights.pop((conversation, eyes), None)
            self._sights[conversation, eyes] = sight
        while len(self._sights) > KEPT + len(self._seats):
            del self._sights[next(iter(self._sights))]

    async def _check(self) -> None:
        """Whoever is logged out, removed, or has read originals long enough, asks again."""
        seats, now = list(self._seats), self._ctx.now()
        hashes = sorted({seat.session for seat in seats})
        alive = await self._read(lambda tx: sessions.alive(tx, hashes, now)) if hashes else {}
        for seat in seats:
            gone = seat.session not in alive or self._ctx.people.named(seat.person) is None
            if gone or (seat.until is not None and seat.until <= now):
                seat.send(AGAIN)

    async def _read(self, job: Callable[[Tx], T]) -> T:
        def run() -> T:
            with self._ctx.store.read() as tx:
                return job(tx)

        return await asyncio.to_thread(run)

    async def _wait(self) -> None:
        try:
            async with asyncio.timeout(LOOK_ANYWAY):
                await self._news.wait()
        except TimeoutError:
            return
        self._news.clear()

    def _end(self) -> None:
        for seat in self._seats:
            seat.send(END)

    def _tell(self, what: Callable[[], object]) -> None:
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(what)


def _frame(
    event: str, sight: Sight, parts: dict[str, str], lines: Iterable[tuple[str, str]], order: list[str] | None = None
) -> str:
    told: dict[str, Any] = {"parts": parts, "lines": list(lines), "order": order or [k for k, _ in sight.drawn.lines]}
    return f"id: {sight.version}\nevent: {event}\ndata: {json.dumps(told, ensure_ascii=False)}\n\n"
