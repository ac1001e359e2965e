"""Why nobody was called: the last time of each reason, for each conversation."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from rules import subject
from storage.db import upsert
from storage.tables import ALERT, CONVERSATION, SILENCE

S, C, A = SILENCE.c, CONVERSATION.c, ALERT.c
OF = select(SILENCE).where(S.conversation == bindparam("c")).order_by(S.at.desc(), S.reason)
CHANGING = ("at", "detail", "until", "link")


@dataclass(frozen=True, slots=True)
class Silence:
    conversation: str
    kind: str
    reason: str
    at: datetime
    detail: str = ""
    until: datetime | None = None  # then it is looked at again
    link: str = ""


def keep(tx: Connection, silences: Sequence[Silence]) -> None:
    rows = [
        {"conversation": s.conversation, "kind": s.kind, "reason": s.reason, "at": s.at, "detail": s.detail,
         "until": s.until, "link": s.link}
        for s in silences
    ]  # fmt: skip
    if rows:
        tx.execute(upsert(tx, SILENCE, ("conversation", "kind", "reason"), CHANGING), rows)


def of(tx: Connection, conversation: str) -> list[Silence]:
    """The latest first."""
    rows = tx.execute(OF, {"c": conversation})
    return [Silence(r.conversation, r.kind, r.reason, r.at, r.detail, r.until, r.link) for r in rows]


def forget(tx: Connection, before: datetime) -> None:
    tx.execute(delete(SILENCE).where(S.at < before))


@dataclass(frozen=True, slots=True)
class Screened:
    """What the last look at a conversation left."""

    id: str
    team: str
    at: datetime | None
    level: str
    risk: float
    unchecked: tuple[tuple[str, str], ...]
    alerts: tuple[tuple[str, str], ...]  # (code, state), the latest last


def find(tx: Connection, told: str, limit: int = 5) -> list[str]:
    """Conversations people mean: by alert (A12), by id, by the helpdesk's own id, or by a part of it, latest first."""
    number = subject.code(told, "A")
    if number is not None:
        return list(tx.scalars(select(A.conversation).where(A.id == number)))
    exact = select(C.id).where((C.id == told) | (C.external_id == told) | (C.link == told))
    found = list(tx.scalars(exact.order_by(C.last_at.desc()).limit(limit)))
    part = select(C.id).where(C.id.contains(told, autoescape=True)).order_by(C.last_at.desc(), C.id).limit(limit)
    return found or list(tx.scalars(part))


def screened(tx: Connection, conversation: str) -> Screened | None:
    row = tx.execute(select(CONVERSATION).where(C.id == conversation)).one_or_none()
    if row is None:
        return None
    alerts = tx.execute(select(A.id, A.state).where(A.conversation == conversation, A.state != "shadow").order_by(A.id))
    told = tuple((f"A{id_}", state) for id_, state in alerts)
    unchecked = tuple((str(check), str(because)) for check, because in row.unchecked)
    return Screened(row.id, row.team, row.screened_at, row.level, row.risk, unchecked, told)


def counted(tx: Connection, since: datetime, until: datetime) -> dict[str, int]:
    """How many conversations nobody was called about in that time, by reason."""
    told = select(S.reason, func.count()).where(S.at >= since, S.at < until, S.kind != "star").group_by(S.reason)
    return {reason: int(n) for reason, n in tx.execute(told)}
