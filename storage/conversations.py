"""Conversations as they stand: claim those with news, load them whole, write back what screening said."""

import secrets
from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, func, select, update

from rules import model, signals
from rules.model import Assignment, Message, Rating, Speaker, StatusChange
from storage.db import for_update_skip_locked, insert_ignore
from storage.tables import CONVERSATION, HAPPENING, MESSAGE

C, M, H = CONVERSATION.c, MESSAGE.c, HAPPENING.c


@dataclass(frozen=True, slots=True)
class Stored:
    """A conversation with what we keep beside it."""

    conversation: model.Conversation
    link: str  # random; the last part of its address
    source: str
    look_again_at: datetime | None
    level: str
    screened_at: datetime | None
    first_at: datetime | None
    last_at: datetime | None
    risk: float = 0.0
    star: float = 0.0


@dataclass(frozen=True, slots=True)
class Kept:
    """A conversation after a look at it."""

    stored: Stored
    screening: model.Screening
    at: datetime
    model: str = ""  # which models gave the scores


KEPT = (
    "channel", "shop", "team", "customer_id", "customer_name", "order_id", "agent", "status", "rating_score",
    "rating_comment", "rated_at", "look_again_at", "risk", "star", "level", "model", "unchecked", "first_at", "last_at",
    "screened_at",
)  # fmt: skip
KEEP = update(CONVERSATION).where(C.id == bindparam("b_id")).values({name: bindparam(f"b_{name}") for name in KEPT})

# Built once: building a statement costs more than running it.
IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
KNOWN = select(C.id).where(C.id.in_(IDS))
HOLD = for_update_skip_locked(KNOWN.order_by(C.id))
ABOUT = select(CONVERSATION).where(C.id.in_(IDS))
LINES = (
    select(M.conversation, M.id, M.speaker, M.text, M.at, M.agent, M.signals)
    .where(M.conversation.in_(IDS))
    .order_by(M.conversation, M.at, M.id)
)
HAPPENED = select(H.conversation, H.kind, H.value, H.at).where(H.conversation.in_(IDS)).order_by(H.at, H.id)
HELD = select(func.count()).where(
    C.source == bindparam("source"),
    C.agent == bindparam("agent"),
    C.status != "resolved",
    C.last_at >= bindparam("since"),
)
DUE = select(C.id).where(C.look_again_at <= bindparam("now")).order_by(C.look_again_at).limit(bindparam("most"))
SPEAKERS = {speaker.value: speaker for speaker in Speaker}


def due(tx: Connection, now: datetime, limit: int) -> list[str]:
    """Conversations that asked to be looked at again by now, the longest due first."""
    return list(tx.scalars(DUE, {"now": now, "most": limit}))


def claim(tx: Connection, ids: Sequence[str]) -> list[str]:
    """Make sure the rows exist and hold those that nobody else holds; their order is by id, so claims never cross."""
    known = set(tx.scalars(KNOWN, {"ids": ids}))
    new = [_blank(i) for i in sorted(ids) if i not in known]
    if new:
        tx.execute(insert_ignore(tx, CONVERSATION), new)
    return list(tx.scalars(HOLD, {"ids": ids}))


Recall = Callable[[str, str, Speaker], model.Signals]  # (as stored, text, speaker)


def recall_as_stored(stored: str, text: str, speaker: Speaker) -> model.Signals:
    return signals.from_json(stored)[0]


def load(tx: Connection, ids: Sequence[str], recall: Recall = recall_as_stored) -> dict[str, Stored]:
    """Each conversation with its messages in the order of their time, assignments, statuses and rating."""
    rows = tx.execute(ABOUT, {"ids": ids}).all()
    lines: dict[str, list[tuple[Message, model.Signals]]] = defaultdict(list)
    for conversation, id_, speaker, said, at, agent, kept in tx.execute(LINES, {"ids": ids}):
        message = Message(id_, SPEAKERS[speaker], said, at, agent or None)
        lines[conversation].append((message, recall(kept, said, message.speaker)))
    happened: dict[str, list[Any]] = defaultdict(list)
    for row in tx.execute(HAPPENED, {"ids": ids}):
        happened[row.conversation].append(row)
    return {row.id: _stored(row, lines[row.id], happened[row.id]) for row in rows}


def load_one(tx: Connection, conversation: str) -> Stored | None:
    return load(tx, [conversation]).get(conversation)


def keep(tx: Connection, kept: Sequence[Kept]) -> None:
    """Write back what sources said of these conversations and what screening made of them."""
    if kept:
        tx.execute(KEEP, [_row(one) for one in kept])


