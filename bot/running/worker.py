"""The thread that works through the inbox as news comes in."""

import threading
from collections.abc import Callable
from time import monotonic

import structlog

log = structlog.get_logger()

LOOK_ANYWAY = 1.0  # seconds; other processes' news wake nobody here
AFTER_TROUBLE = 1.0
# After a round it rests three times as long as the round took: the more there is to do, the more is done together,
# which is far cheaper, and webhooks are answered meanwhile. What comes just after a round began waits for its end, the
# rest and the next round: all three together take no longer than IN_ALL.
REST, LONGEST_REST, IN_ALL = 3.0, 0.7, 1.2
# Where that cannot be held, senders wait a little for their answers, and the work catches up.
PAUSE, LONGEST_PAUSE = 0.1, 0.1


def rest(took: float) -> float:
    """So many seconds, after a round that took so many."""
    return max(0.0, min(LONGEST_REST, REST * took, IN_ALL - 2 * took))


def pause(behind: float) -> float:
    """So many seconds, when the oldest news has waited for so many."""
    return max(0.0, min(LONGEST_PAUSE, PAUSE * (behind - IN_ALL)))


class Worker:
    """Calls `work`, which does all there is, whenever it is woken; trouble with the database only makes it wait."""

    def __init__(self, name: str, work: Callable[[], int], after: Callable[[], None] = lambda: None):
        self._work = work
        self._after = after  # called when something was done
        self._news = threading.Event()
        self._stopping = threading.Event()
        self._told = self._oldest = 0.0  # when the news came that waits, and what is worked on; 0.0: none
        self.done = 0  # what `work` has counted so far
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        self._thread.start()

    def wake(self) -> None:
        if not self._news.is_set():  # many call, and asking is cheaper than telling
            self._told = monotonic()
            self._news.set()

    def behind(self) -> float:
        """For how many seconds the oldest news has waited."""
        since = self._oldest or self._told
        return monotonic() - since if since else 0.0

    def stop(self) -> None:
        self._stopping.set()
        self._news.set()
        self._thread.join(timeout=5)

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._news.wait(LOOK_ANYWAY)
            self._oldest, self._told = self._told, 0.0
            self._news.clear()
            began = monotonic()
            self._round()
            self._oldest = 0.0
            self._stopping.wait(rest(monotonic() - began))

    def _round(self) -> None:
        try:
            done = self._work()
        except Exception:  # the next round tries again, nothing is lost
            log.exception("worker_failed", worker=self._thread.name)
            self._stopping.wait(AFTER_TROUBLE)
            return
        if done:
            self.done += done
            self._after()
