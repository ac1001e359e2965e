"""Models learnt on site, lessons asked for, and second opinions with how far we trust them."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, LargeBinary, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class Model(SQLModel, table=True):
    """A model made of reviewers' verdicts; one of each kind is in use, on every process."""

    __tablename__ = "model"
    __table_args__ = (
        Index("uq_model_in_use", "kind", unique=True, sqlite_where=text("state = 'in_use'"),
              postgresql_where=text("state = 'in_use'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    kind: str  # risk | star
    version: str
    state: str  # in_use | candidate | retired
    made_at: datetime = Field(sa_type=UtcDateTime)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    left: str = ""  # why it is retired: replaced | rolled_back
    verdicts: int  # it was trained on so many
    figures: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    packed: bytes = Field(sa_type=LargeBinary)


class Lesson(SQLModel, table=True):
    """Somebody, or the timetable, asked us to learn; the key makes it happen once."""

    __tablename__ = "lesson"
    __table_args__ = (
        Index("ix_lesson_waiting", "id", sqlite_where=text("done_at IS NULL"),
              postgresql_where=text("done_at IS NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)
    key: str = Field(unique=True)
    asked_at: datetime = Field(sa_type=UtcDateTime)
    asked_by: str = ""  # "" is the timetable
    chat: str = ""  # where the answer is wanted; empty: in the rooms of those who look after us
    room: str = ""
    direct: bool = False
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    says: str = ""


class Opinion(SQLModel, table=True):
    """What a language model said of an alert, after it was posted."""

    __tablename__ = "opinion"
    __table_args__ = (UniqueConstraint("alert", name="uq_opinion"),)
    id: int | None = Field(default=None, primary_key=True)
    alert: int
    criterion: str = Field(index=True)  # the check it judges
    at: datetime = Field(sa_type=UtcDateTime)
    state: str  # asked | told | dropped | failed
    real: bool | None = None  # whether it holds the alert to be justified
    summary: str = ""
    reason: str = ""
    wording: str = ""
    why: str = ""  # why it was dropped, or failed


class OpinionStage(SQLModel, table=True):
    """How far second opinions on one criterion are trusted; missing is shadow."""

    __tablename__ = "opinion_stage"
    criterion: str = Field(primary_key=True)
    stage: str  # shadow | hint | counted
    agreed: int
    judged: int
    changed_at: datetime = Field(sa_type=UtcDateTime)
