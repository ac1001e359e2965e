"""How many conversations there were, or are: of a time, of a team, of each account, on somebody's desk."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, bindparam, func, literal_column, or_, select, true

from storage.tables import CONVERSATION

C = CONVERSATION.c
HELD = select(func.count()).where(
    C.source == bindparam("source"),
    C.agent == bindparam("agent"),
    C.status != literal_column("'resolved'"),  # spelt as in the index
    C.agent != literal_column("''"),
    C.last_at >= bindparam("since"),
)


def screened(tx: Connection, since: datetime) -> tuple[int, int]:
    """(conversations with news since then, of which were screened)."""
    counted = select(func.count(), func.count(C.screened_at)).where(C.last_at >= since)
    total, done = tx.execute(counted).one()
    return int(total), int(done)


def of_team(tx: Connection, team: str, accounts: Sequence[str], since: datetime, until: datetime) -> tuple[int, int]:
    """(conversations of these days, of which were screened) of a team, or held by its people; no team is all."""
    ours = or_(C.team == team, (C.source + ":" + C.agent).in_(accounts)) if team else true()
    counted = select(func.count(), func.count(C.screened_at)).where(C.last_at >= since, C.first_at < until, ours)
    total, done = tx.execute(counted).one()
    return int(total), int(done)


def by_account(tx: Connection, accounts: Sequence[str], since: datetime, until: datetime) -> dict[str, int]:
    """How many conversations of that time each account held, whatever the channel."""
    held = C.source + ":" + C.agent
    during = (C.last_at >= since, C.first_at < until, held.in_(accounts))
    return {row[0]: row[1] for row in tx.execute(select(held, func.count()).where(*during).group_by(C.source, C.agent))}


def load_on(tx: Connection, source: str, agent: str, since: datetime) -> int:
    """How many open conversations an agent holds that had news since then."""
    return int(tx.scalar(HELD, {"source": source, "agent": agent, "since": since}) or 0)
