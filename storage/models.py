"""Models learnt on site: one of each kind is in use on all processes, the ones before it can come back."""

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select, update

from storage.tables import MODEL

M = MODEL.c


@dataclass(frozen=True, slots=True)
class NewModel:
    kind: str
    version: str
    verdicts: int
    figures: Mapping[str, Any]
    blob: bytes


@dataclass(frozen=True, slots=True)
class Model:
    id: int
    kind: str  # risk | star
    version: str
    state: str  # in_use | candidate | retired
    made_at: datetime
    verdicts: int
    figures: Mapping[str, Any]
    left: str = ""  # why it is retired: replaced | rolled_back


def add(tx: Connection, new: NewModel, now: datetime, *, use: bool) -> int:
    """Keep a model; with `use` it takes the place of the one in use."""
    if use:
        _retire(tx, new.kind, "replaced")
    row = {"kind": new.kind, "version": new.version, "state": "in_use" if use else "candidate", "made_at": now,
           "left": "", "used_at": now if use else None, "verdicts": new.verdicts, "figures": dict(new.figures),
           "packed": zlib.compress(new.blob, 1)}  # fmt: skip
    return int(tx.execute(MODEL.insert().returning(M.id), row).scalar_one())


def in_use(tx: Connection) -> dict[str, Model]:
    """By kind."""
    return {row.kind: _model(row) for row in tx.execute(_told().where(M.state == "in_use").order_by(M.kind))}


def blob(tx: Connection, id_: int) -> bytes:
    """The model itself; raises LookupError."""
    packed = tx.scalar(select(M.packed).where(M.id == id_))
    if packed is None:
        raise LookupError(id_)
    return zlib.decompress(packed)


def rejected(tx: Connection, kind: str, version: str) -> bool:
    """Whether somebody rolled this very model back."""
    found = select(M.id).where(M.kind == kind, M.version == version, M.left == "rolled_back")
    return tx.scalar(found.limit(1)) is not None


def roll_back(tx: Connection, kind: str, now: datetime) -> tuple[Model, Model | None] | None:
    """The one before is in use again, or none: (left, now in use); None when none was in use."""
    gone = in_use(tx).get(kind)
    if gone is None:
        return None
    _retire(tx, kind, "rolled_back")
    before = (M.kind == kind, M.id < gone.id, M.used_at.is_not(None), M.left == "replaced")
    row = tx.execute(_told().where(*before).order_by(M.id.desc()).limit(1)).one_or_none()
    if row is None:
        return gone, None
    tx.execute(update(MODEL).where(M.id == row.id).values(state="in_use", used_at=now, left=""))
    return gone, _model(row)


def latest(tx: Connection, limit: int = 10) -> list[Model]:
    return [_model(row) for row in tx.execute(_told().order_by(M.id.desc()).limit(limit))]


def _retire(tx: Connection, kind: str, why: str) -> None:
    tx.execute(update(MODEL).where(M.kind == kind, M.state == "in_use").values(state="retired", left=why))


def _told() -> Select[Any]:
    return select(M.id, M.kind, M.version, M.state, M.made_at, M.verdicts, M.figures, M.left)


def _model(row: Row[Any]) -> Model:
    return Model(row.id, row.kind, row.version, row.state, row.made_at, row.verdicts, row.figures, row.left)
