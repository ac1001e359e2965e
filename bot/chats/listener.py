"""Keeps one child process that speaks a chat platform's SDK: starts it, watches its heartbeat, answers its events."""

import asyncio
import json
import os
import random
import re
import time
from asyncio import StreamReader, StreamWriter
from asyncio.subprocess import PIPE, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import structlog

from bot import plain_words

Frame = Mapping[str, Any]
Hear = Callable[[Frame], Awaitable[Frame]]
Used = Callable[[Frame], None]

P = TypeVar("P", StreamReader, StreamWriter)
log = structlog.get_logger()
ROOT = Path(__file__).resolve().parents[2]
LINE_LIMIT = 4 * 1024 * 1024
GRACE = 1.5  # seconds a child has to end after its pipe closed
# All a child may inherit: our own environment may hold secrets.
INHERITED = re.compile(
    r"PATH|HOME|LANG|LC_ALL|TZ|TMPDIR|SYSTEMROOT|VIRTUAL_ENV|PYTHON\w*|\w+_CA_BUNDLE|SSL_CERT_\w+|(?i:\w+_PROXY)"
)


@dataclass(frozen=True, slots=True)
class ListenerStatus:
    name: str
    state: str  # starting | connected | disconnected | stopped
    since: float  # seconds it has been so
    last_heard: float | None  # seconds since the child last spoke; None before its first word
    restarts: int
    last_error: str


def wait_on(frame: Frame) -> Frame | None:
    """No hurry: the platform may wait until the handler has ended."""
    return None


def forget(frame: Frame) -> None:
    """It does not matter whether the answer arrived."""


