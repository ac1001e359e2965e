"""A message of Chatwoot's, whose kind is a word in its own event and a number inside a conversation."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from bot.helpdesks import markup, pick
from rules.model import Message, Speaker

KINDS: Mapping[Any, str] = {
    "incoming": "incoming",
    "outgoing": "outgoing",
    "activity": "activity",
    "template": "template",
    0: "incoming",
    1: "outgoing",
    2: "activity",
    3: "template",
}
PEOPLE = ("user", "User")
ATTACHED = {
    "image": "【图片】",
    "audio": "【语音】",
    "video": "【视频】",
    "file": "【文件】",
    "location": "【位置】",
    "contact": "【名片】",
}


def read(told: Mapping[str, Any]) -> Message | None:
    """None for what holds no words: a deleted message, an empty one, one of a kind we do not know."""
    ident = pick.ident(told, "id")
    kind = told.get("message_type")
    known = KINDS.get(kind) if isinstance(kind, str | int) else None
    text = _text(told)
    if not ident or not known or not text or pick.part(told, "content_attributes").get("deleted"):
        return None
    speaker = _speaker(known, told)
    wrote = speaker in (Speaker.AGENT, Speaker.NOTE) and _writer_type(told) in PEOPLE
    agent = (pick.ident(pick.part(told, "sender"), "id") or pick.ident(told, "sender_id")) if wrote else ""
    return Message(ident, speaker, text, _at(told), agent or None)


def _at(told: Mapping[str, Any]) -> datetime | None:
    """Inside a conversation the creation is told in whole seconds; of a new message the last change is the same."""
    created, changed = pick.moment(told, "created_at"), pick.moment(told, "updated_at")
    if created and changed and changed.replace(microsecond=0) == created:
        return changed
    return created


def _speaker(kind: str, told: Mapping[str, Any]) -> Speaker:
    if told.get("private") is True:
        return Speaker.NOTE
    if kind == "outgoing":
        # Nobody's words are those of an automation or a campaign.
        return Speaker.AGENT if _writer_type(told) in PEOPLE else Speaker.BOT
    return {"incoming": Speaker.CUSTOMER, "activity": Speaker.SYSTEM, "template": Speaker.BOT}[kind]


def _writer_type(told: Mapping[str, Any]) -> str:
    sender = pick.part(told, "sender")
    return pick.text(sender, "type") or pick.text(told, "sender_type") or ("user" if sender else "")


def _text(told: Mapping[str, Any]) -> str:
    """The words, and a mark for each thing that came with them."""
    mail = pick.part(told, "content_attributes", "email", "text_content")
    words = pick.text(mail, "reply") or pick.text(mail, "full") or pick.text(told, "content")
    attached = "".join(
        ATTACHED.get(pick.text(row, "file_type"), ATTACHED["file"]) for row in pick.rows(told, "attachments")[:15]
    )
    return "\n".join(part for part in (markup.plain(words), attached) if part)
