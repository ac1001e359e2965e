"""Many alerts on one card: opened once on any number of processes, filled without locks, drawn by one at a time."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, bindparam, func, or_, select, update

from rules.model import Severity
from storage.db import insert_ignore
from storage.tables import ALERT, CONVERSATION, FINDING, GATHERED, GATHERING, POST

G, M, A, C, F, P = GATHERING.c, GATHERED.c, ALERT.c, CONVERSATION.c, FINDING.c, POST.c
FILLING = (
    select(GATHERING)
    .where(G.kind == bindparam("kind"), G.chat == bindparam("chat"), G.room == bindparam("room"),
           G.topic == bindparam("topic"), G.until > bindparam("now"), G.done_at.is_(None))
    .order_by(G.slot.desc())
    .limit(1)
)  # fmt: skip
OWN = (P.room == bindparam("room"), P.chat == bindparam("chat"), P.created_at > bindparam("since"), P.kind == "alert")
POSTED = select(func.count()).where(*OWN, P.priority >= bindparam("least"))
GOING_ON = (
    select(G.id)
    .where(G.done_at.is_(None), G.speak_at <= bindparam("now"))
    .where(or_(G.drawn_at.is_(None), G.drawn_at <= bindparam("drawn_before")))
    .order_by(G.id)
    .limit(50)
)
OF = select(GATHERING).join(GATHERED, M.gathering == G.id).where(M.alert == bindparam("alert"), ~M.own)


@dataclass(frozen=True, slots=True)
class Gathering:
    id: int
    kind: str  # more | held | matter
    chat: str
    room: str
    topic: str
    link: str
    opened_at: datetime
    speak_at: datetime
    until: datetime
    drawn_at: datetime | None
    called_at: datetime | None
    calls: int

    @property
    def code(self) -> str:
        return f"G{self.id}"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a gathering that does not exist yet would be."""

    kind: str
    chat: str
    room: str
    topic: str
    speak_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True)
class Member:
    alert: int
    conversation: str
    severity: Severity
    state: str
    own: bool


def filling(tx: Connection, kind: str, place: tuple[str, str], topic: str, now: datetime) -> Gathering | None:
    """The one that takes in more alerts at this (chat, room), if there is one."""
    wanted = {"kind": kind, "chat": place[0], "room": place[1], "topic": topic, "now": now}
    row = tx.execute(FILLING, wanted).one_or_none()
    return _gathering(row) if row else None


def ensure(tx: Connection, opening: Opening, now: datetime) -> Gathering:
    """The one that takes in more alerts, opened if need be; never two by two processes."""
    same = (G.kind == opening.kind, G.chat == opening.chat, G.room == opening.room, G.topic == opening.topic)
    # The number first: whatever another process commits from here on has the same one, or is seen by the next line.
    slot = tx.scalar(select(func.coalesce(func.max(G.slot), 0)).where(*same)) or 0
    found = filling(tx, opening.kind, (opening.chat, opening.room), opening.topic, now)
    if found:
        return found
    row = {"kind": opening.kind, "chat": opening.chat, "room": opening.room, "topic": opening.topic, "slot": slot + 1,
           "link": secrets.token_hex(8), "opened_at": now, "speak_at": opening.speak_at, "until": opening.until,
           "calls": 0}  # fmt: skip
    tx.execute(insert_ignore(tx, GATHERING), row)  # waits for another process that opens it, and then finds its row
    made = select(GATHERING).where(*same, G.slot == slot + 1)
    return _gathering(tx.execute(made).one())


def join(tx: Connection, gathering: int, alert: int, now: datetime, *, own: bool = False) -> None:
    tx.execute(insert_ignore(tx, GATHERED), {"gathering": gathering, "alert": alert, "own": own, "at": now})


def leave(tx: Connection, gathering: int, alert: int) -> None:
    """From now on it has a card of its own."""
    tx.execute(update(GATHERED).where(M.gathering == gathering, M.alert == alert).values(own=True))


def of(tx: Connection, alert: int) -> list[Gathering]:
    """Where this alert is told instead of on a card of its own."""
    return [_gathering(row) for row in tx.execute(OF, {"alert": alert})]


