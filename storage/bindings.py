"""Whose sub-accounts are, as people said it after the config was written."""

from datetime import datetime

from sqlalchemy import Connection, select

from rules.binding import Bound
from storage.tables import BINDING, CONVERSATION

B, C = BINDING.c, CONVERSATION.c
ALL = select(BINDING).order_by(B.id)


def every(tx: Connection) -> list[Bound]:
    """In the order in which they were said."""
    return [Bound(r.account, r.person, r.hours, r.since, r.until, r.actor, r.at) for r in tx.execute(ALL)]


def serves(tx: Connection, account: str) -> bool:
    """Whether it holds a conversation."""
    source, _, agent = account.partition(":")
    return tx.scalar(select(C.id).where(C.source == source, C.agent == agent).limit(1)) is not None


def add(tx: Connection, bound: Bound, now: datetime) -> None:
    row = {"account": bound.account, "person": bound.person, "hours": bound.hours, "since": bound.since,
           "until": bound.until, "actor": bound.actor, "at": now}  # fmt: skip
    tx.execute(BINDING.insert(), row)
