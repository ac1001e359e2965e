"""What keeps us honest: the audit log, and the occurrences of the timetable."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class Audit(SQLModel, table=True):
    """Each row is sealed together with the seal before it, so that nobody changes or takes out one unseen."""

    __tablename__ = "audit"
    id: int | None = Field(default=None, primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    actor: str  # a person's name, or the platform's id of a stranger
    action: str
    subject: str = Field(index=True)
    allowed: bool = True
    detail: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    place: int | None = Field(default=None, unique=True)  # in the chain; given at the end of its transaction
    seal: str = ""


class Occurrence(SQLModel, table=True):
    """One due time of one job; the key makes it happen once, on any number of processes."""

    __tablename__ = "occurrence"
    job: str = Field(primary_key=True)
    due_at: datetime = Field(primary_key=True, sa_type=UtcDateTime)
    ran_at: datetime = Field(sa_type=UtcDateTime)
    why: str = ""  # nothing was told, because


class Cursor(SQLModel, table=True):
    """How far we have read a helpdesk by its API."""

    __tablename__ = "cursor"
    source: str = Field(primary_key=True)
    value: str
    at: datetime = Field(sa_type=UtcDateTime)
