"""Whether what was just written to a websocket has reached the other side, which only its pong proves."""

import asyncio
from typing import Any

from websockets.exceptions import ConnectionClosed

PONG_SECONDS = 1.0
WRITTEN = 0.05  # seconds in which the SDK writes the answer its handler has just returned


async def reached(line: Any) -> bool:
    """Asked right after an answer was handed to the SDK; `line` is the connection by which its question came."""
    await asyncio.sleep(WRITTEN)
    try:
        async with asyncio.timeout(PONG_SECONDS):
            await (await line.ping())
    except (TimeoutError, ConnectionClosed, AttributeError):  # no line at all: it went before the answer
        return False
    return True
