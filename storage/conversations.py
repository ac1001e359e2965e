"""Conversations as they stand: claim those with news, load them whole, write back what screening said."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import Any

from sqlalchemy import BindParameter, Connection, bindparam, case, func, select, update

from rules import model, signals
from rules.model import Assignment, Message, Rating, Speaker, StatusChange
from storage.db import for_update_skip_locked, insert_ignore
from storage.statements import write_many
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
    version: int = 0  # 0: not stored yet
    happened: tuple["Happened", ...] = ()  # told again as often as it was


@dataclass(slots=True)
class News:
    """What is new in a conversation."""

    messages: list[tuple[Message, str]] = field(default_factory=list)  # with its time; its signals as they are kept
    happenings: list[tuple[str, str, datetime]] = field(default_factory=list)  # (kind, value, at) as in HAPPENING


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
KEEP = (
    update(CONVERSATION)
    .where(C.id == bindparam("b_id"))
    .values({name: bindparam(f"b_{name}") for name in (*KEPT, "version")})
)

# Built once: building a statement costs more than running it.
IDS: BindParameter[list[str]] = bindparam("ids", expanding=True)
HOLD = for_update_skip_locked(select(C.id, C.link, C.version).where(C.id.in_(IDS)).order_by(C.id))
AGENT = select(C.agent).where(C.id == bindparam("id"))
ABOUT = select(CONVERSATION).where(C.id.in_(IDS))
LINES = select(M.conversation, M.id, M.speaker, M.text, M.at, M.agent, M.signals).where(M.conversation.in_(IDS))
HAPPENED = select(H.conversation, H.kind, H.value, H.at).where(H.conversation.in_(IDS)).order_by(H.id)
DUE = select(C.id).where(C.look_again_at <= bindparam("now")).order_by(C.look_again_at).limit(bindparam("most"))
NEXT_LOOK = select(func.min(C.look_again_at)).where(C.look_again_at.is_not(None))  # as the index says
HAPPEN = HAPPENING.insert()
NEVER = datetime.min.replace(tzinfo=UTC)
SPEAKERS = {speaker.value: speaker for speaker in Speaker}


def due(tx: Connection, now: datetime, limit: int) -> list[str]:
    """Conversations that asked to be looked at again by now, the longest due first."""
    return list(tx.scalars(DUE, {"now": now, "most": limit}))


def hold(tx: Connection, drafted: Sequence[Stored]) -> set[str]:
    """Hold those that are still as they were when they were loaded, and that nobody else holds.

    New ones are stored. All are held in one order, so that claims never cross.
    """
    new = [_blank(one.conversation.id, one.link) for one in drafted if not one.version]
    if new:
        tx.execute(insert_ignore(tx, CONVERSATION), sorted(new, key=lambda row: row["id"]))
    stands = {id_: (link, version) for id_, link, version in tx.execute(HOLD, {"ids": [_id(one) for one in drafted]})}
    return {_id(one) for one in drafted if stands.get(_id(one)) == (one.link, one.version)}


def _id(one: Stored) -> str:
    return one.conversation.id


Recall = Callable[[str, str, Speaker], model.Signals]  # (as stored, text, speaker)
Line = tuple[Message, model.Signals]
Happened = tuple[str, str, datetime]
NO_NEWS: Mapping[str, News] = {}
NOBODY: Mapping[str, Stored] = {}
NOTHING_SAID = dict.fromkeys(("rating_score", "rated_at", "look_again_at", "first_at", "last_at", "screened_at"))


def recall_as_stored(stored: str, text: str, speaker: Speaker) -> model.Signals:
    return signals.from_json(stored)[0]


def load(
    tx: Connection,
    ids: Sequence[str],
    recall: Recall = recall_as_stored,
    news: Mapping[str, News] = NO_NEWS,
    recent: Mapping[str, Stored] = NOBODY,
) -> dict[str, Stored]:
    """Each conversation with its messages in the order of their time, assignments, statuses and rating.

    With `news` as though it were stored already; what is not stored at all is begun with it. The messages of those
    that still are as they were among the `recent` are not read again.
    """
    rows: dict[str, Any] = {row.id: row for row in tx.execute(ABOUT, {"ids": ids})}
    same = {id_: recent[id_] for id_, row in rows.items() if _is_same(row, recent.get(id_))}
    said: dict[str, dict[str, Line]] = {id_: _lines(same.get(id_)) for id_ in ids}
    happened: dict[str, list[Happened]] = {id_: list(same[id_].happened) if id_ in same else [] for id_ in ids}
    _read(tx, [id_ for id_ in rows if id_ not in same], recall, said, happened)
    for id_, new in news.items():
        rows.setdefault(id_, SimpleNamespace(**NOTHING_SAID, **_blank(id_, secrets.token_hex(16))))
        for message, kept in new.messages:
            said[id_].setdefault(message.id, (message, recall(kept, message.text, message.speaker)))
        happened[id_] += new.happenings
    return {id_: _stored(row, said[id_], happened[id_]) for id_, row in rows.items()}


def _is_same(row: Any, known: Stored | None) -> bool:
    return known is not None and (known.link, known.version) == (row.link, row.version)


def _lines(known: Stored | None) -> dict[str, Line]:
    if known is None:
        return {}
    c = known.conversation
    return {m.id: (m, s) for m, s in zip(c.messages, c.signals, strict=True)}


def _read(
    tx: Connection,
    ids: Sequence[str],
    recall: Recall,
    said: Mapping[str, dict[str, Line]],
    happened: Mapping[str, list[Happened]],
) -> None:
    if not ids:
        return
    for conversation, id_, speaker, words, at, agent, kept in tx.execute(LINES, {"ids": ids}):
        message = Message(id_, SPEAKERS[speaker], words, at, agent or None)
        said[conversation][id_] = (message, recall(kept, words, message.speaker))
    for conversation, *happening in tx.execute(HAPPENED, {"ids": ids}):
        happened[conversation].append((*happening,))


def load_one(tx: Connection, conversation: str) -> Stored | None:
    return load(tx, [conversation]).get(conversation)


def last_agent(tx: Connection, conversation: str) -> str:
    """The sub-account that held it at the last look."""
    return tx.scalar(AGENT, {"id": conversation}) or ""


def keep(tx: Connection, kept: Sequence[Kept]) -> None:
    """Write back what sources said of these conversations and what screening made of them."""
    if kept:
        write_many(tx, KEEP, [_row(one) for one in kept])


def add(tx: Connection, news: Mapping[str, News]) -> None:
    """Keep what is new in these conversations; a message whose id is known changes nothing."""
    messages = [_line(id_, message, signals) for id_, new in news.items() for message, signals in new.messages]
    if messages:
        write_many(tx, insert_ignore(tx, MESSAGE), messages)
    happenings = [
        {"conversation": id_, "kind": kind, "value": value, "at": at}
        for id_, new in news.items()
        for kind, value, at in new.happenings
    ]
    if happenings:
        write_many(tx, HAPPEN, happenings)


def _line(conversation: str, m: Message, signals: str) -> dict[str, Any]:
    return {"conversation": conversation, "id": m.id, "speaker": m.speaker.value, "text": m.text, "at": m.at,
            "agent": m.agent or "", "signals": signals}  # fmt: skip


def recent(tx: Connection, since: datetime, limit: int = 12) -> list[str]:
    """Conversations with news since then, the open ones first, the latest first."""
    over = case((C.status == "resolved", 1), else_=0)
    return list(tx.scalars(select(C.id).where(C.last_at >= since).order_by(over, C.last_at.desc()).limit(limit)))


def look_later(tx: Connection, conversation: str, at: datetime) -> None:
    """Put off a look that was due, because it failed."""
    tx.execute(update(CONVERSATION).where(C.id == conversation, C.look_again_at < at).values(look_again_at=at))


def by_link(tx: Connection, link: str) -> str | None:
    return tx.scalar(select(C.id).where(C.link == link))


def _blank(conversation: str, link: str) -> dict[str, Any]:
    source, _, external = conversation.partition(":")
    empty = dict.fromkeys(("shop", "team", "customer_id", "customer_name", "order_id", "agent", "rating_comment"), "")
    return {"id": conversation, "link": link, "source": source, "external_id": external,
            "channel": "chat", "status": "open", "risk": 0.0, "star": 0.0, "level": "none", "model": "",
            "unchecked": [], "faded": False, "version": 0, **empty}  # fmt: skip


def _stored(row: Any, said: Mapping[str, Line], happened: list[Happened]) -> Stored:
    rating = Rating(row.rating_score, row.rating_comment, row.rated_at) if row.rating_score is not None else None
    lines = sorted(said.values(), key=_moment)
    happened.sort(key=lambda told: told[2])
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
        invited=tuple(at for what, _, at in happened if what == "invited"),
    )
    return Stored(conversation, row.link, row.source, row.look_again_at, row.level, row.screened_at, row.first_at,
                  row.last_at, row.risk, row.star, row.version, tuple(happened))  # fmt: skip


def _moment(line: Line) -> tuple[datetime, str]:
    return line[0].at or NEVER, line[0].id


def _changes(happened: Sequence[Happened], kind: str) -> list[tuple[str, datetime]]:
    """Told again it is no change: what counts is since when."""
    told = [(value, at) for what, value, at in happened if what == kind]
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
        "version": kept.stored.version + 1,
    }  # fmt: skip
    return {f"b_{name}": value for name, value in values.items()}


def next_look(tx: Connection) -> datetime | None:
    """When the next conversation wants to be looked at again."""
    due: datetime | None = tx.scalar(NEXT_LOOK)
    return due
