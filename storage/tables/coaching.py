"""Coaching while a conversation runs: what was whispered to whom, and small news kept for the end of a shift."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Whisper(SQLModel, table=True):
    """One private hint to the agent of a conversation, and the agent's answer."""

    __tablename__ = "whisper"
    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(index=True)
    by: str  # a person's name
    to: str
    words: str  # masked
    at: datetime = Field(sa_type=UtcDateTime)
    answer: str = ""  # "" | got_it | help
    answered_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class DigestItem(SQLModel, table=True):
    """A line that can wait: people get theirs together, once a shift."""

    __tablename__ = "digest_item"
    id: int | None = Field(default=None, primary_key=True)
    person: str = Field(index=True)
    text: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    sent_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
