"""Reading the body of a request with a limit on its size and its time."""

import asyncio
from collections.abc import Mapping

from starlette.types import Receive

from bot.webhooks.answers import CLOSE, Answer, refusal

LARGEST = 1024 * 1024
SLOWEST_SECONDS = 15.0
PLAIN = ("", "identity")


class Rejected(Exception):
    """This request goes no further; `why` is for the counters, the answer for the sender."""

    def __init__(self, why: str, answer: Answer):
        super().__init__(why)
        self.why = why
        self.answer = answer


class Gone(Exception):
    """The sender hung up; nobody waits for an answer."""


TOO_LARGE = refusal(413, "正文超过 1 MiB", CLOSE)
TOO_SLOW = refusal(408, "正文没有按时传完", CLOSE)
ENCODED = refusal(415, "正文不要压缩", CLOSE)  # compressed, and so of a size nobody knows


async def read_body(receive: Receive, headers: Mapping[str, str], seconds: float = SLOWEST_SECONDS) -> bytes:
    if headers.get("content-encoding", "").strip().lower() not in PLAIN:
        raise Rejected("encoded", ENCODED)
    told = headers.get("content-length", "")
    if told.isdigit() and (len(told) > 9 or int(told) > LARGEST):
        raise Rejected("too_large", TOO_LARGE)
    try:
        async with asyncio.timeout(seconds):
            return await _collect(receive)
    except TimeoutError:
        raise Rejected("too_slow", TOO_SLOW) from None


async def _collect(receive: Receive) -> bytes:
    """What is sent counts, not what was told."""
    chunks: list[bytes] = []
    size = 0
    while True:
        message = await receive()
        if message["type"] == "http.disconnect":
            raise Gone
        chunk = message.get("body", b"")
        size += len(chunk)
        if size > LARGEST:
            raise Rejected("too_large", TOO_LARGE)
        chunks.append(chunk)
        if not message.get("more_body", False):
            return b"".join(chunks)
