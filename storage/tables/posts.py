"""The outbox of wanted cards, what we heard from chats, and how much we have spoken."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime

DUE = text("shown < wanted AND NOT dead")
SQLITE_DUE = text("shown < wanted AND dead = 0")  # in the words of the questions, or SQLite does not see that it fits


class Post(SQLModel, table=True):
    __tablename__ = "post"
    __table_args__ = (
        Index("ix_post_due", "due_at", sqlite_where=SQLITE_DUE, postgresql_where=DUE),
        Index("ix_post_room", "room", "created_at"),
    )
    key: str = Field(primary_key=True, max_length=50)
    chat: str
    room: str  # the platform's id of the room or of the person
    direct: bool = False
    kind: str
    subject: str = Field(default="", index=True)  # "A12", "case:3": what it is about
    card: dict[str, Any] = Field(sa_type=Json)
    wanted: int = 1  # version of `card`
    shown: int = 0  # version that stands in the room
    message_id: str = ""
    session: str = ""
    priority: int = 0  # larger goes first
    due_at: datetime = Field(sa_type=UtcDateTime)
    lease_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    attempts: int = 0
    uncertain: bool = False  # a send whose answer was lost
    dead: bool = False
    error: str = ""
    created_at: datetime = Field(sa_type=UtcDateTime)
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    shown_look: str = ""  # tone and state that stand there


class Heard(SQLModel, table=True):
    """Presses and words from chats, each taken once."""

    __tablename__ = "heard"
    chat: str = Field(primary_key=True)
    event: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime)


class RoomBudget(SQLModel, table=True):
    """How often we spoke in a room, and when; the moment 0 is locked by whoever counts."""

    __tablename__ = "room_budget"
    chat: str = Field(primary_key=True)
    room: str = Field(primary_key=True)
    moment: int = Field(primary_key=True, sa_type=BigInteger)  # tenths of seconds since 1970
    n: int = 0


class Call(SQLModel, table=True):
    """Calls of a platform's API in a month, because some are counted against us."""

    __tablename__ = "call"
    chat: str = Field(primary_key=True)
    month: str = Field(primary_key=True)  # "2026-11"
    n: int = 0
