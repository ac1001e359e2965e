"""The emulated Feishu's OpenAPI: tokens, messages, cards, pictures, group robots; pure but for its state."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import HTTP
from typing import Any

from tests.emulators.feishu_cards import BadCard, Json, check
from tests.emulators.feishu_state import Post, State

UUID_SECONDS = 3600.0
EDIT_SECONDS = 14 * 86400.0
REQUEST_BYTES = 30 * 1024
HOOK_BYTES = 20 * 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a multipart body."""

    content: bytes
    filename: str
    type: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One request, read."""

    method: str
    parts: tuple[str, ...]  # the path behind /open-apis
    query: dict[str, str]
    headers: dict[str, str]
    raw: bytes
    now: float
    unix: float
    form: dict[str, Part] = field(default_factory=dict)
    json: Json = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Told:
    body: Json
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Problem(Exception):
    def __init__(self, code: int, msg: str, status: int = 400, headers: dict[str, str] | None = None):
        super().__init__(msg)
        self.told = Told({"code": code, "msg": msg}, status, headers or {})


def answer(state: State, asked: Asked) -> Told:
    try:
        return _route(state, asked)
    except Problem as problem:
        return problem.told


def _route(state: State, asked: Asked) -> Told:
    match (asked.method, *asked.parts):
        case ("POST", "auth", "v3", "tenant_access_token", "internal"):
            return _token(state, asked)
        case ("POST", "bot", "v2", "hook", token):
            return _hook(state, asked, token)
        case (_, "authen", *_):
            return _login(state, asked)
    _authorise(state, asked)
    if state.busy("api", asked.now, 50):
        raise Problem(99991400, "request trigger frequency limit", 429, {"x-ogw-ratelimit-reset": "1"})
    match (asked.method, *asked.parts):
        case (_, "im", "v1", "messages", *rest):
            return _messages(state, asked, rest)
        case ("POST", "im", "v1", "images"):
            return _image(state, asked)
        case ("GET", "im", "v1", "chats"):
            items = [{"chat_id": chat, "name": name} for chat, name in state.chats.items()]
            return _well({"items": items, "has_more": False, "page_token": ""})
    raise Problem(99991201, "no such api", 404)


def _login(state: State, asked: Asked) -> Told:
    if (asked.method, *asked.parts) == ("POST", "authen", "v2", "oauth", "token"):
        status, body = state.logins.token(asked.json, (state.app_id, state.app_secret), asked.now)
        return Told(body, status)
    if (asked.method, *asked.parts) == ("GET", "authen", "v1", "user_info"):
        status, body = state.logins.who(asked.headers.get("authorization", ""))
        return Told(body, status)
    raise Problem(99991201, "no such api", 404)


def _messages(state: State, asked: Asked, rest: list[str]) -> Told:
    match (asked.method, *rest):
        case ("POST",):
            return _create(state, asked)
        case ("PATCH", message):
            return _patch(state, asked, _post(state, message))
        case ("PATCH", message, "urgent_app"):
            people = asked.json.get("user_id_list", [])
            known = [person for person in people if person.startswith("ou_")]
            _post(state, message).urged += known
            return _well({"invalid_user_id_list": [person for person in people if person not in known]})
    raise Problem(99991201, "no such api", 404)


def _well(data: Json) -> Told:
    return Told({"code": 0, "msg": "success", "data": data})


def _token(state: State, asked: Asked) -> Told:
    if asked.json.get("app_id") != state.app_id:
        raise Problem(10003, "invalid param", 200)
    if asked.json.get("app_secret") != state.app_secret:
        raise Problem(10014, "app secret invalid", 200)
    token = f"t-{state.number()}"
    state.tokens.add(token)
    return Told({"code": 0, "msg": "ok", "tenant_access_token": token, "expire": 7200})


def _authorise(state: State, asked: Asked) -> None:
    told = asked.headers.get("authorization", "")
    if not told.startswith("Bearer "):
        raise Problem(99991661, "Missing access token for authorization.")
    if told.removeprefix("Bearer ") not in state.tokens:
        raise Problem(99991663, "Invalid access token for authorization.")


def _create(state: State, asked: Asked) -> Told:
    kind, to = asked.query.get("receive_id_type", "open_id"), str(asked.json.get("receive_id", ""))
    _check_receiver(state, kind, to)
    uuid = str(asked.json.get("uuid", ""))
    if len(uuid) > 50:
        raise Problem(99992402, "field validation failed: uuid")
    for post in state.posts.values():
        if uuid and post.uuid == uuid and asked.now - post.at < UUID_SECONDS:
            return _well(_described(post))
    if state.busy(f"to {to}", asked.now, 5):
        raise Problem(230020, "This operation triggers the frequency limit.")
    if asked.json.get("msg_type") != "interactive":
        raise Problem(230001, "Your request contains an invalid request parameter: only cards here")
    card = _card(state, asked)
    chat = to if kind == "chat_id" else f"oc_p2p_{to}"
    post = Post(f"om_{state.number()}", to, chat, card, uuid, asked.now, versions=[card])
    state.posts[post.id] = post
    return _well(_described(post))


def _check_receiver(state: State, kind: str, to: str) -> None:
    if kind == "chat_id" and to in state.strange_chats:
        raise Problem(230002, "Bot/User can NOT be out of the chat.")
    if kind == "chat_id" and to not in state.chats:
        raise Problem(230034, "The receive_id is invalid.")
    if kind == "open_id" and not to.startswith("ou_"):
        raise Problem(99992351, "The request you send is not a valid {open_id}")
    if kind not in ("chat_id", "open_id"):
        raise Problem(99992402, "field validation failed: receive_id_type")


def _card(state: State, asked: Asked) -> Json:
    if len(asked.raw) > REQUEST_BYTES:
        raise Problem(230025, "The length of the message content reaches its limit.")
    try:
        card: Json = json.loads(asked.json["content"])
        check(card, set(state.images))
    except (KeyError, TypeError, ValueError) as error:
        raise Problem(230001, "invalid content: not a JSON string") from error
    except BadCard as bad:
        raise Problem(230099, str(bad)) from bad
    return card


def _post(state: State, message: str) -> Post:
    if message not in state.posts:
        raise Problem(230001, "Your request contains an invalid request parameter: message_id")
    return state.posts[message]


def _patch(state: State, asked: Asked, post: Post) -> Told:
    if post.locked:
        raise Problem(230099, "Failed to create card content, ext=ErrCode: 11310; ErrMsg: card action is lock")
    if state.busy(f"edit {post.id}", asked.now, 5):
        raise Problem(230020, "This operation triggers the frequency limit.")
    if asked.now - post.at > EDIT_SECONDS:
        raise Problem(230031, "The message has been sent for more than 14 days.")
    card = _card(state, asked)
    if not (card["config"].get("update_multi") and post.card["config"].get("update_multi")):
        raise Problem(230001, "update_multi must be true before and after")
    put(post, card, asked.now)
    return _well({})


def put(post: Post, card: Json, now: float) -> None:
    post.card = card
    post.edits.append(now)
    post.versions.append(card)


def _described(post: Post) -> Json:
    return {"message_id": post.id, "chat_id": post.chat, "msg_type": "interactive", "create_time": "1690362102194"}


def _image(state: State, asked: Asked) -> Told:
    kind, picture = asked.form.get("image_type"), asked.form.get("image")
    if not (picture and picture.filename and picture.type.startswith("image/") and kind and kind.content == b"message"):
        raise Problem(99992402, "field validation failed")
    key = f"img_v3_{state.number()}"
    state.images[key] = picture.content
    return _well({"image_key": key})


def read_form(content_type: str, raw: bytes) -> dict[str, Part]:
    message = message_from_bytes(b"Content-Type: " + content_type.encode() + b"\r\n\r\n" + raw, policy=HTTP)
    return {
        str(part.get_param("name", header="content-disposition")): Part(
            bytes(part.get_payload(decode=True)), part.get_filename() or "", part.get_content_type()
        )
        for part in message.iter_parts()
    }


def _hook(state: State, asked: Asked, token: str) -> Told:
    if token not in state.hooks:
        raise Problem(19001, "param invalid: incoming webhook access token invalid", 200)
    _check_signature(asked, state.hooks[token])
    if state.busy(f"hook {token}", asked.now, 5) or state.busy(f"hook minute {token}", asked.now, 100, 60.0):
        raise Problem(11232, "frequency limited", 200)
    if len(asked.raw) > HOOK_BYTES:
        raise Problem(9499, "Bad Request: too large", 200)
    card = asked.json.get("card")
    try:
        if card is not None:
            check(card, set())
    except BadCard as bad:
        raise Problem(11246, str(bad), 200) from bad
    state.hook_posts.setdefault(token, []).append(asked.json)
    return Told({"StatusCode": 0, "StatusMessage": "success", "code": 0, "data": {}, "msg": "success"})


def _check_signature(asked: Asked, secret: str) -> None:
    if not secret:
        return
    stamp: Any = asked.json.get("timestamp", "")
    due = base64.b64encode(hmac.digest(f"{stamp}\n{secret}".encode(), b"", hashlib.sha256)).decode()
    fresh = str(stamp).isdigit() and abs(asked.unix - int(stamp)) < 3600
    if asked.json.get("sign") != due or not fresh:
        raise Problem(19021, "sign match fail or timestamp is not within one hour from current time", 200)
