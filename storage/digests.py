"""Lines kept for the end of a shift, so that nobody is interrupted for what can wait."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, and_, func, or_, select, update

from storage.tables import CONVERSATION, DIGEST_ITEM

C, D = CONVERSATION.c, DIGEST_ITEM.c


def add(tx: Connection, person: str, text: str, now: datetime) -> None:
    tx.execute(DIGEST_ITEM.insert(), {"person": person, "text": text, "made_at": now})


def waiting(tx: Connection) -> dict[str, datetime]:
    """Who has lines waiting, and since when."""
    oldest = select(D.person, func.min(D.made_at).label("since")).where(D.sent_at.is_(None)).group_by(D.person)
    return {row.person: row.since for row in tx.execute(oldest)}


def take(tx: Connection, person: str, now: datetime, most: int) -> Sequence[str]:
    """Their lines, the oldest first, which wait no longer."""
    held = (
        select(D.id, D.text).where(D.person == person, D.sent_at.is_(None)).order_by(D.id).limit(most).with_for_update()
    )
    rows = tx.execute(held).all()
    tx.execute(update(DIGEST_ITEM).where(D.id.in_([row.id for row in rows])).values(sent_at=now))
    return [row.text for row in rows]


def served(tx: Connection, accounts: Sequence[str], since: datetime) -> bool:
    """Whether somebody with these accounts ("shop:3") held a conversation that had news since then."""
    theirs = [and_(C.source == source, C.agent == agent) for source, _, agent in (a.partition(":") for a in accounts)]
    held = select(C.id).where(or_(*theirs), C.last_at >= since).limit(1)
    return bool(theirs) and tx.scalar(held) is not None
