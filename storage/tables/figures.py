"""Figures rolled up by day."""

from datetime import datetime
from typing import Any

from sqlalchemy import LargeBinary
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class FigureDay(SQLModel, table=True):
    """What one sub-account did on one day, in sums; whose account it is, is asked on reading."""

    __tablename__ = "figure_day"
    account: str = Field(primary_key=True)  # "helpdesk:sub-account"; "helpdesk:" is everybody there together
    pack: str = Field(primary_key=True)
    day: str = Field(primary_key=True, index=True)  # 2026-11-20, in the shop's zone
    tallies: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    rolled_at: datetime = Field(sa_type=UtcDateTime)


class FigureCell(SQLModel, table=True):
    """That one sub-account was at work on one day; what it did is in the day's block."""

    __tablename__ = "figure_cell"
    account: str = Field(primary_key=True)  # "helpdesk:sub-account"; "…@09:00" is a shift of one that is shared
    day: str = Field(primary_key=True, index=True)
    left_out: int = 0  # conversations with abuse or malice


class FigureBlock(SQLModel, table=True):
    """What everybody did on one day, or in a week that is over, by contact reason and difficulty, for portraits.

    One row, because a team's eight weeks by sub-account and day are thousands.
    """

    __tablename__ = "figure_block"
    since: str = Field(primary_key=True)
    until: str = Field(primary_key=True)  # with that day
    stamp: str  # of what is in it: readers keep what they unpacked under it
    packed: bytes = Field(sa_type=LargeBinary)  # see rules.metrics.blocks; "~shop" stands beside the accounts


class FigureTrail(SQLModel, table=True):
    """Which conversations a day of a sub-account is made of; forgotten when they are."""

    __tablename__ = "figure_trail"
    account: str = Field(primary_key=True)
    day: str = Field(primary_key=True, index=True)
    told: list[Any] = Field(default_factory=list, sa_type=Json)  # [conversation, reason, difficulty, {measure: value}]


class Binding(SQLModel, table=True):
    """Whose a sub-account is, from a day on; goes before the config, and the last one said before earlier ones."""

    __tablename__ = "binding"
    id: int | None = Field(default=None, primary_key=True)
    account: str = Field(index=True)
    person: str  # "": nobody's
    hours: str = ""  # "09:00-18:00" of one that is shared; "": all day
    since: str = ""  # 2026-11-20, with that day; "": always
    until: str = ""  # with that day; "": still
    actor: str
    at: datetime = Field(sa_type=UtcDateTime)
