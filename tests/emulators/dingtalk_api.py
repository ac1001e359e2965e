"""OpenAPI of the emulated DingTalk, with its error codes, quotas and throttles."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from tests.emulators import dingtalk_cards as cards
from tests.emulators.dingtalk_state import Json, Message, State, Token

Answer = tuple[int, Json]
BUTTONS = {"sampleActionCard": ("singleTitle", "singleURL")} | {
    f"sampleActionCard{n}": tuple(f"action{part}{i}" for i in range(1, n + 1) for part in ("Title", "URL"))
    for n in range(2, 6)
}
MSG_KEYS: Mapping[str, tuple[str, ...]] = {
    "sampleText": ("content",),
    "sampleMarkdown": ("title", "text"),
    "sampleImageMsg": ("photoURL",),
    **{key: ("title", "text", *buttons) for key, buttons in BUTTONS.items()},
}
WEBHOOK_TYPES = {"text": "content", "markdown": "text", "actionCard": "text"}


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    query: Mapping[str, str]
    token: str
    body: Json
    files: Mapping[str, bytes]


def answer(state: State, asked: Asked) -> Answer:
    handler = FREE.get(asked.path)
    if handler:
        return handler(state, asked)
    legacy = asked.path in ("/media/upload", "/topapi/user/getbyunionid")
    refused = _refused(state, asked, legacy)
    if refused:
        return refused
    work = COUNTED.get((asked.method, asked.path))
    if work is None:
        return _error("InvalidAction.NotFound", status=404)
    try:
        return work(state, asked)
    except cards.Invalid as error:
        return _error(str(error))


def _refused(state: State, asked: Asked, legacy: bool) -> Answer | None:
    token = state.tokens.get(asked.query.get("access_token", "") if legacy else asked.token)
    if not legacy and not asked.token:
        return _error("AuthenticationFailed.MissingParameter")
    if token is None or token.refused or token.ends <= state.now():
        if legacy:
            return 200, {"errcode": 88, "sub_code": "40014", "errmsg": "不合法的access_token"}
        return _error("InvalidAuthentication", "不合法的access_token")
    return _over_quota(state, asked.path)


def _over_quota(state: State, path: str) -> Answer | None:
    if state.counted >= state.calls_a_month:
        return _error("Forbidden.AccessDenied.ApiCountLimitForOrg", status=403)
    if state.busy(path, 1.0, state.calls_a_second):
        return _error("Forbidden.AccessDenied.QpsLimitForAppkeyAndApi", status=403)
    state.counted += 1
    return None


def _token(state: State, asked: Asked) -> Answer:
    if over := _over_quota(state, asked.path):
        return over
    if (asked.body.get("appKey"), asked.body.get("appSecret")) != (state.client_id, state.client_secret):
        return _error("invalidClientIdOrSecret", "无效的clientId或者clientSecret")
    value = secrets.token_hex(16)
    state.tokens[value] = Token(state.now() + state.token_life)
    return 200, {"accessToken": value, "expireIn": state.token_life}


def _to_group(state: State, asked: Asked) -> Answer:
    body = asked.body
    param = _check_robot_message(state, body)
    if body.get("openConversationId") not in state.groups:
        raise cards.Invalid("invalid.openConversationId")
    state.messages.append(Message(body["openConversationId"], "robot", body["msgKey"], param))
    return 200, {"processQueryKey": secrets.token_hex(8)}


def _to_people(state: State, asked: Asked) -> Answer:
    body, people = asked.body, asked.body.get("userIds") or []
    param = _check_robot_message(state, body)
    if not people:
        raise cards.Invalid("invalidParameter.userIds.empty")
    if len(people) > 20:
        raise cards.Invalid("invalidParameter.userIds.overMax")
    known = [p for p in people if p in state.users]
    state.messages += [Message(f"@{p}", "robot", body["msgKey"], param) for p in known]
    unknown = [p for p in people if p not in state.users]
    told = {"processQueryKey": secrets.token_hex(8), "invalidStaffIdList": unknown}
    return 200, told | {"flowControlledStaffIdList": [], "filteredStaffIdList": []}


def _check_robot_message(state: State, body: Json) -> Json:
    if not body.get("robotCode"):
        raise cards.Invalid("invalidParameter.robotCode.empty")
    if body["robotCode"] != state.robot_code:
        raise cards.Invalid("invalidParameter.robotCode.notExsit")
    if body.get("msgKey") not in MSG_KEYS:
        raise cards.Invalid("invalidParameter.msgKey.invalid")
    raw = body.get("msgParam")
    if not isinstance(raw, str) or len(raw.encode()) > 15_000:
        raise cards.Invalid("invalidParameter.msgParam.invalid")
    param: Json = json.loads(raw)
    wanted = MSG_KEYS[body["msgKey"]]
    if set(param) != set(wanted) or not all(isinstance(v, str) and v for v in param.values()):
        raise cards.Invalid("invalidParameter.msgParam.invalid")
    return param


def _upload(state: State, asked: Asked) -> Answer:
    png = asked.files.get("media")
    if not png or asked.query.get("type") != "image":
        return 200, {"errcode": 40035, "errmsg": "不合法的参数"}
    media_id = f"@lAL{secrets.token_hex(8)}"
    state.media[media_id] = png
    return 200, {"errcode": 0, "errmsg": "ok", "media_id": media_id, "type": "image"}


def _session(state: State, asked: Asked) -> Answer:
    room, ends = state.sessions.get(asked.query.get("session", ""), ("", 0.0))
    if not room or ends <= state.now():
        return 200, {"errcode": 300001, "errmsg": "session 不存在或已过期"}
    return _post_by_webhook(state, room, "session", asked.body)


def _custom_robot(state: State, asked: Asked) -> Answer:
    name, query = asked.query.get("access_token", ""), asked.query
    secret = state.robots.get(name)
    if secret is None:
        return 200, {"errcode": 300005, "errmsg": "token is not exist"}
    wanted = sign(secret, query.get("timestamp", ""))
    fresh = abs(state.now() * 1000 - int(query.get("timestamp") or 0)) < 3_600_000
    if secret and not (fresh and hmac.compare_digest(wanted, query.get("sign", ""))):
        return 200, {"errcode": 310000, "errmsg": "sign not match"}
    if state.blocked.get(name, 0.0) > state.now():
        return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
    if state.busy(f"robot {name}", 60.0, 20):
        state.blocked[name] = state.now() + 600
        return 200, {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
    return _post_by_webhook(state, name, "hook", asked.body)


def sign(secret: str, timestamp: str) -> str:
    digest = hmac.digest(secret.encode(), f"{timestamp}\n{secret}".encode(), hashlib.sha256)
    return base64.b64encode(digest).decode()


def _post_by_webhook(state: State, room: str, via: str, body: Json) -> Answer:
    kind = str(body.get("msgtype"))
    told = body.get(kind)
    if kind not in WEBHOOK_TYPES or not isinstance(told, dict) or not told.get(WEBHOOK_TYPES[kind]):
        return 200, {"errcode": 400401, "errmsg": "invalid message"}
    called = (body.get("at") or {}).get("atUserIds") or []
    if kind == "markdown" and not all(f"@{person}" in told["text"] for person in called):
        state.violations.append("a markdown mention needs its @ in the text")
    state.messages.append(Message(room, via, kind, dict(told) | {"mentions": called}))
    return 200, {"errcode": 0, "errmsg": "ok"}


def _user_token(state: State, asked: Asked) -> Answer:
    return state.logins.token(asked.body, (state.client_id, state.client_secret))


def _me(state: State, asked: Asked) -> Answer:
    return state.logins.me(asked.token)


def _staff(state: State, asked: Asked) -> Answer:
    return state.logins.staff(str(asked.body.get("unionid")), state.users)


def _error(code: str, message: str = "", status: int = 400) -> Answer:
    return status, {"code": code, "message": message or code, "requestid": secrets.token_hex(4)}


# The session webhook and custom robots need no token and count for nothing; a token costs a call.
FREE: Mapping[str, Callable[[State, Asked], Answer]] = {
    "/v1.0/oauth2/accessToken": _token,
    "/robot/sendBySession": _session,
    "/robot/send": _custom_robot,
    "/v1.0/oauth2/userAccessToken": _user_token,
    "/v1.0/contact/users/me": _me,
}
COUNTED: Mapping[tuple[str, str], Callable[[State, Asked], Answer]] = {
    ("POST", "/v1.0/robot/groupMessages/send"): _to_group,
    ("POST", "/v1.0/robot/oToMessages/batchSend"): _to_people,
    ("POST", "/media/upload"): _upload,
    ("POST", "/topapi/user/getbyunionid"): _staff,
    ("POST", "/v1.0/card/instances/createAndDeliver"): lambda state, asked: cards.create(state, asked.body),
    ("PUT", "/v1.0/card/instances"): lambda state, asked: cards.update(state, asked.body),
}
