"""The sandbox: a chat client in a web page, and the same for machines. It exists on loopback addresses only."""

import asyncio
import json
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response, StreamingResponse
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from bot.chats.sandbox import SandboxChat, shown
from bot.web import checkups, pasted
from bot.web.live import Hub
from bot.web.loopback import Loopback
from handlers.protocols import Answerer, Pressed, Said
from rules.privacy import clean, mask
from storage import sandbox
from storage.db import Store

HERE = Path(__file__).parent
BODY = 256 * 1024
SAY = 1000  # characters
LATEST = 300  # what a page begins with
OURSELVES = "@八哥"
CARD = ("key", "kind", "tone", "title", "state", "blocks")
BUTTON = ("text", "action", "value", "url")

Json = dict[str, Any]
Be = Callable[[Request, Response, str], Awaitable[None]]


def _utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SandboxRig:
    """What the sandbox stands on."""

    store: Store
    hub: Hub
    answerer: Answerer
    rooms: Sequence[tuple[str, str]]  # (id, name)
    people: Sequence[Mapping[str, str]]  # name, role, title
    screen: Callable[[Json], Json]  # a line of a conversation file -> what `screen` prints
    chats: Callable[[], list[Json]]  # the customers' chats going on
    story: Callable[[], Json | None]  # what the guided tour needs; None: no tour
    now: Callable[[], datetime] = _utc_now
    be: Be | None = None  # log the browser in as one of the people, or as nobody


def routes(rig: SandboxRig) -> list[BaseRoute]:
    guard = [Middleware(Loopback)]
    gets = {
        "/sandbox": page,
        "/sandbox/api/start": start,
        "/sandbox/api/rooms": rooms,
        "/sandbox/api/rooms/{id:path}/cards": room_cards,
        "/sandbox/api/rooms/{id:path}/history": history,
        "/sandbox/api/chats": chats,
        "/sandbox/api/stream": stream,
        "/sandbox/api/pictures/{name}": picture,
    }
    posts = {
        "/sandbox/api/act": act,
        "/sandbox/api/say": say,
        "/sandbox/api/try": try_out,
        "/sandbox/api/be": be,
    }
    return [
        *(Route(path, _with(rig, answer), methods=["GET"], middleware=guard) for path, answer in gets.items()),
        *(Route(path, _with(rig, answer), methods=["POST"], middleware=guard) for path, answer in posts.items()),
        *checkups.routes(guard),
        Mount("/sandbox/static", StaticFiles(directory=HERE / "static"), middleware=guard),
    ]


def _with(rig: SandboxRig, answer: Callable[[SandboxRig, Request], Any]) -> Callable[[Request], Any]:
    async def endpoint(request: Request) -> Response:
        try:
            response: Response = await answer(rig, request)
        except HTTPException as error:
            return JSONResponse({"error": error.detail}, error.status_code)
        return response

    return endpoint


async def page(rig: SandboxRig, request: Request) -> Response:
    return FileResponse(HERE / "templates" / "sandbox.html", media_type="text/html")


async def start(rig: SandboxRig, request: Request) -> Response:
    """Everything the page needs to begin."""
    named = [{"id": id_, "name": name} for id_, name in rig.rooms]
    return JSONResponse({"rooms": named, "people": [dict(p) for p in rig.people], "story": rig.story()})


async def rooms(rig: SandboxRig, request: Request) -> Response:
    return JSONResponse([{"id": id_, "name": name} for id_, name in rig.rooms])


async def room_cards(rig: SandboxRig, request: Request) -> Response:
    standing = await _standing(rig, request.path_params["id"])
    return JSONResponse([_for_machines(shown(s)) for s in standing if s.kind == "card"])


async def history(rig: SandboxRig, request: Request) -> Response:
    """Cards and typed lines as the page shows them."""
    standing = await _standing(rig, request.path_params["id"], LATEST)
    return JSONResponse([shown(s) | {"type": s.kind} for s in standing])


async def chats(rig: SandboxRig, request: Request) -> Response:
    return JSONResponse(await asyncio.to_thread(rig.chats))


async def stream(rig: SandboxRig, request: Request) -> Response:
    last_seen = request.headers.get("last-event-id", "")
    frames = rig.hub.stream(last_seen, request.query_params.get("room", ""))
    return StreamingResponse(frames, media_type="text/event-stream", headers={"X-Accel-Buffering": "no"})


async def picture(rig: SandboxRig, request: Request) -> Response:
    def read() -> bytes | None:
        with rig.store.read() as connection:
            return sandbox.picture(connection, request.path_params["name"])

    png = await asyncio.to_thread(read)
    return Response(png, media_type="image/png") if png else JSONResponse({"error": "没有这张图"}, 404)


