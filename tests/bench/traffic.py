"""The same made-up traffic for everybody: customers and agents of many shops, two hundred conversations at a time."""

import json
from collections import deque
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

from bot import engine
from bot.samples.generator import conversations
from bot.screening import screener
from rules.policy import Policy

AT_A_TIME = 200
CALM = 19  # conversations for each one that deserves an alert, and for each star: the samples are richer than life
NOON = datetime.fromisoformat("2026-11-16T12:00:00+08:00")


def messages(n: int, seed: int = 1) -> list[bytes]:
    """`n` events of the generic webhook, one message each, told as they are written: one after the other, just now."""
    lines = _as_in_life(conversations(seed, AT_A_TIME + n, NOON))
    began = datetime.now(UTC) - timedelta(milliseconds=n)
    open_now = deque(_events(line) for line in islice(lines, AT_A_TIME))
    told: list[bytes] = []
    while len(told) < n:
        talk = open_now.popleft()
        if event := next(talk, None):
            event["message"]["at"] = (began + timedelta(milliseconds=len(told))).isoformat()
            told.append(json.dumps(event, ensure_ascii=False).encode())
            open_now.append(talk)
        else:
            open_now.append(_events(next(lines)))
    return told


def _as_in_life(lines: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    screen = screener(engine.load(), Policy())
    calm = {"alert": 0, "star": 0}
    for line in lines:
        loud = _loud(screen(line))
        if all(calm[kind] >= CALM for kind in loud):
            yield line
            calm = {kind: 0 if kind in loud else n + 1 for kind, n in calm.items()}


def _loud(screened: dict[str, Any]) -> set[str]:
    found = {"star" for finding in screened["findings"] if finding["kind"] == "star" and finding["severity"] != "none"}
    return found | ({"alert"} if screened["level"] != "none" else set())


def _events(line: dict[str, Any]) -> Iterator[dict[str, Any]]:
    about = {name: line[name] for name in ("id", "channel", "shop", "team", "customer", "order_id") if name in line}
    for message in line["messages"]:
        yield {"type": "message", "conversation": about, "message": dict(message)}
