"""Chatwoot: webhooks of an account, of an API inbox and of an agent bot."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from bot.helpdesks import chatwoot_message, contract, json_body, pick, signing
from bot.helpdesks.contract import Reading
from bot.helpdesks.signing import Forged
from handlers.errors import Unreadable
from rules.events import About, Assigned, Event, MessageAdded, Rated, StatusChanged
from rules.model import Rating

Body = Mapping[str, Any]
CHANNELS = {"Channel::Email": "email", "Channel::Voice": "phone", "Channel::TwilioVoice": "phone"}
STATUSES = {"open": "open", "pending": "pending", "snoozed": "pending", "resolved": "resolved"}
ORDER_NAMES = ("order_id", "order_no", "order_number", "订单号")
answer = contract.answer


def verify(body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secret: str, now: datetime) -> None:
    """Signed since 4.11.2, agent bots since 4.13. An older Chatwoot is given the address `/in/NAME?token=SECRET`."""
    signature = headers.get("x-chatwoot-signature", "")
    if not signature:
        if not signing.same(query.get("token", ""), secret):
            raise Forged("neither signature nor token")
        return
    stamp = headers.get("x-chatwoot-timestamp", "")
    expected = signing.sha256(secret.encode(), b"%s.%s" % (stamp.encode(), body)).hex()
    if not secret or not signing.same(signature, f"sha256={expected}"):
        raise Forged("wrong signature")
    signing.require_fresh(stamp, now)


def read(body: bytes, headers: Mapping[str, str], now: datetime) -> Reading:
    told = json_body.parse(body)
    name = told.get("event")
    if not isinstance(name, str):
        raise Unreadable("字段 event：缺少事件类型")
    reader = READERS.get(name)
    sent = pick.moment({"at": _seconds(headers)}, "at") or now
    found = tuple(reader(told, sent)) if reader else ()
    return Reading(found, () if found else (name,))


def _seconds(headers: Mapping[str, str]) -> int:
    stamp = headers.get("x-chatwoot-timestamp", "")
    return int(stamp) if stamp.isascii() and stamp.isdigit() and len(stamp) < 13 else 0


def _message(told: Body, sent: datetime) -> Iterator[Event]:
    about = _about(told, pick.part(told, "conversation"))
    message = chatwoot_message.read(told)
    if about and message:
        yield MessageAdded(about, message)


def _updated_message(told: Body, sent: datetime) -> Iterator[Event]:
    """Of all that can change in a message only the customer's rating is news."""
    answers = pick.part(told, "content_attributes", "submitted_values", "csat_survey_response")
    score = answers.get("rating")
    about = _about(told, pick.part(told, "conversation"))
    if about and isinstance(score, int) and not isinstance(score, bool) and 1 <= score <= 5:
        yield Rated(about, Rating(score, pick.text(answers, "feedback_message"), sent))


def _created(told: Body, sent: datetime) -> Iterator[Event]:
    about = _about(told, told)
    if not about:
        return
    at = pick.moment(told, "created_at") or sent
    yield from _status(about, told, at)
    if agent := _assignee(told):
        yield Assigned(about, agent, at)
    yield from _last_message(about, told)


def read_conversation(told: Body, sent: datetime) -> Iterator[Event]:
    """The status is read from the conversation: an automatic assignment opens it without a status event."""
    about = _about(told, told)
    if not about:
        return
    at = pick.moment(told, "updated_at") or sent
    changed = _changes(told)
    if not changed or changed & {"status", "assignee_id", "team_id"}:
        yield from _status(about, told, at)
    if changed & {"assignee_id", "team_id"}:
        yield Assigned(about, _assignee(told) or None, at)
    yield from _last_message(about, told)


def _status(about: About, told: Body, at: datetime) -> Iterator[Event]:
    status = STATUSES.get(pick.text(told, "status"))
    if status:
        yield StatusChanged(about, status, at.astimezone(UTC))


def _changes(told: Body) -> set[str]:
    return {name for change in pick.rows(told, "changed_attributes") for name in change}


def _assignee(told: Body) -> str:
    """Who has it after the change; a bot that has it is nobody of ours."""
    assignee = pick.part(told, "meta", "assignee")
    if assignee:
        return pick.ident(assignee, "id") if assignee.get("type", "user") == "user" else ""
    for change in pick.rows(told, "changed_attributes"):
        if "assignee_id" in change:
            return pick.ident(pick.part(change, "assignee_id"), "current_value")
    return ""


def _last_message(about: About, told: Body) -> Iterator[Event]:
    """A conversation carries its newest message; where the message's own event was lost, it is healed here."""
    for row in pick.rows(told, "messages"):
        message = chatwoot_message.read(row) if "sender" in row or "sender_type" in row else None
        if message:
            yield MessageAdded(about, message)


def _about(told: Body, conversation: Body) -> About | None:
    """None when it is not said whose conversation this is."""
    number = pick.ident(conversation, "id")
    account = pick.ident(pick.part(told, "account"), "id") or _account_of_messages(conversation)
    if not number or not account:
        return None
    customer = pick.part(conversation, "meta", "sender")
    return About(
        f"{account}-{number}",
        CHANNELS.get(pick.text(conversation, "channel"), "chat"),
        team=pick.ident(pick.part(conversation, "meta", "team"), "name"),
        customer_id=pick.ident(customer, "identifier") or pick.ident(customer, "id"),
        customer_name=pick.ident(customer, "name"),
        order_id=_order(pick.part(conversation, "custom_attributes")),
    )


def _account_of_messages(conversation: Body) -> str:
    """A conversation's own events do not name the account, but its newest message does."""
    return next((found for row in pick.rows(conversation, "messages") if (found := pick.ident(row, "account_id"))), "")


def _order(attributes: Body) -> str:
    return next((found for name in ORDER_NAMES if (found := pick.ident(attributes, name))), "")


READERS: Mapping[str, Callable[[Body, datetime], Iterator[Event]]] = {
    "conversation_created": _created,
    "conversation_opened": read_conversation,
    "conversation_resolved": read_conversation,
    "conversation_status_changed": read_conversation,
    "conversation_updated": read_conversation,
    "message_created": _message,
    "message_incoming": _message,
    "message_outgoing": _message,
    "message_updated": _updated_message,
}
