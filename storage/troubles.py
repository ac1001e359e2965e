"""What the auditor asks the database, and what it has told already."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, select

from storage.db import insert_ignore
from storage.tables import ALERT, CONVERSATION, INBOX, POST, TROUBLE

A, C, I, P, T = ALERT.c, CONVERSATION.c, INBOX.c, POST.c, TROUBLE.c  # noqa: E741


@dataclass(frozen=True, slots=True)
class Trouble:
    key: str
    says: str
    since: datetime


def found(tx: Connection, troubles: Sequence[Trouble]) -> list[Trouble]:
    """Note them; those nobody had noted before, so that one process tells each of them once."""
    note = insert_ignore(tx, TROUBLE, T.key)
    return [t for t in troubles if tx.scalar(note, {"key": t.key, "says": t.says, "since": t.since}) is not None]


def is_told(tx: Connection, key: str) -> bool:
    return tx.scalar(select(T.key).where(T.key == key)) is not None


def mended(tx: Connection, still: Sequence[str], mine: str) -> list[Trouble]:
    """Those that are there no more, told once as well; what other processes' parts suffer is theirs to say."""
    told = ~T.key.startswith("part:") | T.key.startswith(mine, autoescape=True)
    gone = delete(TROUBLE).where(T.key.not_in(still), told).returning(T.key, T.says, T.since)
    return [Trouble(*row) for row in tx.execute(gone)]


def forgotten_alerts(tx: Connection, before: datetime) -> list[int]:
    """Open matters whose next step is overdue, or that have none although one was promised."""
    overdue = A.escalate_at < before
    asleep = (A.state == "muted") & (A.muted_until.is_(None) | (A.muted_until < before))
    promised = (A.state == "open") & A.escalate_at.is_(None) & (A.escalated == 0) & (A.ladder != [])
    open_ = (
        select(A.id).where(A.closed_at.is_(None), overdue | asleep | (promised & (A.opened_at < before))).order_by(A.id)
    )
    return list(tx.scalars(open_.limit(200)))


def stuck_posts(tx: Connection, before: datetime) -> int:
    """Posts that should have left before then and did not."""
    waiting = (P.shown < P.wanted, ~P.dead, P.due_at < before)
    return int(tx.scalar(select(func.count()).select_from(POST).where(*waiting)) or 0)


def lost_alerts(tx: Connection) -> list[str]:
    """Matters not closed whose only cards could not be delivered."""
    open_ = {f"A{id_}" for id_ in tx.scalars(select(A.id).where(A.closed_at.is_(None)))}
    lost = P.dead & (P.shown == 0)  # one that stands, and cannot be changed any more, was heard
    rows = tx.execute(select(P.subject, lost).where(P.subject.in_(sorted(open_)))).all() if open_ else []
    arrived = {subject for subject, gone in rows if not gone}
    return sorted({subject for subject, gone in rows if gone} - arrived)


def heard(tx: Connection, source: str) -> datetime | None:
    """When a helpdesk was last heard of; None when it never was."""
    last: datetime | None = tx.scalar(select(I.received_at).where(I.source == source).order_by(I.id.desc()).limit(1))
    if last is not None:
        return last
    latest: datetime | None = tx.scalar(select(func.max(C.last_at)).where(C.source == source))
    return latest


def waiting_since(tx: Connection) -> datetime | None:
    """Since when the oldest event waits to be worked on."""
    oldest: datetime | None = tx.scalar(select(func.min(I.received_at)).where(I.done_at.is_(None)))
    return oldest
