"""What DingTalk tells us, as Said and Pressed, and our reply as the answer of the card callback."""

import json
import sys
from collections.abc import Callable, Mapping
from typing import Any

import structlog

from bot.chats.dingtalk.draw import draw, toast
from bot.chats.dingtalk.send import BY_KEY
from bot.chats.listener import Listener
from bot.settings.sections import DingTalk
from handlers.protocols import Answerer, Pressed, Reply, Said

log = structlog.get_logger()
Json = Mapping[str, Any]
MESSAGE, CALLBACK = "/v1.0/im/bot/messages/get", "/v1.0/card/instances/callback"
LATE = "收到，正在处理，卡片马上更新"


def listener(
    settings: DingTalk, answerer: Answerer, stands: Callable[[Pressed], None] = lambda _: None, *, ping: float = 10.0
) -> Listener:
    """`stands` is told of a press whose answer, with the card in it, has reached the platform.

    `ping`: seconds between our pings, and for their answers; so a half-open connection lives twice as long.
    """
    told = {
        "client_id": settings.client_id,
        "client_secret": settings.client_secret.get_secret_value(),
        "api_base": settings.api_base,
        "ping": str(ping),
    }

    async def heard(frame: Json) -> Json:
        return await hear(answerer, frame)

    def used(frame: Json) -> None:
        if pressed := read_press(frame):
            stands(pressed)

    return Listener("dingtalk", [sys.executable, "-m", "bot.chats.dingtalk.child"], told, heard, late=late, used=used)


async def hear(answerer: Answerer, frame: Json) -> Json:
    """Hand one frame over; the answer is there when the handlers have committed."""
    if frame["topic"] == CALLBACK:
        pressed = read_press(frame)
        return answer(await answerer.pressed(pressed)) if pressed else {}
    if said := read_message(frame["data"]):
        log.info("dingtalk.heard", room=said.room)  # this is how people learn the id of a room
        await answerer.said(said)
    return {}


def late(frame: Json) -> Json | None:
    """A press must be answered within two seconds; a message may wait."""
    return answer(Reply(True, LATE)) if frame["topic"] == CALLBACK else None


def answer(reply: Reply) -> dict[str, Any]:
    """A word for the person alone, and the card for everyone when it changed."""
    body: dict[str, Any] = {"cardUpdateOptions": BY_KEY, "userPrivateData": {"cardParamMap": toast(reply.toast)}}
    if reply.card:
        body["cardData"] = {"cardParamMap": draw(reply.card)}
    return body


def read_message(data: Json) -> Said | None:
    """None for what is not words: pictures, files, videos."""
    text = _words(data).strip()
    if not text or not data.get("msgId"):
        return None
    direct = str(data.get("conversationType")) == "1"
    return Said(
        chat="dingtalk",
        event=str(data["msgId"]),
        room="" if direct else str(data.get("conversationId", "")),
        person=str(data.get("senderStaffId") or ""),  # "": somebody outside the organisation
        text=text,
        direct=direct,
        session=_session(data),
    )


def _words(data: Json) -> str:
    content = data.get("content")
    match data.get("msgtype"):
        case "text":
            return str((data.get("text") or {}).get("content", ""))
        case "richText" if isinstance(content, Mapping):
            return " ".join(str(part["text"]) for part in content.get("richText") or () if part.get("text"))
        case "audio" if isinstance(content, Mapping):
            return str(content.get("recognition", ""))
        case _:
            return ""


def _session(data: Json) -> str:
    """The address with its end (milliseconds) behind a `#`."""
    url, ends = data.get("sessionWebhook"), data.get("sessionWebhookExpiredTime")
    return f"{url}#{ends}" if url and ends else str(url or "")


def read_press(frame: Json) -> Pressed | None:
    data = frame["data"]
    private = _object(_object(data.get("content")).get("cardPrivateData"))
    params = _object(private.get("params"))
    ids = private.get("actionIds") or [""]
    action = str(params.get("action") or ids[0])
    if not action or not data.get("outTrackId"):
        return None
    space = str(data.get("spaceType", ""))
    return Pressed(
        chat="dingtalk",
        event=str(frame["id"]),
        room=str(data.get("spaceId", "")) if space == "IM_GROUP" else "",
        key=str(data["outTrackId"]),
        person=str(data.get("userId") or ""),
        action=action,
        value=str(params.get("value", "")),
        form={k: str(v) for k, v in params.items() if k not in ("action", "value")},
        direct=space == "IM_ROBOT",
    )


def _object(value: Any) -> Json:
    """JSON objects come as themselves or as strings, by the platform's mood."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}
