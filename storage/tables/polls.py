"""Blind votes of the weekly calibration: sessions, their cases, ballots with every change, wordings, decisions."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime

GOING_ON = text("state NOT IN ('closed', 'dropped')")


class PollSession(SQLModel, table=True):
    """proposed -> confirmed -> open -> wording -> closed; dropped when nobody confirmed it in time."""

    __tablename__ = "poll_session"
    __table_args__ = (Index("ix_poll_session_going_on", "state", sqlite_where=GOING_ON, postgresql_where=GOING_ON),)
    id: int | None = Field(default=None, primary_key=True)  # its posts are about "poll<id>"
    link: str  # random
    state: str
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime = Field(sa_type=UtcDateTime, unique=True)  # when it is to begin
    opened_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closes_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # of the ballots
    ends_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # of the vote on wordings
    confirmed_by: str = ""


class PollCase(SQLModel, table=True):
    """One question of a session; its texts are masked, and nobody is named in them."""

    __tablename__ = "poll_case"
    __table_args__ = (UniqueConstraint("conversation", "message", name="uq_poll_case"),)
    id: int | None = Field(default=None, primary_key=True)  # people say Q<id>
    session: int = Field(index=True)
    place: int  # 1, 2, 3 …
    conversation: str
    message: str
    finding: int | None = None
    rule: str = ""  # by name@version
    team: str = ""
    why: str  # appeal | review | score | lately
    excerpt: list[Any] = Field(default_factory=list, sa_type=Json)  # [who, words]
    own: list[Any] = Field(default_factory=list, sa_type=Json)  # names of those who served: heard, not counted
    heard: str = ""  # what they say about it, without a name
    dropped: bool = False  # by QA, before it began
    drawn: int = 0  # voters on the card
    drawn_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Ballot(SQLModel, table=True):
    """What somebody says of a case now; one for a person, whichever way they voted."""

    __tablename__ = "ballot"
    case: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    role: str
    choice: str  # deduct | keep | unsure
    severity: int = 0  # 1 light … 3 heavy, of a deduction
    cause: str = ""
    alarm: str = ""  # "" | right | wrong: whether the rule should have spoken
    at: datetime = Field(sa_type=UtcDateTime)


class BallotStep(SQLModel, table=True):
    """Every ballot and every change of one; nothing here is ever changed."""

    __tablename__ = "ballot_step"
    id: int | None = Field(default=None, primary_key=True)
    case: int = Field(index=True)
    person: str
    role: str
    choice: str
    severity: int = 0
    cause: str = ""
    alarm: str = ""
    surface: str  # the chat, or web
    at: datetime = Field(sa_type=UtcDateTime)


class Wording(SQLModel, table=True):
    """A better way to say it; its author is never shown."""

    __tablename__ = "wording"
    __table_args__ = (UniqueConstraint("case", "person", name="uq_wording"),)
    id: int | None = Field(default=None, primary_key=True)
    case: int
    person: str
    text: str  # masked
    at: datetime = Field(sa_type=UtcDateTime)


class WordingVote(SQLModel, table=True):
    __tablename__ = "wording_vote"
    case: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    wording: int
    at: datetime = Field(sa_type=UtcDateTime)


class Decision(SQLModel, table=True):
    """What came of a case; a talk in the meeting makes another version of it."""

    __tablename__ = "decision_"
    __table_args__ = (UniqueConstraint("case", "version", name="uq_decision"),)
    id: int | None = Field(default=None, primary_key=True)  # people say D<id>
    case: int
    version: int
    conversation: str
    rule: str = ""
    outcome: str  # deduct | keep | talk
    counts: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    margin: float = 0.0
    because: str = ""
    severity: int = 0
    cause: str = ""
    alarm: str = ""  # "" | right | wrong: what became clear of the rule itself
    wording: str = ""
    wording_votes: int = 0
    by: str  # who confirmed the session, or decided in the meeting
    at: datetime = Field(sa_type=UtcDateTime)
    change: int | None = None  # of a rule, proposed because of it
    rerun: str = ""  # "" | wanted | done
    told: str = ""  # what the change would have done to the last 30 days


class Criterion(SQLModel, table=True):
    """How far a rule is trusted to judge by itself: human_only, hybrid or auto."""

    __tablename__ = "criterion"
    rule: str = Field(primary_key=True)  # its id
    stage: str
    proposed: str = ""  # the stage QA is asked about
    because: str = ""
    by: str = ""
    at: datetime = Field(sa_type=UtcDateTime)
