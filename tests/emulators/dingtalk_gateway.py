"""The Stream side of the emulated DingTalk: tickets, websocket frames, strict acknowledgements, and lost lines."""

import asyncio
import json
import random
import secrets
from dataclasses import dataclass, field
from typing import Any

from aiohttp import WSMsgType, web

from tests.emulators.dingtalk_state import Json, State

MESSAGE, CALLBACK = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
TICKET_LIFE = 90.0


@dataclass(slots=True, eq=False)
class Connection:
    id: str
    socket: web.WebSocketResponse
    request: web.Request
    topics: tuple[str, ...]
    waiting: dict[str, asyncio.Future[Json]] = field(default_factory=dict)

    def drop(self) -> None:
        """As when a cable is pulled and put back: the TCP connection is reset."""
        if self.request.transport:
            self.request.transport.abort()

    def freeze(self) -> None:
        """Half open: we neither read nor answer any more, and nobody tells the client."""
        if isinstance(self.request.transport, asyncio.Transport):
            self.request.transport.pause_reading()


@dataclass(slots=True)
class Gateway:
    state: State
    tickets: dict[str, tuple[float, tuple[str, ...]]] = field(default_factory=dict)
    connections: list[Connection] = field(default_factory=list)
    opened: int = 0

    async def open(self, body: Json, base: str) -> tuple[int, Json]:
        if (body.get("clientId"), body.get("clientSecret")) != (self.state.client_id, self.state.client_secret):
            return 401, {"code": "authFailed", "message": "鉴权失败"}
        ticket = secrets.token_urlsafe(12) + "=="
        topics = tuple(s["topic"] for s in body["subscriptions"] if s["type"] == "CALLBACK")
        self.tickets[ticket] = (self.state.now() + TICKET_LIFE, topics)
        return 200, {"endpoint": base.replace("http", "ws", 1) + "/connect", "ticket": ticket}

    async def connect(self, request: web.Request) -> web.StreamResponse:
        ends, topics = self.tickets.pop(request.query.get("ticket", ""), (0.0, ()))
        if ends <= self.state.now():
            return web.Response(status=401)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        line = Connection(secrets.token_hex(6), socket, request, topics)
        self.connections.append(line)
        self.opened += 1
        try:
            await self.send(line, "SYSTEM", "ping", {"opaque": secrets.token_hex(4)})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    self._take(line, json.loads(message.data))
        finally:
            self.connections.remove(line)
            for waiting in line.waiting.values():
                waiting.cancel()
        return socket

    def pick(self, topic: str) -> Connection | None:
        """One connection of the app, at random, gets each frame."""
        fit = [line for line in self.connections if topic in line.topics]
        return random.choice(fit) if fit else None

    async def send(self, line: Connection, kind: str, topic: str, data: Json) -> asyncio.Future[Json]:
        """The future holds the acknowledgement's data; it is cancelled when the connection goes."""
        id_ = secrets.token_hex(8)
        headers = {"appId": "app", "connectionId": line.id, "contentType": "application/json", "messageId": id_}
        frame = {"specVersion": "1.0", "type": kind, "headers": headers | {"time": "1690362102194", "topic": topic}}
        waiting: asyncio.Future[Json] = asyncio.get_running_loop().create_future()
        if topic != "disconnect":  # wants no answer
            line.waiting[id_] = waiting
        try:
            await line.socket.send_str(json.dumps(frame | {"data": json.dumps(data)}))
        except ConnectionError:
            waiting.cancel()
        return waiting

    def _take(self, line: Connection, ack: Json) -> None:
        problem = _problem(ack)
        id_ = (ack.get("headers") or {}).get("messageId", "")
        waiting = line.waiting.pop(id_, None)
        if waiting is None and ack.get("code") == 200 and not problem:
            return  # the SDK answers the disconnect command, which wants no answer
        if problem or waiting is None:
            self.state.violations.append(f"bad acknowledgement: {problem or 'of nothing'}")
        elif not waiting.done():
            waiting.set_result(ack | {"data": json.loads(ack["data"])})


def _problem(ack: Any) -> str:
    if not isinstance(ack, dict) or not isinstance(ack.get("code"), int):
        return "no code"
    headers = ack.get("headers")
    if not isinstance(headers, dict) or headers.get("contentType") != "application/json":
        return "no content type"
    if not isinstance(ack.get("data"), str):
        return "data is not a string"
    return ""
