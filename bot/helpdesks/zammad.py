"""Zammad: every webhook of a trigger carries the ticket as it is now, and the article that set the trigger off."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from bot.helpdesks import contract, json_body, markup, pick, signing
from bot.helpdesks.contract import Reading
from bot.helpdesks.signing import Forged
from handlers.errors import Unreadable
from rules.events import About, Assigned, Event, MessageAdded, StatusChanged
from rules.model import Message, Speaker

Body = Mapping[str, Any]
STATES = {"new": "open", "open": "open", "pending reminder": "pending", "pending close": "pending",
          "closed": "resolved", "merged": "resolved"}  # fmt: skip
CHANNELS = {"phone": "phone", "chat": "chat", "sms": "chat", "whatsapp message": "chat", "email": "email",
            "telegram personal-message": "chat", "facebook feed comment": "chat", "web": "email"}  # fmt: skip
SPEAKERS = {"Customer": Speaker.CUSTOMER, "Agent": Speaker.AGENT, "System": Speaker.SYSTEM}
NOBODY = "1"  # the owner of a ticket that nobody has
# Its signature has no time, but the signed ticket has. What is older than this was said before, or will not be missed:
# keys of what was heard are kept longer.
OLDEST = timedelta(days=30)
answer = contract.answer


def verify(body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secret: str, now: datetime) -> None:
    """A replay is harmless: its events have the keys they had before, and a ticket of long ago is not read."""
    expected = signing.sha1(secret.encode(), body).hex()
    if not secret or not signing.same(headers.get("x-hub-signature", ""), f"sha1={expected}"):
        raise Forged("wrong signature")


def read(body: bytes, headers: Mapping[str, str], now: datetime) -> Reading:
    told = json_body.parse(body)
    ticket, article = pick.part(told, "ticket"), pick.part(told, "article")
    if not pick.ident(ticket, "id"):
        raise Unreadable("字段 ticket.id：缺少工单编号")
    changed = max(filter(None, (pick.moment(ticket, "updated_at"), pick.moment(article, "created_at"))), default=now)
    if changed < now - OLDEST:
        return Reading((), ("old",))
    return Reading(tuple(read_ticket(ticket, [article], changed)))


def read_ticket(ticket: Body, articles: Sequence[Body], changed: datetime) -> Iterator[Event]:
    """Who has it and how it stands are told every time; told again, that is no change."""
    about = _about(ticket)
    for article in articles:
        yield from _article(ticket, article)
    state = ticket.get("state")
    status = STATES.get(state if isinstance(state, str) else pick.text(pick.part(ticket, "state"), "name"))
    if status:
        yield StatusChanged(about, status, changed)
    owner = _owner(ticket)
    if owner:
        yield Assigned(about, None if owner == NOBODY else owner, changed)


def _about(ticket: Body, channel: str = "") -> About:
    customer, group = pick.part(ticket, "customer"), ticket.get("group")
    return About(
        pick.ident(ticket, "id"),
        channel,
        team=pick.ident(ticket, "group") if isinstance(group, str) else pick.ident(pick.part(ticket, "group"), "name"),
        customer_id=pick.ident(ticket, "customer_id") or pick.ident(customer, "id"),
        customer_name=_name(customer),
    )


def _name(customer: Body) -> str:
    first, last = pick.ident(customer, "firstname"), pick.ident(customer, "lastname")
    return f"{first} {last}".strip() if first.isascii() and last.isascii() else last + first


def _article(ticket: Body, article: Body) -> Iterator[Event]:
    ident, text = pick.ident(article, "id"), _text(ticket, article)
    speaker = SPEAKERS.get(pick.text(article, "sender"))
    if not ident or not text or speaker is None:
        return
    speaker = Speaker.NOTE if article.get("internal") is True else speaker
    agent = _writer(ticket, article) if speaker in (Speaker.AGENT, Speaker.NOTE) else ""
    about = _about(ticket, CHANNELS.get(pick.text(article, "type"), ""))
    yield MessageAdded(about, Message(ident, speaker, text, pick.moment(article, "created_at"), agent or None))


def _writer(ticket: Body, article: Body) -> str:
    """Who wrote it or, where that is not told, who has the ticket."""
    writer = pick.ident(article, "created_by_id") or pick.ident(pick.part(article, "created_by"), "id")
    owner = writer or _owner(ticket)
    return "" if owner == NOBODY else owner


def _owner(ticket: Body) -> str:
    return pick.ident(ticket, "owner_id") or pick.ident(pick.part(ticket, "owner"), "id")


def _text(ticket: Body, article: Body) -> str:
    words = markup.plain(pick.text(article, "body"))
    title, count = pick.text(ticket, "title").strip(), pick.number(ticket, "article_count")
    if count == 1 and title and words and title not in words:
        words = f"{title}\n{words}"
    attached = "【附件】" if pick.rows(article, "attachments") else ""
    return "\n".join(part for part in (words, attached) if part)
