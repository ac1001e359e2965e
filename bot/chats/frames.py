"""The child's end of the pipe: settings in, events out, answers in, their fate out, a heartbeat; one JSON a line.

Works from threads, `pipe.ask(data).result(timeout)`, and event loops, `await asyncio.wrap_future(pipe.ask(data))`.
"""

import itertools
import json
import os
import signal
import sys
import threading
from collections.abc import Awaitable, Callable, Mapping
from concurrent.futures import Future
from typing import Any, TextIO


class Answer(Future[Mapping[str, Any]]):
    """The parent's answer to the event of this number."""

    def __init__(self, number: int):
        super().__init__()
        self.number = number


class Unanswered(Exception):
    """The parent failed: acknowledge nothing, so that the platform tells us again if it can."""


class Pipe:
    """Made by `open_pipe`. `settings` is the first line we were told."""

    def __init__(self, incoming: TextIO, outgoing: TextIO):
        self._incoming = incoming
        self._outgoing = outgoing
        self._lock = threading.Lock()
        self._numbers = itertools.count(1)
        self._waiting: dict[int, Answer] = {}
        self.settings: Mapping[str, str] = json.loads(incoming.readline() or "{}")

    def ask(self, data: Mapping[str, Any]) -> Answer:
        """Hand an event to the parent; the future holds its answer."""
        answer = Answer(next(self._numbers))
        self._waiting[answer.number] = answer
        self._write({"type": "event", "id": answer.number, "data": data})
        return answer

    async def follow(self, answer: Answer, reached: Awaitable[bool]) -> None:
        """Tell the parent whether its answer reached the platform."""
        self._fate(answer.number, used=await reached)

    def _fate(self, number: int, *, used: bool) -> None:
        self._write({"type": "used" if used else "lost", "id": number})

    def beat(self, connected: bool) -> None:
        self._write({"type": "beat", "connected": connected})

    def log(self, text: str) -> None:
        self._write({"type": "log", "text": text})

    def _write(self, frame: Mapping[str, Any]) -> None:
        line = json.dumps(frame, ensure_ascii=False) + "\n"
        with self._lock:
            self._outgoing.write(line)
            self._outgoing.flush()

    def listen(self, closed: Callable[[], object], grace: float = 1.0) -> None:
        """Read answers on a thread. When the parent closes the pipe: `closed()`, a hard end `grace` seconds later."""
        threading.Thread(target=self._read, args=(closed, grace), daemon=True).start()

    def _read(self, closed: Callable[[], object], grace: float) -> None:
        for line in self._incoming:
            frame = json.loads(line)
            answer = self._waiting.pop(frame["id"], None)
            if answer is None or not answer.set_running_or_notify_cancel():
                self._fate(frame["id"], used=False)  # nobody waits any more: the connection it came by is gone
                continue
            if "data" in frame:
                answer.set_result(frame["data"])
            else:
                answer.set_exception(Unanswered(frame.get("failed", "")))
        closed()
        threading.Event().wait(grace)
        os._exit(0)


def open_pipe() -> Pipe:
    """Keep the pipe for frames: what a library prints goes to standard error. Ctrl-C is the parent's affair."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    outgoing = os.fdopen(os.dup(1), "w", encoding="utf8")
    os.dup2(2, 1)
    sys.stdout = sys.stderr
    incoming = os.fdopen(os.dup(0), "r", encoding="utf8")
    return Pipe(incoming, outgoing)
