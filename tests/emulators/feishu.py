"""A Feishu on loopback for tests: OpenAPI, group robots and the long connection, in a thread of its own.

with Feishu() as feishu:
    feishu.say("oc_leads", "ou_zhang", "认领 A12")
    feishu.press(feishu.cards("oc_leads")[0].id, {"action": "claim", ...}, "ou_zhang")
"""

import asyncio
import json
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route, WebSocketRoute
from starlette.types import Receive, Scope, Send
from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol

from tests.emulators.feishu_api import Asked, Told, answer, put, read_form
from tests.emulators.feishu_cards import BadCard, callback, check
from tests.emulators.feishu_gateway import ACK_SECONDS, Ack, Gateway
from tests.emulators.feishu_state import Call, Fault, Json, Post, State

Result = TypeVar("Result")
TOASTS = {"info", "success", "error", "warning"}


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person who pressed sees: 0, or the code of the client's error."""

    code: int
    toast: Json | None = None
    card: Json | None = None
    seconds: float = 0.0


class Cut(Response):
    """An answer that breaks off: the work is done, the caller never learns it."""

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        headers = [(b"content-length", b"1000")]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await send({"type": "http.response.body", "body": b"{", "more_body": True})


class Feishu:
    def __init__(self, now: Callable[[], float] = time.monotonic, **gateway: Any):
        self.state = State()
        self.gateway = Gateway(**gateway)
        self.callbacks_on = True  # the console's long connection for callbacks
        self._now = now
        self._frozen: list[WebSocketsSansIOProtocol] = []
        self._protocols: list[WebSocketsSansIOProtocol] = []
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self._server = uvicorn.Server(self._config())
        self._loop: asyncio.AbstractEventLoop | None = None
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.drop()
        self._server.should_exit = True
        self._thread.join(10)
        self._socket.close()

    # What people do.

    def say(self, chat: str, person: str, text: str, *, event: str = "", direct: bool = False, **more: Any) -> str:
        """Type in a group, with @, or directly. `more`: message_type, content, mentions. Returns the event's id."""
        mention = {"key": "@_user_1", "id": {"open_id": "ou_bot"}, "name": "八哥", "mentioned_type": "bot"}
        message = {
            "message_id": f"om_in_{self.state.number()}",
            "chat_id": chat,
            "chat_type": "p2p" if direct else "group",
            "message_type": "text",
            "content": json.dumps({"text": text if direct else f"@_user_1 {text}"}, ensure_ascii=False),
            "mentions": [] if direct else [mention],
        } | more
        sender = {"sender_id": {"open_id": person, "user_id": "u1", "union_id": "on_1"}, "sender_type": "user"}
        return self.emit("im.message.receive_v1", {"sender": sender, "message": message}, event)

    def emit(self, kind: str, body: Json, event: str = "") -> str:
        """Any event; it is told until it is acknowledged."""
        told = self._event(kind, body, event)
        self._call(self._tell(told))
        return str(told["header"]["event_id"])

    def press(
        self,
        message: str,
        value: Any,
        person: str,
        form: Mapping[str, str] | None = None,
        *,
        event: str = "",
    ) -> Seen:
        """Press a button and wait, as the client does, up to three seconds. Blocks: call it from a thread."""
        return self._call(self._press(self.state.posts[message], value, person, dict(form or {}), event))

    def log_in(self, address: str, person: str) -> str:
        """Somebody says yes on the login page; where their browser goes next."""
        return self.state.logins.agree(address, person, self.state.app_id, self._now())

    # What can be looked at.

    def cards(self, chat: str) -> list[Post]:
        """Every card posted to a group, or to a person, oldest first."""
        return [post for post in list(self.state.posts.values()) if chat in (post.to, post.chat)]

    def button(self, message: str, text: str) -> Any:
        """What the button with this text tells when it is pressed."""
        return callback(self.state.posts[message].card, text)

    def calls(self, where: str) -> list[Call]:
        return [call for call in list(self.state.calls) if where in f"{call.method} {call.path}"]

    # What goes wrong.

    def fail(self, where: str, **fault: Any) -> None:
        self.state.faults.append(Fault(where, **fault))

    def revoke_tokens(self) -> None:
        self.state.tokens.clear()

    def drop(self) -> None:
        """Cut every long connection, without a word."""
        self._in_loop(self._abort)

    def freeze(self) -> None:
        """Half-open: the connections stay, and nobody reads or answers them."""
        self._frozen += self._protocols
        self.gateway.connections.clear()

    # The machinery.

    def _config(self) -> uvicorn.Config:
        protocols, frozen = self._protocols, self._frozen

        class Protocol(WebSocketsSansIOProtocol):
            def connection_made(self, transport: asyncio.BaseTransport) -> None:
                super().connection_made(transport)
                protocols.append(self)

            def data_received(self, data: bytes) -> None:
                if self not in frozen:
                    super().data_received(data)

            def connection_lost(self, error: Exception | None) -> None:
                protocols.remove(self)
                super().connection_lost(error)

        routes = [
            Route("/callback/ws/endpoint", self._endpoint, methods=["POST"]),
            Route("/open-apis/{path:path}", self._open_api, methods=["GET", "POST", "PATCH", "PUT", "DELETE"]),
            WebSocketRoute("/ws/v2", self.gateway.serve),
        ]
        app = Starlette(routes=routes)
        return uvicorn.Config(app, ws=Protocol, lifespan="off", log_level="critical", timeout_graceful_shutdown=1)

    def _serve(self) -> None:
        async def serve() -> None:
            self._loop = asyncio.get_running_loop()
            self._loop.call_soon(self._ready.set)
            await self._server.serve(sockets=[self._socket])

        asyncio.run(serve())

    def _abort(self) -> None:
        for protocol in self._protocols:
            protocol.transport.abort()

    def _in_loop(self, work: Callable[[], Any]) -> None:
        async def run() -> None:
            work()

        self._call(run())

    def _call(self, work: Coroutine[Any, Any, Result]) -> Result:
        assert self._loop
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    async def _endpoint(self, request: Request) -> Response:
        told = json.loads(await request.body())
        self._note(request, b"")
        known = (told.get("AppID"), told.get("AppSecret")) == (self.state.app_id, self.state.app_secret)
        return JSONResponse(self.gateway.endpoint(f"ws://127.0.0.1:{self.port}", known))

    async def _open_api(self, request: Request) -> Response:
        raw = await request.body()
        call = self._note(request, raw)
        fault = self.state.fault(call)
        if fault and fault.late:
            await asyncio.sleep(fault.late)
        if fault and fault.status:
            text = fault.body if isinstance(fault.body, str) else json.dumps(fault.body)
            return Response(text, fault.status, dict(fault.headers))
        told = answer(self.state, self._asked(request, raw))
        return Cut() if fault and fault.lost else _response(told)

    def _note(self, request: Request, raw: bytes) -> Call:
        call = Call(request.method, request.url.path, self._now(), dict(request.headers), raw)
        self.state.calls.append(call)
        return call

    def _asked(self, request: Request, raw: bytes) -> Asked:
        kind = request.headers.get("content-type", "")
        form = read_form(kind, raw) if kind.startswith("multipart/") else {}
        told = json.loads(raw) if raw and not form else {}
        parts = tuple(request.path_params["path"].split("/"))
        query, headers = dict(request.query_params), dict(request.headers)
        return Asked(request.method, parts, query, headers, raw, self._now(), time.time(), form, told)

    def _event(self, kind: str, event: Json, ident: str) -> Json:
        header = {
            "event_id": ident or f"ev_{self.state.number()}",
            "event_type": kind,
            "create_time": str(int(time.time() * 1000)),
            "token": "",
            "app_id": self.state.app_id,
            "tenant_key": "tenant",
        }
        return {"schema": "2.0", "header": header, "event": event}

    async def _tell(self, event: Json) -> None:
        self.gateway.tell(event)

    async def _press(self, post: Post, value: Any, person: str, form: dict[str, str], ident: str) -> Seen:
        if not self.gateway.connections or not self.callbacks_on:
            return Seen(200340)
        action = {"tag": "button", "value": value, "form_value": form, "name": "submit_0" if form else ""}
        context = {"open_message_id": post.id, "open_chat_id": post.chat}
        operator = {"open_id": person, "user_id": "u1", "union_id": "on_1", "tenant_key": "tenant"}
        event = {"operator": operator, "token": "c-1", "host": "im_message", "action": action, "context": context}
        began = time.monotonic()
        post.locked = True
        try:
            ack = await self.gateway.ask(self._event("card.action.trigger", event, ident))
        finally:
            post.locked = False
        return self._seen(post, ack, time.monotonic() - began)

    def _seen(self, post: Post, ack: Ack | None, seconds: float) -> Seen:
        """The table of answers to a press."""
        if ack is None or seconds > ACK_SECONDS:
            return Seen(200341, seconds=seconds)
        if ack.code != 200:
            return Seen(200671, seconds=seconds)
        try:
            told = ack.result() or {}
            toast, card = told.get("toast"), (told.get("card") or {}).get("data")
        except (ValueError, AttributeError):
            return Seen(200672, seconds=seconds)
        if toast is not None and toast.get("type") not in TOASTS:
            return Seen(200672, seconds=seconds)
        code = self._replace(post, card) if card is not None else 0
        return Seen(code, toast, card if code == 0 else None, seconds)

    def _replace(self, post: Post, card: Json) -> int:
        if card.get("schema") != post.card.get("schema"):
            return 200830
        try:
            check(card, set(self.state.images))
        except BadCard:
            return 200673
        put(post, card, self._now())
        return 0


def _response(told: Told) -> Response:
    return JSONResponse(told.body, told.status, told.headers)
