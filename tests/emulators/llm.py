"""A stand-in for an OpenAI-compatible endpoint, on a real socket of this machine."""

import asyncio
import json
from dataclasses import dataclass, field
from typing import Any

Answer = dict[str, Any] | str


@dataclass
class LLMServer:
    """Answers every chat with `says`, after `waits` seconds, with `status`; remembers what it was asked."""

    says: Answer = ""
    waits: float = 0.0
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    _server: asyncio.Server | None = None
    _talks: set[asyncio.Task[None]] = field(default_factory=set)

    async def __aenter__(self) -> "LLMServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *gone: object) -> None:
        assert self._server is not None
        self._server.close()
        for talk in self._talks:
            talk.cancel()
        await asyncio.gather(*self._talks, return_exceptions=True)
        await self._server.wait_closed()

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        talk = asyncio.current_task()
        assert talk is not None
        self._talks.add(talk)
        try:
            writer.write(await self._answer(reader))
            await writer.drain()
        except (ConnectionError, asyncio.CancelledError):  # whoever asked is gone
            pass
        finally:
            self._talks.discard(talk)
            writer.close()

    async def _answer(self, reader: asyncio.StreamReader) -> bytes:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        told = [line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line]
        headers = {name.lower(): value for name, value in told}
        assert head.startswith("POST /v1/chat/completions ")
        self.asked.append(json.loads(await reader.readexactly(int(headers["content-length"]))))
        self.keys.append(headers.get("authorization", ""))
        await asyncio.sleep(self.waits)
        text = self.says if isinstance(self.says, str) else json.dumps(self.says, ensure_ascii=False)
        body = json.dumps({"choices": [{"message": {"role": "assistant", "content": text}}]}).encode()
        top = f"HTTP/1.1 {self.status} X\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
        return f"{top}connection: close\r\n\r\n".encode() + body
