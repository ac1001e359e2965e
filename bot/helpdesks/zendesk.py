"""Zendesk: webhooks that subscribe to the events of tickets. What customers rate is told by the API alone."""

import base64
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.helpdesks import contract, json_body, markup, pick, signing
from bot.helpdesks.contract import Reading
from bot.helpdesks.signing import Forged
from handlers.errors import Unreadable
from rules.events import About, Assigned, Event, MessageAdded, StatusChanged
from rules.model import Message, Speaker

Body = Mapping[str, Any]
PREFIX = "zen:event-type:"
STATUSES = {"new": "open", "open": "open", "pending": "pending", "hold": "pending", "solved": "resolved",
            "closed": "resolved"}  # fmt: skip
CHANNELS = {"chat": "chat", "messaging": "chat", "native_messaging": "chat", "line": "chat", "wechat": "chat",
            "whatsapp": "chat", "voice": "phone", "phone": "phone"}  # fmt: skip
OPENING = "opening"  # a ticket's first words come with the ticket, which does not tell their id
SYSTEM = "-1"  # Zendesk's own words: its triggers and automations
answer = contract.answer


def verify(body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secret: str, now: datetime) -> None:
    stamp = headers.get("x-zendesk-webhook-signature-timestamp", "")
    expected = base64.b64encode(signing.sha256(secret.encode(), stamp.encode() + body)).decode()
    if not secret or not signing.same(headers.get("x-zendesk-webhook-signature", ""), expected):
        raise Forged("wrong signature")
    signing.require_fresh_iso(stamp, now)


def read(body: bytes, headers: Mapping[str, str], now: datetime) -> Reading:
    told = json_body.parse(body)
    kind = told.get("type")
    if not isinstance(kind, str):
        raise Unreadable("字段 type：缺少事件类型")
    name = kind.removeprefix(PREFIX)
    reader, ticket = READERS.get(name), ticket_of(told)
    found = tuple(reader(told, ticket, pick.moment(told, "time") or now)) if reader and ticket else ()
    return Reading(found, () if found else (name,))


def ticket_of(told: Body) -> Body:
    """What is said of the ticket; its number also stands in the subject. Nothing when it has no number."""
    detail = pick.part(told, "detail")
    number = pick.ident(detail, "id") or pick.text(told, "subject").removeprefix("zen:ticket:")
    return {**detail, "id": number} if number.isascii() and number.isdigit() else {}


def about(ticket: Body, name: str = "") -> About:
    channel = CHANNELS.get(pick.text(pick.part(ticket, "via"), "channel"), "email")
    return About(pick.ident(ticket, "id"), channel if ticket.get("via") else "",
                 customer_id=pick.ident(ticket, "requester_id"), customer_name=name)  # fmt: skip


def standing(ticket: Body, at: datetime) -> Iterator[Event]:
    """Status and agent as a ticket tells them."""
    status = STATUSES.get(pick.text(ticket, "status").lower())
    if status:
        yield StatusChanged(about(ticket), status, at)
    yield Assigned(about(ticket), pick.ident(ticket, "assignee_id") or None, at)


def comment(ticket: Body, said: Body, at: datetime) -> Iterator[Event]:
    """One comment, public or not, of whoever wrote it."""
    words, writer = markup.plain(pick.text(said, "body")), pick.part(said, "author")
    ident, opens = pick.ident(said, "id"), _opens(ticket, said)
    attached = "【附件】" if pick.rows(said, "attachments") else ""
    text = "\n".join(part for part in (_subject(ticket, words) if opens else words, attached) if part)
    if not text or not (ident or opens):
        return
    author = pick.ident(writer, "id")
    speaker = _speaker(said, writer, author)
    ours = author if speaker in (Speaker.AGENT, Speaker.NOTE) else ""
    name = pick.ident(writer, "name") if author and author == pick.ident(ticket, "requester_id") else ""
    message = Message(OPENING if opens else ident, speaker, text, at, ours or None)
    yield MessageAdded(about(ticket, name), message)


def _speaker(said: Body, writer: Body, author: str) -> Speaker:
    if said.get("is_public") is False:
        return Speaker.NOTE
    if author == SYSTEM:
        return Speaker.SYSTEM
    return Speaker.AGENT if writer.get("is_staff") is True else Speaker.CUSTOMER


def _opens(ticket: Body, said: Body) -> bool:
    """They are the ticket's description, or came in the same moment as the ticket."""
    description, words = pick.text(ticket, "description").strip(), pick.text(said, "body").strip()
    created = pick.moment(said, "created_at")
    same_moment = created is not None and created == pick.moment(ticket, "created_at")
    return same_moment or bool(description and words == description)


def _subject(ticket: Body, words: str) -> str:
    subject = pick.text(ticket, "subject").strip()
    return f"{subject}\n{words}" if subject and words and subject not in words else words


def _created(told: Body, ticket: Body, at: datetime) -> Iterator[Event]:
    yield from standing(ticket, at)
    writer = {"id": ticket.get("requester_id")}
    yield from comment(ticket, {"body": pick.text(ticket, "description"), "author": writer}, at)


def _comment_added(told: Body, ticket: Body, at: datetime) -> Iterator[Event]:
    yield from comment(ticket, pick.part(told, "event", "comment"), at)


def _status_changed(told: Body, ticket: Body, at: datetime) -> Iterator[Event]:
    status = STATUSES.get(pick.text(pick.part(told, "event"), "current").lower())
    if status:
        yield StatusChanged(about(ticket), status, at)


def _assigned(told: Body, ticket: Body, at: datetime) -> Iterator[Event]:
    event = pick.part(told, "event")
    if "current" in event:
        yield Assigned(about(ticket), pick.ident(event, "current") or None, at)


READERS: Mapping[str, Callable[[Body, Body, datetime], Iterator[Event]]] = {
    "ticket.created": _created,
    "ticket.comment_added": _comment_added,
    "ticket.status_changed": _status_changed,
    "ticket.agent_assignment_changed": _assigned,
}
