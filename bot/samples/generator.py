"""Makes conversations as lines of the conversation file: a seed gives the same ones every time, and no two alike."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from bot.samples import bank
from bot.samples.talk import Talk

Line = dict[str, Any]

_CHANNELS = {"chat": 0.81, "phone": 0.11, "email": 0.08}
_OPENS, _CLOSES = 9, 23  # when customers write
_BETWEEN = 360.0  # seconds between two conversations, on average


def conversations(seed: int, n: int, start: datetime) -> Iterator[Line]:
    """`n` conversations from `start` on, in the order of their beginning; `start` must know its time zone."""
    rng = Random(seed)  # noqa: S311  made-up talk, not secrets
    phrases = bank.load()
    seen: set[tuple[str, ...]] = set()
    at = start
    for number in range(1, n + 1):
        at = _next(rng, at)
        line = _new(rng, phrases, f"c-{seed}-{number:04}", at, seen)
        seen.add(_texts(line))
        yield line


def _new(rng: Random, phrases: bank.Bank, name: str, at: datetime, seen: set[tuple[str, ...]]) -> Line:
    while True:
        line = _conversation(rng, phrases, name, at)
        if _texts(line) not in seen:
            return line


def _texts(line: Line) -> tuple[str, ...]:
    return tuple(message["text"] for message in line["messages"])


def _conversation(rng: Random, phrases: bank.Bank, name: str, at: datetime) -> Line:
    return Talk(rng, phrases, _scene(rng, phrases.scenes), at).line(name)


def _scene(rng: Random, scenes: Sequence[bank.Scene]) -> bank.Scene:
    channel = _drawn(rng, _CHANNELS)
    fitting = [s for s in scenes if s.channel == channel]
    return rng.choices(fitting, [s.weight for s in fitting])[0]


def _drawn(rng: Random, weights: Mapping[str, float]) -> str:
    return rng.choices(list(weights), list(weights.values()))[0]


def _next(rng: Random, at: datetime) -> datetime:
    at += timedelta(seconds=round(rng.expovariate(1 / _BETWEEN)))
    if _OPENS <= at.hour < _CLOSES:
        return at
    day = at if at.hour < _OPENS else at + timedelta(days=1)
    return day.replace(hour=_OPENS, minute=0, second=rng.randrange(60))
