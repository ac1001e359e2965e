"""django-helpdesk: every webhook carries the whole ticket with all its follow-ups, so each heals those lost before."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from bot.helpdesks import contract, json_body, markup, pick, signing
from bot.helpdesks.contract import Reading
from bot.helpdesks.signing import Forged
from handlers.errors import Unreadable
from rules.events import About, Assigned, Event, MessageAdded, StatusChanged
from rules.model import Message, Speaker

Body = Mapping[str, Any]
STATUSES = {1: "open", 2: "open", 3: "resolved", 4: "resolved", 5: "resolved"}  # 2 reopened, 4 closed, 5 duplicate
answer = contract.answer


def verify(body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secret: str, now: datetime) -> None:
    """It signs nothing; the secret is the password in `http://starling:SECRET@…/in/NAME`, or `?token=SECRET`."""
    by_password = signing.same(signing.basic_password(headers), secret)
    by_token = signing.same(query.get("token", ""), secret)
    if not by_password and not by_token:
        raise Forged("neither password nor token")


def read(body: bytes, headers: Mapping[str, str], now: datetime) -> Reading:
    return read_ticket(pick.part(json_body.parse(body), "ticket"))


def read_ticket(ticket: Body) -> Reading:
    number = pick.ident(ticket, "id")
    if not number:
        raise Unreadable("字段 ticket.id：缺少工单编号")
    customer = pick.ident(ticket, "submitter_email")
    about = About(number, "email", customer_id=customer)
    steps = pick.rows(ticket, "followup_set")
    return Reading((*_steps(about, ticket, steps), *_assigned(about, ticket, steps)))


def _steps(about: About, ticket: Body, steps: list[Body]) -> Iterator[Event]:
    opening = _opening(ticket, steps)
    for step in steps:
        text = _text(step)
        if step is opening and len(steps) == 1:
            text = _with_subject(ticket, text)
        if text and (ident := pick.ident(step, "id")):
            agent = "" if step is opening else pick.ident(step, "user")
            at = pick.moment(step, "date")
            yield MessageAdded(about, Message(ident, _speaker(step, agent), text, at, agent or None))
        status = STATUSES.get(pick.number(step, "new_status"))
        if status:
            yield StatusChanged(about, status, pick.moment(step, "date"))


def _opening(ticket: Body, steps: list[Body]) -> Body | None:
    """The customer's own first words, even when an agent or a program typed them in."""
    description = pick.text(ticket, "description")
    return next((step for step in steps if description and pick.text(step, "comment") == description), None)


def _speaker(step: Body, agent: str) -> Speaker:
    if step.get("public") is False:
        return Speaker.NOTE
    return Speaker.AGENT if agent else Speaker.CUSTOMER


def _text(step: Body) -> str:
    attached = "【附件】" if pick.rows(step, "followupattachment_set") else ""
    return "\n".join(part for part in (markup.plain(pick.text(step, "comment")), attached) if part)


def _with_subject(ticket: Body, text: str) -> str:
    """Only of a new ticket: an answer through the API renames it."""
    title = pick.text(ticket, "title").strip()
    return f"{title}\n{text}" if title and title not in text else text


def _assigned(about: About, ticket: Body, steps: list[Body]) -> Iterator[Event]:
    """Who has it now; the newest step is the nearest we know of when."""
    agent = pick.ident(ticket, "assigned_to")
    if agent:
        times = [at for step in steps if (at := pick.moment(step, "date"))]
        yield Assigned(about, agent, max(times, default=None))
