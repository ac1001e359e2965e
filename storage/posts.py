"""The outbox: cards we want standing in rooms, and what stands there; ten changes before delivery cost one send."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, and_, bindparam, case, delete, func, or_, select, update

from storage.db import for_update_skip_locked, upsert
from storage.tables import CALL, POST, ROOM_BUDGET

B, P = ROOM_BUDGET.c, POST.c


@dataclass(frozen=True, slots=True)
class Post:
    key: str
    chat: str
    room: str
    direct: bool
    kind: str
    subject: str
    card: Mapping[str, Any]
    wanted: int
    shown: int
    message_id: str
    session: str
    priority: int
    attempts: int
    uncertain: bool
    created_at: datetime
    shown_look: str = ""

    @property
    def look(self) -> str:
        """What people notice at once: tone and state."""
        return f"{self.card['tone']}|{self.card['state']}"


@dataclass(frozen=True, slots=True)
class Wanted:
    key: str
    chat: str
    room: str
    direct: bool
    kind: str
    subject: str
    card: Mapping[str, Any]
    priority: int = 0
    session: str = ""


# Built once: building a statement costs more than running it.
GET = select(POST).where(P.key == bindparam("k"))
ABOUT = select(POST).where(P.subject == bindparam("subject")).order_by(P.created_at, P.key)
SHOWN = (
    update(POST)
    .where(P.key == bindparam("k"))
    .values(shown=bindparam("n"), shown_look=bindparam("look"), message_id=bindparam("id"), shown_at=bindparam("now"),
            lease_until=None, attempts=0, uncertain=False, error="")
)  # fmt: skip

CLAIM = for_update_skip_locked(
    select(POST)
    .where(P.shown < P.wanted, ~P.dead, P.due_at <= bindparam("now"))
    .where(or_(P.lease_until.is_(None), P.lease_until <= bindparam("now")))
    .order_by(P.priority.desc(), case((P.shown > 0, 1), else_=0), P.due_at)
    .limit(bindparam("most"))
)
CLAIM_FOR = CLAIM.where(P.chat == bindparam("chat"))
CLAIM_OTHERS = CLAIM.where(P.chat.not_in(bindparam("chats", expanding=True)))
FREE_AT = case((and_(P.lease_until.is_not(None), P.lease_until > P.due_at), P.lease_until), else_=P.due_at)
NEXT = select(func.min(FREE_AT)).where(P.shown < P.wanted, ~P.dead)
TAKE = (
    update(POST)
    .where(P.key.in_(bindparam("keys", expanding=True)))
    .values(uncertain=or_(P.uncertain, P.lease_until.is_not(None)), lease_until=bindparam("until"))
)
ANSWERED = (
    update(POST)
    .where(P.key == bindparam("k"), P.shown > 0, P.shown < bindparam("n"))
    .values(shown=bindparam("n"), shown_at=bindparam("now"))
)
PUT_OFF = (
    update(POST).where(P.key.in_(bindparam("keys", expanding=True))).values(due_at=bindparam("due"), lease_until=None)
)
SPENT = select(func.coalesce(func.sum(B.n), 0)).where(
    B.chat == bindparam("chat"), B.room == bindparam("room"), B.moment >= bindparam("since")
)


def want(tx: Connection, wanted: Wanted, now: datetime) -> None:
    """Want this card standing there: a new post, or the next version of one, which lives again if it was dead."""
    row = {
        "key": wanted.key, "chat": wanted.chat, "room": wanted.room, "direct": wanted.direct, "kind": wanted.kind,
        "subject": wanted.subject, "card": dict(wanted.card), "priority": wanted.priority, "session": wanted.session,
        "wanted": 1, "shown": 0, "message_id": "", "shown_look": "", "due_at": now, "created_at": now, "attempts": 0,
        "uncertain": False, "dead": False, "error": "",
    }  # fmt: skip
    insert = upsert(tx, POST, ("key",), ("card", "priority", "due_at", "dead", "error"), add=("wanted",))
    tx.execute(insert, row)


def claim(
    tx: Connection, now: datetime, limit: int, lease: timedelta, *, chat: str = "", but: Sequence[str] = ()
) -> list[Post]:
    """Take posts that are due: the loudest first, and what stands nowhere yet before what changed.

    Until the lease ends nobody else takes them.
    Those of one `chat`, or of all `but` these.

    Whoever held one until then and never came back may have sent it, so that its outcome is uncertain.
    """
    which, whose = (CLAIM_FOR, {"chat": chat}) if chat else (CLAIM_OTHERS, {"chats": but}) if but else (CLAIM, {})
    rows = tx.execute(which, {"now": now, "most": limit, **whose}).all()
    if rows:
        tx.execute(TAKE, {"keys": [r.key for r in rows], "until": now + lease})
    return [replace(_post(r), uncertain=r.uncertain or r.lease_until is not None) for r in rows]


def release(tx: Connection) -> None:
    """Take back what was claimed and never came back; only when nobody else can be at work."""
    tx.execute(update(POST).where(P.lease_until.is_not(None)).values(lease_until=None, uncertain=True))


def shown(tx: Connection, post: Post, message_id: str, now: datetime) -> None:
    """What we sent stands there; a version wanted meanwhile stays due."""
    tx.execute(SHOWN, {"k": post.key, "n": post.wanted, "look": post.look, "id": message_id, "now": now})


def shown_in_answer(tx: Connection, key: str, version: int, now: datetime) -> None:
    """The card was redrawn in the answer to a press, so this version already stands there."""
    tx.execute(ANSWERED, {"k": key, "n": version, "now": now})


def failed(tx: Connection, post: Post, error: str, due_at: datetime, *, uncertain: bool, dead: bool) -> None:
    values = {"attempts": post.attempts + 1, "error": error[:300], "due_at": due_at, "lease_until": None, "dead": dead,
              "uncertain": post.uncertain or uncertain}  # fmt: skip
    tx.execute(update(POST).where(P.key == post.key).values(values))


def put_off(tx: Connection, keys: Sequence[str], due_at: datetime) -> None:
    tx.execute(PUT_OFF, {"keys": keys, "due": due_at})


def drop(tx: Connection, key: str) -> None:
    """Nobody ever saw it, and nobody needs to any more."""
    tx.execute(delete(POST).where(P.key == key))


def get(tx: Connection, key: str) -> Post | None:
    row = tx.execute(GET, {"k": key}).one_or_none()
    return _post(row) if row else None


def about(tx: Connection, subject: str) -> list[Post]:
    return [_post(r) for r in tx.execute(ABOUT, {"subject": subject})]


def next_due(tx: Connection) -> datetime | None:
    """When the next post can be claimed; None when nothing waits."""
    due: datetime | None = tx.scalar(NEXT)
    return due


def backlog(tx: Connection) -> tuple[int, int]:
    """(posts that wait, posts given up)."""
    waiting, dead = tx.execute(
        select(func.count().filter(P.shown < P.wanted, ~P.dead), func.count().filter(P.dead))
    ).one()
    return int(waiting), int(dead)


def spend(tx: Connection, chat: str, room: str, now: datetime) -> None:
    """Note that we spoke in a room."""
    _note_moment(tx, chat, room, _moment(now), 1)


def spent(tx: Connection, chat: str, room: str, since: datetime) -> int:
    """How often we spoke in a room since then; until the transaction ends nobody else counts there."""
    _note_moment(tx, chat, room, 0, 0)
    return int(tx.scalar(SPENT, {"chat": chat, "room": room, "since": _moment(since)}) or 0)


def _note_moment(tx: Connection, chat: str, room: str, moment: int, n: int) -> None:
    row = {"chat": chat, "room": room, "moment": moment, "n": n}
    tx.execute(upsert(tx, ROOM_BUDGET, ("chat", "room", "moment"), (), add=("n",)), row)


def _moment(at: datetime) -> int:
    return int(at.timestamp() * 10)


def forget_budgets(tx: Connection, before: datetime) -> None:
    tx.execute(delete(ROOM_BUDGET).where(B.moment < _moment(before)))


def count_calls(tx: Connection, chat: str, month: str, n: int) -> None:
    tx.execute(upsert(tx, CALL, ("chat", "month"), (), add=("n",)), {"chat": chat, "month": month, "n": n})


def calls(tx: Connection, chat: str, month: str) -> int:
    return int(tx.scalar(select(CALL.c.n).where(CALL.c.chat == chat, CALL.c.month == month)) or 0)


def _post(row: Row[Any]) -> Post:
    return Post(
        row.key, row.chat, row.room, row.direct, row.kind, row.subject, row.card, row.wanted, row.shown, row.message_id,
        row.session, row.priority, row.attempts, row.uncertain, row.created_at, row.shown_look,
    )  # fmt: skip
