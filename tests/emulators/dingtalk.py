"""A DingTalk on loopback for tests: OpenAPI, webhooks and Stream, in a thread of its own.

    with DingTalk() as dingtalk:
        dingtalk.say("cid-leads==", "zhang", "认领 A12").result(5)
        dingtalk.press("alert-12", "认领", "zhang").result(5)     # or: await asyncio.wrap_future(...)

Nothing else is needed of tests/emulators but the dingtalk_*.py beside it.
"""

import asyncio
import json
import secrets
import threading
from collections.abc import Coroutine
from concurrent.futures import Future
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Self, TypeVar

from aiohttp import web

from bot.settings.sections import DingTalk as Settings
from tests.emulators import dingtalk_cards as cards
from tests.emulators.dingtalk_api import Asked, answer
from tests.emulators.dingtalk_gateway import CALLBACK, MESSAGE, Connection, Gateway
from tests.emulators.dingtalk_state import Call, CardInstance, Fault, Json, Message, State

T = TypeVar("T")
CALLBACK_SECONDS = 2.0
SESSION_SECONDS = 5400.0


@dataclass(frozen=True, slots=True)
class Seen:
    """What the person who pressed sees."""

    ok: bool
    why: str = ""  # offline | not subscribed | timeout | dropped | failed | refused answer
    toast: str = ""
    url: str = ""  # a link was opened instead
    seconds: float = 0.0