def get(tx: Connection, id_: int, *, lock: bool = False) -> Gathering | None:
    found = select(GATHERING).where(G.id == id_)
    row = tx.execute(found.with_for_update() if lock else found).one_or_none()
    return _gathering(row) if row else None


def going_on(tx: Connection, now: datetime, drawn_before: datetime) -> list[int]:
    """Those whose card may have changed since it was last drawn."""
    return list(tx.scalars(GOING_ON, {"now": now, "drawn_before": drawn_before}))


def members(tx: Connection, id_: int) -> list[Member]:
    """The loudest first."""
    found = (
        select(A.id, A.conversation, A.severity, A.state, M.own)
        .join(GATHERED, M.alert == A.id)
        .where(M.gathering == id_)
        .order_by(A.severity.desc(), A.id)
    )
    return [Member(r.id, r.conversation, Severity(r.severity), r.state, r.own) for r in tx.execute(found)]


def drawn(tx: Connection, id_: int, now: datetime, *, until: datetime | None = None, done: bool = False) -> None:
    values: dict[str, Any] = (
        {"drawn_at": now} | ({"until": until} if until else {}) | ({"done_at": now} if done else {})
    )
    tx.execute(update(GATHERING).where(G.id == id_).values(values))


def call(tx: Connection, id_: int, now: datetime, gap: timedelta) -> int:
    """Take the right to call people about it; 0 when somebody did within `gap`, else the number of this call."""
    calm = or_(G.called_at.is_(None), G.called_at <= now - gap)
    taken = update(GATHERING).where(G.id == id_, calm).values(called_at=now, calls=G.calls + 1)
    return int(tx.scalar(taken.returning(G.calls)) or 0)


def posted(tx: Connection, chat: str, room: str, since: datetime, priority: int = 0) -> int:
    """How many alerts got a card of their own in a room since then."""
    return int(tx.scalar(POSTED, {"room": room, "chat": chat, "since": since, "least": priority}) or 0)


def common(tx: Connection, rules: Sequence[str], since: datetime, least: int) -> list[tuple[str, str, int]]:
    """(shop, rule, conversations) of what at least so many customers came for since then."""
    many = func.count(F.conversation.distinct())
    asked = select(C.shop, F.check_id, many).join(FINDING, F.conversation == C.id)
    asked = asked.where(F.found_at >= since, F.check_id.in_(rules)).group_by(C.shop, F.check_id).having(many >= least)
    return [(shop, rule, int(n)) for shop, rule, n in tx.execute(asked)]


def came_for(tx: Connection, shop: str, rule: str, since: datetime, until: datetime) -> int:
    """How many conversations of a shop were about this in that time."""
    asked = select(func.count(F.conversation.distinct())).join(CONVERSATION, C.id == F.conversation)
    within = (F.found_at >= since, F.found_at < until, F.check_id == rule, C.shop == shop)
    return int(tx.scalar(asked.where(*within)) or 0)


def same_matter(tx: Connection, shop: str, rule: str, since: datetime, *, pressing: bool = False) -> list[str]:
    """Conversations of a shop with news since then and about this, or only those in trouble; the latest first."""
    about = [C.last_at >= since, C.shop == shop, F.check_id == rule, F.found_at >= since]
    about += [C.level != "none"] if pressing else []
    found = select(C.id, C.last_at).distinct().join(FINDING, F.conversation == C.id).where(*about)
    return [row[0] for row in tx.execute(found.order_by(C.last_at.desc(), C.id))]


def quotes(tx: Connection, conversations: Sequence[str], rule: str) -> list[str]:
    """What customers said about it; raw."""
    said = select(F.quote).where(F.conversation.in_(conversations), F.check_id == rule, F.quote != "")
    return list(tx.scalars(said.order_by(F.id.desc()).limit(100)))


def alerts_about(tx: Connection, shop: str, matter: str, since: datetime) -> list[int]:
    """Alerts not closed that were opened since then about the same matter."""
    same = (A.shop == shop, A.matter == matter, A.opened_at >= since, A.closed_at.is_(None))
    return list(tx.scalars(select(A.id).where(*same).order_by(A.id)))


def _gathering(row: Row[Any]) -> Gathering:
    return Gathering(row.id, row.kind, row.chat, row.room, row.topic, row.link, row.opened_at, row.speak_at, row.until,
                     row.drawn_at, row.called_at, row.calls)  # fmt: skip
