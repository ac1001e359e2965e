"""How long the worker rests between two rounds, and what happens when it cannot keep up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.running.worker import IN_ALL, LONGEST_PAUSE, Worker, pause, rest


@pytest.mark.parametrize("took", [0.0, 0.01, 0.2, 0.4, 0.7])
def test_what_just_missed_a_round_is_done_within_two_seconds(took: float) -> None:
    assert took + rest(took) + took < 2


def test_it_rests_the_longer_the_more_there_was_to_do_and_not_at_all_when_it_lags() -> None:
    assert 0 < rest(0.05) < rest(0.2)
    assert rest(5.0) == 0


def test_senders_wait_only_when_it_cannot_keep_up_and_never_long() -> None:
    assert pause(0.0) == pause(IN_ALL) == 0
    assert 0 < pause(IN_ALL + 0.1) < pause(IN_ALL + 0.5) <= LONGEST_PAUSE
    assert pause(60.0) == LONGEST_PAUSE


def test_it_is_as_far_behind_as_the_oldest_news_has_waited() -> None:
    began, ends = threading.Event(), threading.Event()

    def work() -> int:
        began.set()
        return int(ends.wait(10))

    with running(Worker("test", work)) as worker:
        assert worker.behind() == 0
        worker.wake()
        assert began.wait(10)
        first = worker.behind()
        worker.wake()  # comes while the first is worked on, and is younger
        assert worker.behind() >= first > 0
        ends.set()


def test_it_is_not_behind_when_all_is_done() -> None:
    done = threading.Event()
    with running(Worker("test", lambda: 1, done.set)) as worker:
        worker.wake()
        assert done.wait(10)
        worker.stop()
        assert worker.behind() == 0


@contextmanager
def running(worker: Worker) -> Iterator[Worker]:
    worker.start()
    try:
        yield worker
    finally:
        worker.stop()