async def act(rig: SandboxRig, request: Request) -> Response:
    body = await _body(request)
    room, key, person, action = (_word(body, name) for name in ("room", "key", "person", "action"))
    _check_room(rig, room)
    if _private_to_another(room, person):
        return JSONResponse({"toast": "这是别人的直接消息，只有本人能处理。", "ok": False})
    pressed = Pressed(
        chat="sandbox",
        event=uuid4().hex,
        room=room,
        key=key,
        person=person,
        action=action,
        value=str(body.get("value") or ""),
        form=_form(body),
        direct=room.startswith("@"),
    )
    before = await _version(rig, key)
    reply = await rig.answerer.pressed(pressed)
    if reply.card:
        await SandboxChat(rig.store, rig.hub, rig.now).redraw(key, reply.card, before)
    return JSONResponse({"toast": reply.toast, "ok": reply.ok})


async def say(rig: SandboxRig, request: Request) -> Response:
    body = await _body(request)
    room, person, text = (_word(body, name) for name in ("room", "person", "text"))
    _check_room(rig, room)
    if _private_to_another(room, person):
        return JSONResponse({"ok": False, "error": "这是别人的直接消息。"}, 403)
    event = uuid4().hex
    words, now = {"person": person, "text": mask(text[:SAY])}, rig.now()
    saved = rig.store.write(lambda tx: sandbox.say(tx, room, f"said-{event}", words, now))
    bubble = await asyncio.wrap_future(saved)
    if bubble:
        rig.hub.publish("said", shown(bubble))
    asked = text.removeprefix(OURSELVES).strip()[:SAY]
    await rig.answerer.said(Said("sandbox", event, room, person, asked, direct=room.startswith("@")))
    return JSONResponse({"ok": True})


async def be(rig: SandboxRig, request: Request) -> Response:
    """Whoever I am here, I am on the pages that cards link to."""
    body = await _body(request)
    response = JSONResponse({"ok": rig.be is not None})
    if rig.be is not None:
        await rig.be(request, response, _word(body, "person"))
    return response


async def try_out(rig: SandboxRig, request: Request) -> Response:
    """Screen a pasted chat and say what was found, at the words it was found in."""
    said = (await _body(request)).get("text")
    line = pasted.read(clean(said), rig.now()) if isinstance(said, str) else {"messages": []}
    if not line["messages"]:
        raise HTTPException(400, "没有读到聊天内容。每行一句，前面写上「客户：」或「客服：」就好。")
    return JSONResponse(pasted.explain(line, await asyncio.to_thread(rig.screen, line)))


async def _standing(rig: SandboxRig, room: str, latest: int | None = None) -> list[sandbox.Standing]:
    _check_room(rig, room)

    def read() -> list[sandbox.Standing]:
        with rig.store.read() as connection:
            return sandbox.in_room(connection, room, latest)

    return await asyncio.to_thread(read)


async def _version(rig: SandboxRig, key: str) -> int:
    def read() -> int:
        with rig.store.read() as connection:
            standing = sandbox.find(connection, key)
        return standing.version if standing else 0

    return await asyncio.to_thread(read)


def _for_machines(card: Json) -> Json:
    buttons = [{name: button.get(name, "") for name in BUTTON} for button in card["buttons"]]
    return {name: card[name] for name in CARD} | {"buttons": buttons, "at": card["at"]}


def _check_room(rig: SandboxRig, room: str) -> None:
    if not room.startswith("@") and room not in (id_ for id_, _ in rig.rooms):
        raise HTTPException(404, f"没有「{room}」这个群")


def _private_to_another(room: str, person: str) -> bool:
    return room.startswith("@") and room != f"@{person}"


async def _body(request: Request) -> Json:
    raw = b""
    async for chunk in request.stream():
        raw += chunk
        if len(raw) > BODY:
            raise HTTPException(413, "内容太长了")
    try:
        body = json.loads(raw)
    except ValueError as error:
        raise HTTPException(400, "读不懂这段 JSON") from error
    if not isinstance(body, dict):
        raise HTTPException(400, "要是一个 JSON 对象")
    return body


def _word(body: Json, name: str) -> str:
    value = body.get(name)
    if not isinstance(value, str) or not value.strip():
        raise HTTPException(400, f"缺少 {name}")
    return clean(value).strip()


def _form(body: Json) -> dict[str, str]:
    form = body.get("form") or {}
    if not isinstance(form, dict) or not all(isinstance(v, str) for v in form.values()):
        raise HTTPException(400, "form 要是文字对文字")
    return form
