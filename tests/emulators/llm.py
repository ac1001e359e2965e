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

    async def __aenter__(self) -> "LLMServer":
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        return self

    async def __aexit__(self, *gone: object) -> None:
        assert self._server is not None
        self._server.close()
        await self._server.wait_closed()

    @property
    def base_url(self) -> str:
        assert self._server is not None
        return f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}/v1"

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode()
        told = [line.split(": ", 1) for line in head.splitlines()[1:] if ": " in line]
        headers = {name.lower(): value for name, value in told}
        body = json.loads(await reader.readexactly(int(headers["content-length"])))
        assert head.startswith("POST /v1/chat/completions ")
        self.asked.append(body)
        self.keys.append(headers.get("authorization", ""))
        await asyncio.sleep(self.waits)
        answer_text = self.says if isinstance(self.says, str) else json.dumps(self.says, ensure_ascii=False)
        answer = json.dumps({"choices": [{"message": {"role": "assistant", "content": answer_text}}]}).encode()
        writer.write(
            f"HTTP/1.1 {self.status} X\r\ncontent-type: application/json\r\ncontent-length: {len(answer)}\r\n"
            "connection: close\r\n\r\n".encode()
            + answer
        )
        try:
            await writer.drain()
            writer.close()
        except ConnectionError:
            pass
