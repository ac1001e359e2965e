"""A helpdesk in a process of its own: posts signed events over a few connections, as fast as it can or at a rate.

    python -m tests.bench.load HOST:PORT FILE CONNECTIONS [RATE]

Prints one line of JSON: how long it took, and how long answers took. At a rate the time counts from when the event was
due, so that a slow answer is not forgiven for making the next event late.
"""

import asyncio
import json
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.bench.machine import percentile
from tests.program import signed


class Connection(asyncio.Protocol):
    """One request after the other."""

    def __init__(self) -> None:
        self._answer: asyncio.Future[int] | None = None
        self._heard = b""
        self._transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._heard += data
        head, found, body = self._heard.partition(b"\r\n\r\n")
        length = int(head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0] or 0)
        if found and len(body) >= length and self._answer is not None:
            self._heard = b""
            self._answer.set_result(int(head[9:12]))

    def connection_lost(self, error: Exception | None) -> None:
        if self._answer is not None and not self._answer.done():
            self._answer.set_result(0)

    async def ask(self, request: bytes) -> int:
        assert self._transport is not None
        self._answer = asyncio.get_running_loop().create_future()
        self._transport.write(request)
        return await self._answer


def request(host: str, body: bytes, number: int) -> bytes:
    headers = {"host": host, "content-type": "application/json", "content-length": str(len(body))}
    headers |= signed(body, f"msg_{number}")
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"POST /in/shop HTTP/1.1\r\n{lines}\r\n".encode() + body


async def run(host: str, requests: Sequence[bytes], connections: int, rate: float) -> dict[str, object]:
    loop = asyncio.get_running_loop()
    name, _, port = host.partition(":")
    made = [(await loop.create_connection(Connection, name, int(port)))[1] for _ in range(connections)]
    taken: list[float] = []
    failed = 0
    left: Iterator[tuple[int, bytes]] = iter(enumerate(requests))
    began = time.perf_counter()

    async def work(connection: Connection) -> None:
        nonlocal failed
        for number, wanted in left:
            due = began + number / rate if rate else time.perf_counter()
            if (early := due - time.perf_counter()) > 0:
                await asyncio.sleep(early)
            status = await connection.ask(wanted)
            taken.append(time.perf_counter() - due)
            failed += status != 200

    await asyncio.gather(*(work(connection) for connection in made))
    return {"seconds": time.perf_counter() - began, "failed": failed, **_percentiles(taken)}


def _percentiles(taken: list[float]) -> dict[str, float]:
    return {f"p{share}": percentile(taken, share) for share in (50, 99)}


def main(host: str, file: str, connections: str, rate: str = "0") -> None:
    bodies = Path(file).read_bytes().splitlines()
    requests = [request(host, body, number) for number, body in enumerate(bodies)]
    sys.stdout.write(json.dumps(asyncio.run(run(host, requests, int(connections), float(rate)))) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
