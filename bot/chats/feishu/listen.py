"""What Feishu tells us, as Said and Pressed, and our reply as the answer of the card callback."""

import json
import re
import sys
from collections.abc import Callable, Mapping
from typing import Any

from bot.chats.feishu.draw import draw, toast
from bot.chats.listener import Listener
from bot.settings.sections import Feishu
from handlers.protocols import Answerer, Pressed, Reply, Said

Json = Mapping[str, Any]
MESSAGE, PRESS = "im.message.receive_v1", "card.action.trigger"
# True whatever comes of it: a press that takes longer is not lost, and the card is edited when it is done.
LATE = {"toast": {"type": "info", "content": "收到，正在处理，卡片马上更新"}}


def listener(settings: Feishu, answerer: Answerer, stands: Callable[[Pressed], None] = lambda _: None) -> Listener:
    """`stands` is told of a press whose answer, with the card in it, has reached the platform."""
    told = {
        "app_id": settings.app_id,
        "app_secret": settings.app_secret.get_secret_value(),
        "domain": settings.domain.rstrip("/"),
    }

    async def heard(event: Json) -> Json:
        return await hear(answerer, event)

    def used(event: Json) -> None:
        if pressed := read_press(event):
            stands(pressed)

    return Listener("feishu", [sys.executable, "-m", "bot.chats.feishu.child"], told, heard, late=late, used=used)


async def hear(answerer: Answerer, event: Json) -> Json:
    """Hand one event over; the answer is there when the handlers have committed."""
    kind = _object(event.get("header")).get("event_type")
    if kind == PRESS:
        pressed = read_press(event)
        return answer(await answerer.pressed(pressed), pressed) if pressed else {}
    if kind == MESSAGE and (said := read_message(event)):
        await answerer.said(said)
    return {}


def late(event: Json) -> Json | None:
    """A press must be answered within three seconds. A message unanswered is told again, so it may wait."""
    return LATE if _object(event.get("header")).get("event_type") == PRESS else None


def answer(reply: Reply, pressed: Pressed) -> dict[str, Any]:
    """Plain JSON only: the SDK's own answer objects cannot be sent."""
    told: dict[str, Any] = {"toast": toast(reply.ok, reply.toast)} if reply.toast else {}
    if reply.card:
        told["card"] = {"type": "raw", "data": draw(reply.card, pressed.key, direct=pressed.direct)}
    return told


def read_message(event: Json) -> Said | None:
    """None for what is not words of a person, or not meant for us."""
    header, body = _object(event.get("header")), _object(event.get("event"))
    message, sender = _object(body.get("message")), _object(body.get("sender"))
    text = _without_mentions(_words(message))
    if not text or not header.get("event_id") or sender.get("sender_type", "user") != "user":
        return None
    direct = message.get("chat_type") == "p2p"
    if not direct and not _is_called(message):
        return None
    return Said(
        chat="feishu",
        event=str(header["event_id"]),
        room="" if direct else str(message.get("chat_id") or ""),
        person=str(_object(sender.get("sender_id")).get("open_id") or ""),
        text=text,
        direct=direct,
    )


def _words(message: Json) -> str:
    content = _object(message.get("content"))
    match message.get("message_type"):
        case "text":
            return str(content.get("text") or "")
        case "post":
            return "\n".join([str(content.get("title") or ""), *map(_line, content.get("content") or ())])
        case _:
            return ""


def _line(parts: Any) -> str:
    """A line of a rich text: its words and the words of its links; people called are no words."""
    known = [part for part in parts if isinstance(part, Mapping)] if isinstance(parts, list) else []
    return "".join(str(part.get("text") or "") for part in known if part.get("tag") in ("text", "a"))


def _is_called(message: Json) -> bool:
    """An app with the scope for all messages of a group hears people talk to each other; that is not for us."""
    called = [_object(mention) for mention in message.get("mentions") or () if _object(mention).get("key") != "@_all"]
    kinds = {mention.get("mentioned_type") for mention in called}
    return "bot" in kinds or None in kinds


def _without_mentions(text: str) -> str:
    return re.sub(r"@_user_\d+|@_all", "", text).strip()


def read_press(event: Json) -> Pressed | None:
    """Who pressed comes from the platform; what the button says of itself is only what we wrote into it."""
    header, body = _object(event.get("header")), _object(event.get("event"))
    action, context = _object(body.get("action")), _object(body.get("context"))
    value = _object(action.get("value"))
    if not value.get("action") or not header.get("event_id"):
        return None
    direct = value.get("direct") is True
    return Pressed(
        chat="feishu",
        event=str(header["event_id"]),
        room="" if direct else str(context.get("open_chat_id") or ""),
        key=str(value.get("key") or ""),
        person=str(_object(body.get("operator")).get("open_id") or ""),
        action=str(value["action"]),
        value=str(value.get("value") or ""),
        form=_form(action),
        direct=direct,
    )


def _form(action: Json) -> dict[str, str]:
    """Inputs are named text_0, text_1, … so that forms on one card differ; a press submits one of them."""
    filled = _object(action.get("form_value"))
    text = next((text for name, text in filled.items() if name.startswith("text_") and text), "")
    return {"text": str(text)} if text else {}


def _object(value: Any) -> Json:
    """JSON objects come as themselves or as strings."""
    if isinstance(value, str):
        try:
            value = json.loads(value)
        except ValueError:
            return {}
    return value if isinstance(value, Mapping) else {}
