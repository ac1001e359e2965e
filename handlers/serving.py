"""Who serves a customer, and who did when words fell: a shared account is another colleague's at another hour."""

from datetime import datetime, timedelta

from handlers.context import Context
from handlers.people import Person
from rules import whose
from rules.model import Conversation, Message, Speaker
from storage.conversations import Stored

WAITS = timedelta(days=1)  # for so long a customer without an answer is whoever's holds the account now


def holder(ctx: Context, stored: Stored) -> Person | None:
    """Whoever holds it: while the customer waits, who has the account now; else who had it at the last."""
    conversation = stored.conversation
    at = None if _waits(ctx, conversation) else last(conversation)
    return ctx.people.holder(stored.source, conversation.agent, at)


def speaker(ctx: Context, stored: Stored, message: Message) -> Person | None:
    """Which colleague said it."""
    return ctx.people.holder(stored.source, message.agent, message.at)


def concerned(ctx: Context, stored: Stored, message: str) -> Person | None:
    """Whom something found in this message is about."""
    account = whose.account(stored.conversation, message)
    return ctx.people.holder(stored.source, account, said(stored.conversation, message))


def said(conversation: Conversation, message: str) -> datetime | None:
    """When these words fell; at the last, when they are not known any more."""
    found = next((m for m in conversation.messages if m.id == message), None)
    return found.at if found else last(conversation)


def last(conversation: Conversation) -> datetime | None:
    """When it last went on: the last words or assignment."""
    told = [m.at for m in conversation.messages] + [a.at for a in conversation.assignments]
    return max((at for at in told if at is not None), default=None)


def _waits(ctx: Context, conversation: Conversation) -> bool:
    heard = next((m for m in reversed(conversation.messages) if m.speaker in (Speaker.CUSTOMER, Speaker.AGENT)), None)
    if conversation.status == "resolved" or (heard is not None and heard.speaker is Speaker.AGENT):
        return False
    at = last(conversation)
    return at is None or ctx.now() - at < WAITS
