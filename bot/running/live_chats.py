"""The customers' chats going on, as the sandbox shows them beside its rooms; masked like everything people see."""

from datetime import datetime, timedelta
from typing import Any

from handlers.cards.words import CHANNELS, clean
from handlers.context import Context
from rules.model import Conversation, Speaker
from rules.privacy import mask_name, quote
from storage import alerts, conversations
from storage.conversations import Stored
from storage.db import Tx

RECENT = timedelta(minutes=30)
LINES = 6
SPEAKERS = (Speaker.CUSTOMER, Speaker.AGENT, Speaker.BOT)


def going_on(ctx: Context) -> list[dict[str, Any]]:
    now = ctx.now()
    with ctx.store.read() as tx:
        ids = conversations.recent(tx, now - RECENT)
        stored = conversations.load(tx, ids)
        levels = {id_: _level(tx, stored[id_]) for id_ in ids if id_ in stored}
    return [_shown(stored[id_], level, now) for id_, level in levels.items()]


def _level(tx: Tx, stored: Stored) -> str:
    """How loud it is now: an alert that has ended, by somebody or by itself, is over."""
    told = alerts.of(tx, stored.conversation.id)
    standing = [alert.severity for alert in told if alert.closed_at is None]
    if told and not standing:
        return "none"
    return max(standing).name.lower() if standing else stored.level


def _shown(stored: Stored, level: str, now: datetime) -> dict[str, Any]:
    c = stored.conversation
    spoken = [m for m in c.messages if m.speaker in SPEAKERS]
    lines = [
        {"from": m.speaker.value, "text": quote(m.text, 120), "at": m.at.isoformat() if m.at else ""} for m in spoken
    ]
    return {
        "id": stored.link[:12],
        "url": f"/c/{stored.link}?from=list",
        "customer": mask_name(c.customer_name) if c.customer_name else "客户",
        "shop": clean(c.shop),
        "channel": c.channel,
        "team": clean(c.team),
        "level": level,
        "waiting": _waiting(c, now),
        "over": c.status == "resolved",
        "channel_name": CHANNELS.get(c.channel, ""),
        "lines": lines[-LINES:],
    }


def _waiting(conversation: Conversation, now: datetime) -> float | None:
    """Seconds since the first customer message that nobody has answered; None when nobody waits."""
    first = None
    for message, said in zip(conversation.messages, conversation.signals, strict=True):
        if message.speaker is Speaker.AGENT:
            first = None
        elif message.speaker is Speaker.CUSTOMER and said.shape == "text" and first is None:
            first = message.at
    return round((now - first).total_seconds(), 1) if first and conversation.status != "resolved" else None
