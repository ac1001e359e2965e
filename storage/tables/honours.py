"""Honours proposed and confirmed, colleagues' nominations, and the ledger of points."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class Honour(SQLModel, table=True):
    """One award of one team and span, from the proposal on."""

    __tablename__ = "honour"
    __table_args__ = (
        UniqueConstraint("award", "team", "since", "until", name="uq_honour"),
        Index("ix_honour_open", "proposed_at", sqlite_where=text("state = 'proposed'"),
              postgresql_where=text("state = 'proposed'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)  # people say H<id>
    award: str
    team: str = ""
    since: str  # 2026-11-16
    until: str  # with that day
    span: str  # week | month
    state: str  # proposed | confirmed | skipped | withdrawn
    proposed: list[Any] = Field(default_factory=list, sa_type=Json)  # [name, n, good, expected, value, chance]
    clear: bool = False
    winners: list[Any] = Field(default_factory=list, sa_type=Json)  # names
    formula: str = ""
    points: int = 0
    reason: str = ""  # of whoever chose somebody else
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class HonourConsent(SQLModel, table=True):
    """What somebody said about being named in public for this one."""

    __tablename__ = "honour_consent"
    honour: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    public: bool
    at: datetime = Field(sa_type=UtcDateTime)


class Nomination(SQLModel, table=True):
    """A colleague's word for another, once a day."""

    __tablename__ = "nomination"
    person: str = Field(primary_key=True)
    by: str = Field(primary_key=True)
    day: str = Field(primary_key=True)
    team: str = ""
    why: str  # masked
    at: datetime = Field(sa_type=UtcDateTime)


class Point(SQLModel, table=True):
    """The ledger: only what a person confirmed comes in, and nothing is ever changed in it."""

    __tablename__ = "point"
    id: int | None = Field(default=None, primary_key=True)
    honour: int = Field(index=True)
    person: str = Field(index=True)
    points: int
    why: str
    confirmed_by: str
    at: datetime = Field(sa_type=UtcDateTime)
