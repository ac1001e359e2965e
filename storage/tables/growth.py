"""Growth: what somebody practises now, and how the small exercises went."""

from datetime import datetime

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Goal(SQLModel, table=True):
    """One thing to practise: a measure, perhaps in one contact reason."""

    __tablename__ = "goal"
    __table_args__ = (Index("ix_goal_person", "person", "state"),)
    id: int | None = Field(default=None, primary_key=True)  # people say G<id>
    person: str
    measure: str  # of rules.metrics.cells.MEASURED
    reason: str = ""  # contact reason; "": all
    state: str  # open | declined | finished | replaced
    since: str  # 2026-11-20: before and after are counted from here
    set_by: str = ""  # a lead; "": the portrait
    set_at: datetime = Field(sa_type=UtcDateTime)
    ended_by: str = ""
    ended_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    why: str = ""  # of whoever declined or changed it


class Drill(SQLModel, table=True):
    """One answer to an exercise: which of two replies is better."""

    __tablename__ = "drill"
    goal: int = Field(primary_key=True)
    case: int = Field(primary_key=True)
    right: bool
    at: datetime = Field(sa_type=UtcDateTime)
