"""Small fixed HTTP answers, made once and sent without a framework around them."""

import json
from dataclasses import dataclass

from starlette.types import Send

JSON_TYPE = (b"content-type", b"application/json")
# The rest of a body that we do not read must not be taken for the next request.
CLOSE = (b"connection", b"close")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes
    headers: tuple[tuple[bytes, bytes], ...] = ()


def refusal(status: int, why: str, *headers: tuple[bytes, bytes]) -> Answer:
    return Answer(
        status, json.dumps({"ok": False, "error": why}, ensure_ascii=False).encode("utf8", "replace"), headers
    )


async def send_answer(send: Send, answer: Answer) -> None:
    size = (b"content-length", b"%d" % len(answer.body))
    await send(
        {"type": "http.response.start", "status": answer.status, "headers": [JSON_TYPE, size, *answer.headers]},
    )
    await send({"type": "http.response.body", "body": answer.body})
