"""The day's briefing of a team: what the lead adds, when it went out, and who has read it."""

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Briefing(SQLModel, table=True):
    __tablename__ = "briefing"
    __table_args__ = (UniqueConstraint("team", "day", name="uq_briefing"),)
    id: int | None = Field(default=None, primary_key=True)  # its posts are about BR<id>
    team: str
    day: str  # 2026-11-20
    words: str = ""  # the lead's own, masked
    by: str = ""
    plain: bool = False  # without the pattern to avoid
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class BriefingRead(SQLModel, table=True):
    __tablename__ = "briefing_read"
    briefing: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)
