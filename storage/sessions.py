"""Logins: sessions of browsers, one-time links, and originals revealed for some minutes. Secrets are kept as hashes."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Row, bindparam, delete, select, update

from storage.db import upsert
from storage.tables import LOGIN_LINK, REVEAL, SESSION

S, L, R = SESSION.c, LOGIN_LINK.c, REVEAL.c
LONGEST = timedelta(hours=12)
IDLE = timedelta(hours=2)
NOTED_EVERY = timedelta(minutes=1)  # a busy page need not write at every request

# Built once: building a statement costs more than running it.
ALIVE = select(SESSION).where(
    S.hash.in_(bindparam("hashes", expanding=True)), S.expires_at > bindparam("now"), S.seen_at > bindparam("idle")
)


@dataclass(frozen=True, slots=True)
class Session:
    hash: str
    person: str
    made_at: datetime
    seen_at: datetime
    expires_at: datetime


def hash_of(secret: str) -> str:
    return sha256(secret.encode()).hexdigest()


def start(tx: Connection, secret: str, person: str, now: datetime) -> Session:
    session = Session(hash_of(secret), person, now, now, now + LONGEST)
    row = {"hash": session.hash, "person": person, "made_at": now, "seen_at": now, "expires_at": session.expires_at}
    tx.execute(SESSION.insert().values(row))
    return session


def find(tx: Connection, secret: str, now: datetime) -> Session | None:
    return alive(tx, [hash_of(secret)], now).get(hash_of(secret))


def alive(tx: Connection, hashes: Sequence[str], now: datetime) -> dict[str, Session]:
    """Those of the sessions that are neither over nor idle too long."""
    rows = tx.execute(ALIVE, {"hashes": hashes, "now": now, "idle": now - IDLE})
    return {row.hash: _session(row) for row in rows}


def seen(tx: Connection, session: Session, now: datetime) -> None:
    tx.execute(update(SESSION).where(S.hash == session.hash).values(seen_at=now))


def end(tx: Connection, hash_: str) -> None:
    tx.execute(delete(SESSION).where(S.hash == hash_))
    tx.execute(delete(REVEAL).where(R.session == hash_))


def forget(tx: Connection, now: datetime) -> None:
    """What is over; links are remembered a day longer, so that a second use can be told from a wrong one."""
    tx.execute(delete(SESSION).where((S.expires_at <= now) | (S.seen_at <= now - IDLE)))
    tx.execute(delete(LOGIN_LINK).where(L.expires_at <= now - timedelta(days=1)))
    tx.execute(delete(REVEAL).where(R.until <= now))


def offer_link(tx: Connection, hash_: str, person: str, now: datetime, lasts: timedelta) -> None:
    row = {"hash": hash_, "person": person, "made_at": now, "expires_at": now + lasts, "used_at": None}
    tx.execute(upsert(tx, LOGIN_LINK, ("hash",), ("person",)), row)


def link_is_good(tx: Connection, secret: str, now: datetime) -> str:
    """Whose link it is; empty when it was used, is too old, or never was."""
    good = select(L.person).where(L.hash == hash_of(secret), L.used_at.is_(None), L.expires_at > now)
    return tx.scalar(good) or ""


def use_link(tx: Connection, secret: str, now: datetime) -> str:
    """Use it up; whose it was, or empty. Of two that come together, one gets in."""
    mine = (L.hash == hash_of(secret), L.used_at.is_(None), L.expires_at > now)
    return tx.scalar(update(LOGIN_LINK).where(*mine).values(used_at=now).returning(L.person)) or ""


def reveal(tx: Connection, session: str, conversation: str, until: datetime, reason: str) -> None:
    row = {"session": session, "conversation": conversation, "until": until, "reason": reason}
    tx.execute(upsert(tx, REVEAL, ("session", "conversation"), ("until", "reason")), row)


def conceal(tx: Connection, session: str, conversation: str) -> None:
    tx.execute(delete(REVEAL).where(R.session == session, R.conversation == conversation))


def revealed_until(tx: Connection, session: str, conversation: str, now: datetime) -> datetime | None:
    until: datetime | None = tx.scalar(
        select(R.until).where(R.session == session, R.conversation == conversation, R.until > now)
    )
    return until


def _session(row: Row[Any]) -> Session:
    return Session(row.hash, row.person, row.made_at, row.seen_at, row.expires_at)