class DingTalk:
    def __init__(self, state: State | None = None):
        self.state = state or State()
        self.gateway = Gateway(self.state)
        self.base = ""
        self.late: list[str] = []  # outTrackIds whose callback was answered too late: the update is lost
        self.lost: list[str] = []  # texts that nobody was connected for
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="dingtalk", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._run(self._start()).result(10)
        return self

    def __exit__(self, *_: type[BaseException] | BaseException | TracebackType | None) -> None:
        self._run(self._stop()).result(10)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def settings(self, *, template: bool = True) -> Settings:
        """The [dingtalk] section that points here."""
        return Settings.model_validate(
            {
                "client_id": self.state.client_id,
                "client_secret": self.state.client_secret,
                "robot_code": self.state.robot_code,
                "card_template": self.state.template if template else "",
                "api_base": self.base,
                "oapi_base": self.base,
                "login_base": self.base,
            }
        )

    # What stands in a room; direct rooms are "@user".

    def cards(self, room: str) -> list[CardInstance]:
        return [card for card in self.state.cards.values() if card.room == room]

    def messages(self, room: str) -> list[Message]:
        return [message for message in self.state.messages if message.room == room]

    def calls(self, path: str) -> list[Call]:
        return [call for call in self.state.calls if path in call.path]

    # What people do.

    def say(self, room: str, user: str, text: str, **more: Any) -> Future[bool]:
        """True once acknowledged. `user` "" is somebody outside the organisation; `more` overrides the frame's data."""
        return self._run(self._say(room, user, text, more))

    def press(self, key: str, button: int | str, user: str) -> Future[Seen]:
        """A button by place, text or action."""
        return self._run(self._press(key, button, user))

    def log_in(self, address: str, user: str) -> str:
        """Somebody says yes on the login page; where their browser goes next."""
        return self.state.logins.agree(address, user, self.state.client_id)

    # What goes wrong.

    def fail(self, where: str = "", **fault: Any) -> None:
        self.state.faults.append(Fault(where, **fault))

    def drop(self) -> None:
        self._each(Connection.drop)

    def freeze(self) -> None:
        self._each(Connection.freeze)

    def disconnect(self) -> None:
        """The polite way: the command to connect anew."""
        for line in list(self.gateway.connections):
            self._run(self.gateway.send(line, "SYSTEM", "disconnect", {"reason": "connection is expired"})).result(5)

    @property
    def connected(self) -> int:
        return len(self.gateway.connections)

    def _each(self, what: Any) -> None:
        for line in list(self.gateway.connections):
            self._loop.call_soon_threadsafe(what, line)

    def _run(self, work: Coroutine[Any, Any, T]) -> Future[T]:
        return asyncio.run_coroutine_threadsafe(work, self._loop)

    async def _start(self) -> None:
        app = web.Application(client_max_size=30 * 1024 * 1024)
        app.router.add_get("/connect", self.gateway.connect)
        app.router.add_route("*", "/{path:.*}", self._serve)
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def _stop(self) -> None:
        for line in list(self.gateway.connections):
            line.drop()
        await self._runner.cleanup()

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        asked = await _read(request)
        self.state.calls.append(Call(asked.method, asked.path, asked.body))
        fault = self.state.fault_for(asked.path)
        if fault and fault.status:
            return _respond(fault.status, fault.body, dict(fault.headers))
        if asked.path == "/v1.0/gateway/connections/open":
            status, body = await self.gateway.open(asked.body, self.base)
        else:
            status, body = answer(self.state, asked)
        if fault and fault.lost and request.transport:
            request.transport.abort()
        if fault and fault.late:
            await asyncio.sleep(fault.late)
        return _respond(status, body, {})

    async def _say(self, room: str, user: str, text: str, more: Json) -> bool:
        line = self.gateway.pick(MESSAGE)
        if line is None:
            self.lost.append(text)
            return False
        waiting = await self.gateway.send(line, "CALLBACK", MESSAGE, self._message(room, user, text) | more)
        try:
            return bool((await waiting)["code"] == 200)
        except asyncio.CancelledError:  # the connection went: bot messages are never sent again
            return False

    def _message(self, room: str, user: str, text: str) -> Json:
        session, ends = secrets.token_hex(8), self.state.now() + SESSION_SECONDS
        self.state.sessions[session] = (room, ends)
        told: Json = {
            "conversationId": room,
            "conversationType": "1" if room.startswith("@") else "2",
            "msgtype": "text",
        }
        told |= {"msgId": f"msg{secrets.token_hex(6)}", "senderNick": user or "外部联系人", "senderId": "$:LWCP_v1:$x"}
        told |= {"robotCode": self.state.robot_code, "isInAtList": True, "createAt": int(self.state.now() * 1000)}
        if user:
            told["senderStaffId"] = user
        return told | {
            "text": {"content": f" {text}"},
            "sessionWebhook": f"{self.base}/robot/sendBySession?session={session}",
            "sessionWebhookExpiredTime": int(ends * 1000),
        }

    async def _press(self, key: str, button: int | str, user: str) -> Seen:
        card = self.state.cards[key]
        event = cards.button_of(card, button, user)["event"]
        if event["type"] == "openLink":
            return Seen(True, url=event["params"]["url"])
        line = self.gateway.pick(CALLBACK)
        if line is None or not card.stream:
            return Seen(False, "offline" if card.stream else "not subscribed")
        card.open_callbacks += 1
        began = self._loop.time()
        try:
            waiting = await self.gateway.send(line, "CALLBACK", CALLBACK, _callback(card, event["params"], user))
            ack = await asyncio.wait_for(asyncio.shield(waiting), CALLBACK_SECONDS)
        except TimeoutError:
            waiting.add_done_callback(lambda late: None if late.cancelled() else self.late.append(key))
            return Seen(False, "timeout", seconds=CALLBACK_SECONDS)
        except asyncio.CancelledError:
            return Seen(False, "dropped")
        finally:
            card.open_callbacks -= 1
        return self._show(card, user, ack, self._loop.time() - began)

    def _show(self, card: CardInstance, user: str, ack: Json, seconds: float) -> Seen:
        response = ack["data"].get("response") if isinstance(ack["data"], dict) else None
        if ack["code"] != 200 or not isinstance(response, dict):
            return Seen(False, "failed", seconds=seconds)
        if set(response) - {"cardUpdateOptions", "cardData", "userPrivateData"}:
            self.state.violations.append(f"unknown parts in a callback's answer: {sorted(response)}")
        mine = {user: response["userPrivateData"]} if "userPrivateData" in response else {}
        try:
            cards.change(self.state, card, response, mine)
        except cards.Invalid as error:
            self.state.violations.append(str(error))
            return Seen(False, "refused answer", seconds=seconds)
        return Seen(True, toast=card.private.get(user, {}).get("toast", ""), seconds=seconds)


def _callback(card: CardInstance, params: Json, user: str) -> Json:
    space = "IM_ROBOT" if card.room.startswith("@") else "IM_GROUP"
    told = {"cardPrivateData": {"actionIds": [params["actionId"]], "params": params.get("params") or {}}}
    return {
        "type": "actionCallback",
        "outTrackId": card.key,
        "userId": user,
        "userIdType": 1,
        "corpId": "ding-corp",
        "spaceType": space,
        "spaceId": card.room.lstrip("@"),
        "extension": "{}",
        "content": json.dumps(told),
    }


async def _read(request: web.Request) -> Asked:
    body, files = {}, {}
    if request.content_type == "multipart/form-data":
        form = await request.post()
        files = {k: v.file.read() for k, v in form.items() if isinstance(v, web.FileField) and v.filename}
    elif request.can_read_body:
        body = json.loads(await request.read())
    token = request.headers.get("x-acs-dingtalk-access-token", "")
    return Asked(request.method, request.path, dict(request.query), token, body, files)


def _respond(status: int, body: Json | str, headers: dict[str, str]) -> web.Response:
    if isinstance(body, str):
        return web.Response(status=status, text=body, content_type="text/html", headers=headers)
    return web.json_response(body, status=status, headers=headers)
