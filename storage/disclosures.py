"""What people were told about being screened: wanted, standing in their direct messages, confirmed."""

import secrets
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, or_, select, update

from storage.db import insert_ignore
from storage.tables import DISCLOSURE, POST

D, P = DISCLOSURE.c, POST.c
# Built once: building a statement costs more than running it.
WANTED = select(D.person).where(D.version == bindparam("version"))


def new_link() -> str:
    """A part of a post's key that no other database has."""
    return secrets.token_hex(6)


def want(tx: Connection, person: str, version: str, post: str, now: datetime) -> bool:
    """False when it was wanted before."""
    row = {"person": person, "version": version, "post": post, "wanted_at": now, "confirmed_at": None}
    return tx.scalar(insert_ignore(tx, DISCLOSURE, D.person), row) is not None


def wanted(tx: Connection, version: str) -> frozenset[str]:
    """Everybody for whom this wording is on its way or standing."""
    return frozenset(tx.scalars(WANTED, {"version": version}))


def told(tx: Connection, people: Collection[str], version: str) -> frozenset[str]:
    """Who of them has it standing in their direct messages, or has confirmed it elsewhere."""
    stands = select(P.key).where(P.key == D.post, P.shown > 0).exists()
    mine = select(D.person).where(D.person.in_(people), D.version == version)
    return frozenset(tx.scalars(mine.where(or_(D.confirmed_at.is_not(None), stands))))


def confirm(tx: Connection, person: str, version: str, now: datetime) -> bool:
    """The person has read it; False when they had said so before."""
    want(tx, person, version, "", now)
    mine = (D.person == person, D.version == version, D.confirmed_at.is_(None))
    return tx.execute(update(DISCLOSURE).where(*mine).values(confirmed_at=now)).rowcount > 0


def confirmed(tx: Connection, person: str, version: str) -> datetime | None:
    at: datetime | None = tx.scalar(select(D.confirmed_at).where(D.person == person, D.version == version))
    return at
