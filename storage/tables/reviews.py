"""What people look at again: appeals against findings, and the day's key samples for review."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Appeal(SQLModel, table=True):
    """An agent asks for another judge; the judge has a clock as well."""

    __tablename__ = "appeal"
    __table_args__ = (
        Index("ix_appeal_open", "due_at", sqlite_where=text("state = 'open'"),
              postgresql_where=text("state = 'open'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)  # people say AP<id>
    person: str = Field(index=True)
    conversation: str
    team: str = ""
    reason: str
    filed_at: datetime = Field(sa_type=UtcDateTime)
    first: str = ""  # who judged before
    judge: str = ""  # whose turn it is
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when the judge is reminded, or another asked
    reminded: bool = False
    state: str  # open | accepted | partly | rejected
    answer: str = ""
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Appealed(SQLModel, table=True):
    """A finding is appealed against once."""

    __tablename__ = "appealed"
    finding: int = Field(primary_key=True)
    appeal: int = Field(index=True)


class ReviewDay(SQLModel, table=True):
    """How much of a day the random sample takes; fixed before the day is known."""

    __tablename__ = "review_day"
    day: str = Field(primary_key=True)  # "2026-11-20"
    chance: float


class ReviewSample(SQLModel, table=True):
    """A conversation somebody is asked to look at, and what they said of it."""

    __tablename__ = "review_sample"
    __table_args__ = (UniqueConstraint("day", "conversation", name="uq_review_sample"),)
    id: int | None = Field(default=None, primary_key=True)  # people say V<id>
    day: str
    conversation: str
    team: str = ""
    why: str  # doubt | risk | star | random
    score: float = 0.0
    chance: float = 0.0  # of being drawn by lot; 0: it was not, it is here for its score
    sampled_at: datetime = Field(sa_type=UtcDateTime)
    verdict: str = ""  # "" | real | false_alarm | case | skip
    cause: str = ""
    called: bool = False  # somebody had been called about it when it was reviewed
    reviewed_by: str = ""
    reviewed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
