"""The emulated Feishu's long connection: gives addresses, speaks frames, tells events until they are acknowledged."""

import asyncio
import base64
import json
import time
from collections import Counter, deque
from dataclasses import dataclass, field
from typing import Any

from starlette.websockets import WebSocket, WebSocketDisconnect

from tests.emulators.feishu_frames import CONTROL, DATA, Frame, decode, encode, split

Json = dict[str, Any]
ACK_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Ack:
    code: int
    data: str = ""  # base64 of the handler's result

    def result(self) -> Any:
        return json.loads(base64.b64decode(self.data)) if self.data else None


@dataclass(slots=True)
class Gateway:
    """`redelivery`: pauses before telling an event again; 15 s, 5 min, 1 h and 6 h in reality."""

    redelivery: tuple[float, ...] = (0.2, 0.2)
    ping_interval: float = 1.0
    reconnect_interval: float = 0.3
    connection_limit: int = 50
    parts: int = 1  # into how many frames an event is split
    codes: deque[int] = field(default_factory=deque)  # answers of the endpoint before it says yes
    connections: dict[str, WebSocket] = field(default_factory=dict)
    opened: int = 0
    pings: int = 0
    deliveries: Counter[str] = field(default_factory=Counter)  # how often an event was told
    acked: dict[str, int] = field(default_factory=dict)  # event -> last code
    offline: list[Json] = field(default_factory=list)
    waiting: dict[str, asyncio.Future[Ack]] = field(default_factory=dict)
    sent: int = 0
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def endpoint(self, base: str, well_known: bool) -> Json:
        code = self.codes.popleft() if self.codes else 0
        if not well_known:
            code = 1000040344
        elif len(self.connections) >= self.connection_limit:
            code = 1000040350
        if code:
            return {"code": code, "msg": f"refused with {code}", "data": None}
        self.opened += 1
        query = f"device_id=d{self.opened}&service_id=7&access_key=ak-{self.opened}&ticket=ti-{self.opened}"
        return {"code": 0, "msg": "", "data": {"URL": f"{base}/ws/v2?{query}", "ClientConfig": self.client_config()}}

    def client_config(self) -> Json:
        return {
            "ReconnectCount": -1,
            "ReconnectInterval": self.reconnect_interval,
            "ReconnectNonce": 0,
            "PingInterval": self.ping_interval,
        }

    async def serve(self, socket: WebSocket) -> None:
        await socket.accept()
        name = socket.query_params["device_id"]
        self.connections[name] = socket
        for event in self.offline:
            self.tell(event)
        self.offline.clear()
        try:
            while True:
                await self._take(socket, decode(await socket.receive_bytes()))
        except WebSocketDisconnect:
            pass
        finally:
            self.connections.pop(name, None)

    async def _take(self, socket: WebSocket, frame: Frame) -> None:
        if frame.method == CONTROL and frame.header("type") == "ping":
            self.pings += 1
            config = json.dumps(self.client_config()).encode()
            await socket.send_bytes(encode(Frame(CONTROL, (("type", "pong"),), config, frame.service)))
            return
        answered = self.waiting.get(frame.header("message_id"))
        if answered and not answered.done():
            told = json.loads(frame.payload)
            answered.set_result(Ack(told["code"], told.get("data") or ""))

    def tell(self, event: Json) -> None:
        """At least once, until it is acknowledged with 200 in time; kept while nobody is connected."""
        task = asyncio.get_running_loop().create_task(self._tell(event))
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)

    async def _tell(self, event: Json) -> None:
        for pause in (0.0, *self.redelivery):
            await asyncio.sleep(pause)
            if not self.connections:
                self.offline.append(event)
                return
            ack = await self.ask(event)
            if ack and ack.code == 200:
                return

    async def ask(self, event: Json) -> Ack | None:
        """Tell the event once, over one of the connections. None: no acknowledgement in time."""
        self.sent += 1
        message, ident = f"m{self.sent}", event["header"]["event_id"]
        answered: asyncio.Future[Ack] = asyncio.get_running_loop().create_future()
        self.waiting[message] = answered
        headers = (("type", "event"), ("trace_id", f"tr{self.sent}"), ("timestamp", str(int(time.time() * 1000))))
        frame = Frame(DATA, headers, json.dumps(event, ensure_ascii=False).encode(), 7, self.sent)
        socket = list(self.connections.values())[self.sent % len(self.connections)]
        self.deliveries[ident] += 1
        try:
            for piece in split(frame, message, self.parts):
                await socket.send_bytes(encode(piece))
            ack = await asyncio.wait_for(answered, ACK_SECONDS)
        except (TimeoutError, WebSocketDisconnect, RuntimeError):
            return None
        finally:
            del self.waiting[message]
        self.acked[ident] = ack.code
        return ack