def add_messages(tx: Connection, rows: Sequence[tuple[str, Message, str, datetime]]) -> None:
    """Add (conversation, message, signals, received at); a known id changes nothing."""
    values = [
        {"conversation": conversation, "id": m.id, "speaker": m.speaker.value, "text": m.text, "at": m.at or received,
         "agent": m.agent or "", "signals": said}
        for conversation, m, said, received in rows
    ]  # fmt: skip
    if values:
        tx.execute(insert_ignore(tx, MESSAGE), values)


def add_happenings(tx: Connection, rows: Sequence[tuple[str, str, str, datetime]]) -> None:
    """Add (conversation, "assigned" | "status", value, at)."""
    if rows:
        tx.execute(
            HAPPENING.insert(), [dict(zip(("conversation", "kind", "value", "at"), row, strict=True)) for row in rows]
        )


def recent(tx: Connection, since: datetime, limit: int = 12) -> list[str]:
    """Conversations with news since then, the open ones first, the latest first."""
    over = case((C.status == "resolved", 1), else_=0)
    return list(tx.scalars(select(C.id).where(C.last_at >= since).order_by(over, C.last_at.desc()).limit(limit)))


def look_later(tx: Connection, conversation: str, at: datetime) -> None:
    """Put off a look that was due, because it failed."""
    tx.execute(update(CONVERSATION).where(C.id == conversation, C.look_again_at < at).values(look_again_at=at))


def by_link(tx: Connection, link: str) -> str | None:
    return tx.scalar(select(C.id).where(C.link == link))


def screened(tx: Connection, since: datetime) -> tuple[int, int]:
    """(conversations with news since then, of which were screened)."""
    counted = select(func.count(), func.count(C.screened_at)).where(C.last_at >= since)
    total, done = tx.execute(counted).one()
    return int(total), int(done)


def _blank(conversation: str) -> dict[str, Any]:
    source, _, external = conversation.partition(":")
    empty = dict.fromkeys(("shop", "team", "customer_id", "customer_name", "order_id", "agent", "rating_comment"), "")
    return {"id": conversation, "link": secrets.token_hex(16), "source": source, "external_id": external,
            "channel": "chat", "status": "open", "risk": 0.0, "star": 0.0, "level": "none", "model": "",
            "unchecked": [], "faded": False, **empty}  # fmt: skip


def _stored(row: Any, lines: list[tuple[Message, model.Signals]], happened: list[Any]) -> Stored:
    rating = Rating(row.rating_score, row.rating_comment, row.rated_at) if row.rating_score is not None else None
    conversation = model.Conversation(
        id=row.id,
        messages=tuple(m for m, _ in lines),
        signals=tuple(s for _, s in lines),
        channel=row.channel,
        shop=row.shop,
        team=row.team,
        customer_id=row.customer_id,
        customer_name=row.customer_name,
        assignments=tuple(Assignment(value or None, at) for value, at in _changes(happened, "assigned")),
        statuses=tuple(StatusChange(value, at) for value, at in _changes(happened, "status")),
        rating=rating,
        order_id=row.order_id,
    )
    return Stored(conversation, row.link, row.source, row.look_again_at, row.level, row.screened_at, row.first_at,
                  row.last_at, row.risk, row.star)  # fmt: skip


def _changes(happened: Sequence[Any], kind: str) -> list[tuple[str, datetime]]:
    """Told again it is no change: what counts is since when."""
    told = [(h.value, h.at) for h in happened if h.kind == kind]
    return [one for i, one in enumerate(told) if i == 0 or told[i - 1][0] != one[0]]


def _row(kept: Kept) -> dict[str, Any]:
    """`first_at` and `last_at` are when the customer and the agents spoke, not when we looked."""
    c, screening = kept.stored.conversation, kept.screening
    rating = c.rating or Rating(0)
    values = {
        "id": c.id, "channel": c.channel, "shop": c.shop, "team": c.team, "customer_id": c.customer_id,
        "customer_name": c.customer_name, "order_id": c.order_id, "agent": c.agent or "", "status": c.status,
        "rating_score": rating.score if c.rating else None, "rating_comment": rating.comment, "rated_at": rating.at,
        "look_again_at": screening.look_again_at, "risk": screening.risk, "star": screening.star,
        "level": screening.severity.level, "model": kept.model,
        "unchecked": [[u.check, u.because] for u in screening.unchecked],
        "first_at": c.messages[0].at if c.messages else kept.at,
        "last_at": c.messages[-1].at if c.messages else kept.at, "screened_at": kept.at,
    }  # fmt: skip
    return {f"b_{name}": value for name, value in values.items()}


def load_on(tx: Connection, source: str, agent: str, since: datetime) -> int:
    """How many open conversations an agent holds that had news since then."""
    return int(tx.scalar(HELD, {"source": source, "agent": agent, "since": since}) or 0)


def next_look(tx: Connection) -> datetime | None:
    """When the next conversation wants to be looked at again."""
    due: datetime | None = tx.scalar(select(func.min(C.look_again_at)))
    return due
