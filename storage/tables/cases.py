"""Conversations worth learning from."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Case(SQLModel, table=True):
    __tablename__ = "case_"
    id: int | None = Field(default=None, primary_key=True)
    conversation: str = Field(unique=True)
    kind: str = "star"
    state: str = "found"  # found | collected | declined
    rule: str
    message: str
    quote: str
    says: str
    found_at: datetime = Field(sa_type=UtcDateTime)
