"""Conversations, their messages, what happened to them, and what screening found."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime

INVITED = text("kind = 'invited'")
OPEN = text("status != 'resolved' AND agent != ''")


class Conversation(SQLModel, table=True):
    __tablename__ = "conversation"
    __table_args__ = (
        Index("ix_conversation_look_again", "look_again_at", sqlite_where=text("look_again_at IS NOT NULL"),
              postgresql_where=text("look_again_at IS NOT NULL")),
        Index("ix_conversation_last_at", "last_at"),
        Index("ix_conversation_held", "source", "agent", sqlite_where=OPEN, postgresql_where=OPEN),
    )  # fmt: skip
    id: str = Field(primary_key=True)  # "source:external id"
    link: str = Field(unique=True)  # random, for addresses
    source: str
    external_id: str
    channel: str = "chat"
    shop: str = ""
    team: str = ""
    customer_id: str = ""
    customer_name: str = ""
    order_id: str = ""
    agent: str = ""  # the sub-account that holds it
    status: str = "open"
    rating_score: int | None = None
    rating_comment: str = ""
    rated_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    look_again_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    risk: float = 0.0
    star: float = 0.0
    level: str = "none"
    model: str = ""  # which models gave the scores
    unchecked: list[Any] = Field(default_factory=list, sa_type=Json)
    first_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    last_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    screened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # None: not checked yet
    faded: bool = False  # its texts are masked for good
    version: int = 0  # raised by each look and each masking, so that nobody writes what was made of an older one


class Message(SQLModel, table=True):
    __tablename__ = "message"
    conversation: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    speaker: str
    text: str
    at: datetime = Field(sa_type=UtcDateTime)  # the source's time, else when we received it
    agent: str = ""
    signals: str = ""  # JSON, each part with its version


class Happening(SQLModel, table=True):
    """An assignment, a change of status, or that the customer was asked for a rating."""

    __tablename__ = "happening"
    __table_args__ = (
        Index("ix_happening_invited", "conversation", "at", sqlite_where=INVITED, postgresql_where=INVITED),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation: str = Field(index=True)
    kind: str  # assigned | status | invited
    value: str  # the sub-account ("" for the queue), the status, or nothing
    at: datetime = Field(sa_type=UtcDateTime)


class Finding(SQLModel, table=True):
    __tablename__ = "finding"
    __table_args__ = (
        UniqueConstraint("conversation", "check_id", "message", name="uq_finding"),
        Index("ix_finding_found_at", "found_at"),
    )
    id: int | None = Field(default=None, primary_key=True)
    conversation: str
    check_id: str
    message: str
    kind: str
    severity: int
    quote: str
    says: str
    rule: str
    model: str = ""  # which models gave the scores when it was found
    advice: str = ""
    found_at: datetime = Field(sa_type=UtcDateTime)
    standing: bool = True  # still true at the last screening
    verdict: str = ""  # "" | real | false_alarm | overturned
    judged_by: str = ""
    judged_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    cause: str = ""  # of a real one, see rules.causes
    account: str = Field(default="", index=True)  # "source:sub-account" it is about; known once it is judged
