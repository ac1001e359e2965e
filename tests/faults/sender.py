"""A helpdesk that keeps its word: it sends every event until it is answered 2xx, and remembers which were."""

import random
import threading
import time
from collections.abc import Iterable, Sequence
from itertools import count
from queue import Empty, SimpleQueue
from types import TracebackType
from typing import Self

import httpx

from tests.faults.shop import Sending
from tests.program import signed

THREADS = 8
NUMBERS = count(1)


class Sender:
    """Sends from several threads to the addresses that are up; `urls` may change at any time.

    `pause`: seconds each thread rests between two events on average, so that there is something left for after a kill.
    """

    def __init__(self, sendings: Iterable[Sending], pause: float = 0.0, seed: int = 0):
        self.urls: Sequence[str] = ()
        self.acknowledged: list[str] = []
        self.refused: list[str] = []  # must stay empty: a signed, well-formed event is never turned down
        self.tries = 0
        self._pause = pause
        self._seed = seed
        self._waiting: SimpleQueue[Sending] = SimpleQueue()
        for sending in sendings:
            self._waiting.put(sending)
        self._stopping = threading.Event()
        self._threads = [threading.Thread(target=self._work, args=(n,)) for n in range(THREADS)]

    def __enter__(self) -> Self:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def finish(self, within: float) -> None:
        """Wait until everything is acknowledged."""
        until = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        left = sum(thread.is_alive() for thread in self._threads)
        assert not left, f"{self._waiting.qsize()} events were not acknowledged within {within} s"

    def _work(self, number: int) -> None:
        chance = random.Random(self._seed * THREADS + number)
        with httpx.Client(trust_env=False, timeout=5) as client:
            while (sending := self._next()) is not None:
                while not self._stopping.is_set() and not self._sent(client, sending, chance):
                    time.sleep(0.02)
                time.sleep(self._pause * 2 * chance.random())

    def _next(self) -> Sending | None:
        try:
            return None if self._stopping.is_set() else self._waiting.get_nowait()
        except Empty:
            return None

    def _sent(self, client: httpx.Client, sending: Sending, chance: random.Random) -> bool:
        urls = self.urls
        if not urls:
            return False
        self.tries += 1
        status = post(client, chance.choice(urls), sending)
        if 200 <= status < 300:
            self.acknowledged.append(sending.name)
        elif 400 <= status < 500:
            self.refused.append(f"{sending.name}: {status}")
        return 200 <= status < 500 and status != 0


def post(client: httpx.Client, url: str, sending: Sending) -> int:
    """The status of the answer; 599 when there was none."""
    try:
        headers = signed(sending.body, f"msg_{next(NUMBERS)}")
        return client.post(f"{url}/in/shop", content=sending.body, headers=headers).status_code
    except httpx.HTTPError:
        return 599
