"""What helpdesks told us and nobody has worked on yet, what we could not read, and what we have seen before."""

from datetime import datetime

from sqlalchemy import Index, LargeBinary, text
from sqlmodel import Field, SQLModel

from storage.columns import BigId, UtcDateTime

WAITING = text("done_at IS NULL")


class Inbox(SQLModel, table=True):
    """One event; waiting while `done_at` is empty, dead when it is done and still has an error."""

    __tablename__ = "inbox"
    __table_args__ = (
        Index("ix_inbox_waiting", "id", sqlite_where=WAITING, postgresql_where=WAITING),
        Index("ix_inbox_conversation", "conversation", "id", sqlite_where=WAITING, postgresql_where=WAITING),
    )
    id: int | None = Field(default=None, primary_key=True, sa_type=BigId)
    source: str
    conversation: str  # "" for what belongs to none: orders, reviews
    kind: str
    key: str  # for de-duplication
    body: str  # JSON of one event in the generic form
    received_at: datetime = Field(sa_type=UtcDateTime)
    attempts: int = 0
    error: str = ""
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Quarantine(SQLModel, table=True):
    """A body we could not read, kept for inspection with its personal data masked."""

    __tablename__ = "quarantine"
    id: int | None = Field(default=None, primary_key=True)
    source: str
    received_at: datetime = Field(sa_type=UtcDateTime, index=True)
    reason: str
    body: str


class Seen(SQLModel, table=True):
    """Hashes of keys already taken in; apart from messages, so that these can come and go."""

    __tablename__ = "seen"
    __table_args__ = ({"sqlite_with_rowid": False},)
    hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
