"""The sandbox's rooms: cards posted once per key, lines people typed, pictures."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Table, bindparam, select, update

from storage.statements import insert_ignore
from storage.tables.sandbox import SandboxPicture, SandboxPost

POST: Table = SandboxPost.__table__  # type: ignore[attr-defined]
PICTURE: Table = SandboxPicture.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing in a room: a card (`body` is its JSON) or a typed line (`person` and `text`)."""

    room: str
    key: str
    kind: str  # card | said
    body: Mapping[str, Any]
    at: datetime
    version: int


# Built once: building a statement costs more than running it.
STANDING = select(POST.c.room, POST.c.key, POST.c.kind, POST.c.body, POST.c.at, POST.c.version)
FIND = STANDING.where(POST.c.key == bindparam("k"), POST.c.kind == "card")
CHANGE = (
    update(POST)
    .where(POST.c.key == bindparam("k"), POST.c.version == bindparam("v"))
    .values(body=bindparam("card"), version=POST.c.version + 1)
)


def post(tx: Connection, room: str, key: str, card: Mapping[str, Any], now: datetime) -> Standing | None:
    """The card as it now stands, or None when something stands under this key already."""
    return _add(tx, Standing(room, key, "card", dict(card), now, 1))


def say(tx: Connection, room: str, key: str, words: Mapping[str, str], now: datetime) -> Standing | None:
    return _add(tx, Standing(room, key, "said", dict(words), now, 1))


def change(tx: Connection, key: str, card: Mapping[str, Any], since: int | None = None) -> Standing | None:
    """The card after the change; None when no card stands under this key, or when it has changed since that version."""
    before = find(tx, key)
    if before is None or before.body == card:
        return before
    version = before.version if since is None else since
    changed = tx.execute(CHANGE, {"k": key, "v": version, "card": dict(card)})
    return replace(before, body=dict(card), version=version + 1) if changed.rowcount else None


def find(connection: Connection, key: str) -> Standing | None:
    row = connection.execute(FIND, {"k": key}).first()
    return Standing(*row) if row else None


def in_room(connection: Connection, room: str, latest: int | None = None) -> list[Standing]:
    """What stands in the room, oldest first; all of it, or only the latest."""
    newest = connection.execute(STANDING.where(POST.c.room == room).order_by(POST.c.id.desc()).limit(latest))
    return [Standing(*row) for row in newest][::-1]


def keep_picture(tx: Connection, png: bytes) -> str:
    name = sha256(png).hexdigest()[:32]
    tx.execute(insert_ignore(tx, PICTURE).values(name=name, png=png))
    return name


def picture(connection: Connection, name: str) -> bytes | None:
    png: bytes | None = connection.execute(select(PICTURE.c.png).where(PICTURE.c.name == name)).scalar()
    return png


def _add(tx: Connection, new: Standing) -> Standing | None:
    row = {"room": new.room, "key": new.key, "kind": new.kind, "body": dict(new.body), "at": new.at, "version": 1}
    added = tx.execute(insert_ignore(tx, POST, POST.c.id), row).first()
    return new if added else None
