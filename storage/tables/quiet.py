"""What keeps rooms quiet without losing anything: mutes, gathered cards, the reasons of silence, who is on duty."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime

GOING_ON = text("done_at IS NULL")
ENDS = text("until IS NOT NULL")


class Mute(SQLModel, table=True):
    """A rule, an agent or a shop that calls nobody for a while; it always has an end."""

    __tablename__ = "mute"
    __table_args__ = (Index("ix_mute_until", "until"),)
    id: int | None = Field(default=None, primary_key=True)
    what: str  # rule | agent | shop
    value: str  # the rule's id, the agent's name, the shop's name
    shown: str  # how people call it
    team: str = ""  # whose conversations; empty: all
    actor: str
    at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)  # moved to now when somebody ends it


class Silence(SQLModel, table=True):
    """Why nobody was called about a conversation; the same reason again only moves its time."""

    __tablename__ = "silence"
    __table_args__ = (Index("ix_silence_until", "until", sqlite_where=ENDS, postgresql_where=ENDS),)
    conversation: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # risk | redline | star
    reason: str = Field(primary_key=True)
    at: datetime = Field(sa_type=UtcDateTime, index=True)
    detail: str = ""  # Chinese, without personal data of customers
    until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    link: str = ""  # "mute:3", "G7": what kept it quiet


class DutyChange(SQLModel, table=True):
    """Somebody took or gave a shift by word; the last one in force counts, before the roster."""

    __tablename__ = "duty_change"
    __table_args__ = (Index("ix_duty_change_until", "until"),)
    id: int | None = Field(default=None, primary_key=True)
    team: str = ""
    names: list[Any] = Field(sa_type=Json)
    begins: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)
    actor: str


class Gathering(SQLModel, table=True):
    """Many alerts on one card of one room: what was too much, what waits for the morning, one matter of a shop."""

    __tablename__ = "gathering"
    __table_args__ = (
        UniqueConstraint("kind", "chat", "room", "topic", "slot", name="uq_gathering"),
        Index("ix_gathering_open", "id", sqlite_where=GOING_ON, postgresql_where=GOING_ON),
    )
    id: int | None = Field(default=None, primary_key=True)  # its post is about G<id>
    kind: str  # more | held | matter
    chat: str
    room: str
    topic: str = ""  # of a matter: "shop|rule"
    slot: int  # the how manieth of its kind; two processes open the same one
    link: str  # random, for the key of its post
    opened_at: datetime = Field(sa_type=UtcDateTime)
    speak_at: datetime = Field(sa_type=UtcDateTime)
    until: datetime = Field(sa_type=UtcDateTime)  # takes in no more from then on
    drawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    called_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    calls: int = 0
    done_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Gathered(SQLModel, table=True):
    __tablename__ = "gathered"
    gathering: int = Field(primary_key=True)
    alert: int = Field(primary_key=True, index=True)
    own: bool = False  # has a card of its own as well
    at: datetime = Field(sa_type=UtcDateTime)


class Trouble(SQLModel, table=True):
    """What the auditor found and nobody has mended yet; its row lets one process tell it, once."""

    __tablename__ = "trouble"
    key: str = Field(primary_key=True)
    says: str
    since: datetime = Field(sa_type=UtcDateTime)