class Listener:
    """`hear(data)` gets an event's data; what it returns goes back to the child, and by it to the platform.

    When it takes longer than `answer_within`, the child gets `late(data)` instead, unless that is None; the work
    goes on. `used(data)` is called when the platform surely has the answer, which is what `hear` returned.
    """

    def __init__(  # noqa: PLR0913
        self,
        name: str,
        command: Sequence[str],
        settings: Mapping[str, str],
        hear: Hear,
        *,
        answer_within: float = 1.5,
        late: Callable[[Frame], Frame | None] = wait_on,
        used: Used = forget,
        quiet_limit: float = 60.0,
        first_pause: float = 0.5,
        monotonic: Callable[[], float] = time.monotonic,
    ):
        self.name = name
        self._command = tuple(command)
        self._settings = dict(settings)
        self._hear = hear
        self._late = late
        self._used = used
        self._told: dict[int, Frame] = {}  # events answered, until we hear what became of the answer
        self._answer_within = answer_within
        self._quiet_limit = quiet_limit
        self._first_pause = first_pause
        self._monotonic = monotonic
        self._state = "stopped"
        self._since = monotonic()
        self._heard: float | None = None
        self._restarts = 0
        self._last_error = ""
        self._process: Process | None = None
        self._answering: set[asyncio.Task[None]] = set()

    @property
    def status(self) -> ListenerStatus:
        now = self._monotonic()
        heard = None if self._heard is None else now - self._heard
        return ListenerStatus(self.name, self._state, now - self._since, heard, self._restarts, self._last_error)

    @property
    def pid(self) -> int | None:
        return self._process.pid if self._process else None

    async def run(self) -> None:
        """Until cancelled."""
        pause = self._first_pause
        try:
            while True:
                lived = await self._live()
                pause = self._first_pause if lived > self._quiet_limit else min(pause * 2, 60.0)
                self._restarts += 1
                log.warning("listener.restart", chat=self.name, error=self._last_error, pause=round(pause, 1))
                await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311
        finally:
            self._become("stopped")
            await self._finish_answers()

    async def _live(self) -> float:
        """One life of the child; returns how many seconds it lasted."""
        began = self._monotonic()
        self._become("starting")
        self._told.clear()
        self._heard = None
        try:
            process = self._process = await self._start()
        except OSError as error:
            self._last_error = f"子进程启动不了：{plain_words.of_os(error)}"
            return 0.0
        parts = [asyncio.create_task(c) for c in (self._pump(process), self._watch(), self._overhear(process))]
        try:
            await self._tell(process, self._settings)
            await asyncio.wait(parts[:2], return_when=asyncio.FIRST_COMPLETED)
            self._become("disconnected")
        finally:
            for part in parts:
                part.cancel()
            await _end(process)
            await asyncio.gather(*parts, return_exceptions=True)
            self._process = None
        return self._monotonic() - began

    async def _start(self) -> Process:
        environment = {k: v for k, v in os.environ.items() if INHERITED.fullmatch(k)}
        starting = asyncio.create_task(
            asyncio.create_subprocess_exec(
                *self._command, stdin=PIPE, stdout=PIPE, stderr=PIPE, limit=LINE_LIMIT, cwd=ROOT, env=environment
            )
        )
        try:
            return await asyncio.shield(starting)
        except asyncio.CancelledError:
            for made in await asyncio.gather(starting, return_exceptions=True):
                if isinstance(made, Process):  # half started, and nobody would end it
                    await _end(made)
            raise

    async def _pump(self, process: Process) -> None:
        async for line in _open(process.stdout):
            self._heard = self._monotonic()
            try:
                self._take(process, json.loads(line))
            except (ValueError, KeyError, TypeError) as error:
                log.warning("listener.unreadable_frame", chat=self.name, error=type(error).__name__)

    def _take(self, process: Process, frame: Frame) -> None:
        match frame["type"]:
            case "event":
                task = asyncio.create_task(self._answer(process, frame["id"], frame["data"]))
                self._answering.add(task)
                task.add_done_callback(self._answering.discard)
            case "used" | "lost" as fate:
                data = self._told.pop(frame["id"], None)  # nothing is kept of what was answered late
                if data is not None and fate == "used":
                    self._used(data)
            case "beat":
                self._become("connected" if frame["connected"] else "disconnected")
            case "log":
                self._last_error = self._redact(str(frame.get("text", "")))
                log.warning("listener.child", chat=self.name, text=self._last_error)

    async def _answer(self, process: Process, number: int, data: Frame) -> None:
        work = asyncio.ensure_future(self._hear(data))
        try:
            late = None
            done, _ = await asyncio.wait({work}, timeout=self._answer_within)
            if not done and (late := self._late(data)) is not None:
                await self._tell(process, {"type": "answer", "id": number, "data": late})
            answer = await work
        except Exception as error:  # one event; not acknowledged, so the platform tells us again if it can
            log.exception("listener.event_failed", chat=self.name, error=type(error).__name__)
            await self._tell(process, {"type": "answer", "id": number, "failed": type(error).__name__})
            return
        if late is None:
            if answer:
                self._told[number] = data
            await self._tell(process, {"type": "answer", "id": number, "data": answer})

    async def _tell(self, process: Process, frame: Frame) -> None:
        stdin = _open(process.stdin)
        try:
            stdin.write(json.dumps(frame, ensure_ascii=False).encode() + b"\n")
            await stdin.drain()
        except (ConnectionError, RuntimeError):
            log.info("listener.answer_dropped", chat=self.name)  # the child is gone, and its question with it

    async def _watch(self) -> None:
        """Ends when the child has been silent, or without a connection, for too long."""
        began = self._monotonic()
        while True:
            await asyncio.sleep(min(1.0, self._quiet_limit / 4))
            now = self._monotonic()
            if now - (self._heard or began) > self._quiet_limit:
                self._last_error = f"子进程 {self._quiet_limit:.0f} 秒没有心跳"
                return
            if self._state != "connected" and now - self._since > self._quiet_limit:
                self._last_error = self._last_error or f"{self._quiet_limit:.0f} 秒没有连上平台"
                return

    async def _overhear(self, process: Process) -> None:
        """Keep the last line of standard error that adds anything: it says why a child died."""
        async for line in _open(process.stderr):
            text = self._redact(line.decode(errors="replace").strip())
            if text not in self._last_error:
                self._last_error = text

    def _redact(self, text: str) -> str:
        for value in self._settings.values():
            text = text.replace(value, "***") if len(value) >= 6 else text
        return text[:300]

    def _become(self, state: str) -> None:
        if state != self._state:
            self._state, self._since = state, self._monotonic()
            log.info("listener.state", chat=self.name, state=state)
        if state == "connected":
            self._last_error = ""

    async def _finish_answers(self) -> None:
        if self._answering:
            await asyncio.wait(self._answering, timeout=GRACE)
        for task in self._answering:
            task.cancel()


def _open(pipe: P | None) -> P:
    if pipe is None:
        raise RuntimeError("the child was started without pipes")
    return pipe


async def _end(process: Process) -> None:
    """Goes to its end even when cancelled meanwhile: a child must not stay behind."""
    ending = asyncio.create_task(_end_now(process))
    try:
        await asyncio.shield(ending)
    except asyncio.CancelledError:
        await asyncio.wait({ending})
        raise


async def _end_now(process: Process) -> None:
    """Closing the pipe asks it to end; a child that does not is killed."""
    _open(process.stdin).close()
    try:
        await asyncio.wait_for(process.wait(), GRACE)
    except TimeoutError:
        process.kill()
        await process.wait()
