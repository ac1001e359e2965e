"""Where a long work stands, on standard error: one moving line on a terminal, now and then a plain line elsewhere."""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TextIO

from rich.console import Console

PLAIN_SECONDS = 5.0  # before the first plain line, so that short works say nothing; then twice as long each time
LONGEST_SECONDS = 60.0
MOVING_SECONDS = 0.2

Tell = Callable[[Callable[[], str]], None]


@contextmanager
def telling(
    clock: Callable[[], float] = time.monotonic, stream: TextIO | None = None, results: TextIO | None = None
) -> Iterator[Tell]:
    """A function to be called after each step with a maker of words; the words are made only when they are shown.

    Where `results` scroll by on a terminal themselves, they are the progress, and nothing is added.
    """
    stream = stream or sys.stderr
    if (results or sys.stdout).isatty():
        yield lambda words: None
    elif stream.isatty():
        with Console(file=stream).status("") as status:
            yield _now_and_then(clock, MOVING_SECONDS, 1, status.update)
    else:
        yield _now_and_then(clock, PLAIN_SECONDS, 2, lambda words: print(words, file=stream, flush=True))


def _now_and_then(clock: Callable[[], float], pause: float, growth: float, show: Callable[[str], object]) -> Tell:
    last = clock()

    def tell(words: Callable[[], str]) -> None:
        nonlocal last, pause
        if clock() - last >= pause:
            last, pause = clock(), min(pause * growth, LONGEST_SECONDS)
            show(words())

    return tell
