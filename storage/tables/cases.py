"""Conversations worth learning from: the library with its wordings, and the highlights people were asked about."""

from datetime import datetime

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Case(SQLModel, table=True):
    """One thing worth learning; every text of it is masked. Found first, in the library once it is collected."""

    __tablename__ = "case_"
    id: int | None = Field(default=None, primary_key=True)  # people say S<id>
    key: str = Field(unique=True)  # "star:shop:c1", "saved:shop:c1", "finding:shop:c1", "poll:3"
    kind: str = "star"  # star | saved | finding | poll
    state: str = "found"  # found | collected | retired | withdrawn
    conversation: str = Field(default="", index=True)
    account: str = Field(default="", index=True)  # "source:sub-account" whose doing it was; empty where nobody is named
    person: str = ""  # named in the library, because they like it
    team: str = ""
    rule: str = ""
    message: str = ""
    quote: str = ""
    says: str = ""  # what made it worth keeping
    found_at: datetime = Field(sa_type=UtcDateTime)
    title: str = ""
    reason: str = ""  # what the customer came for
    tactic: str = ""
    product: str = ""
    before: str = ""  # the customer's words when they came
    after: str = ""  # … and when they left
    turning: str = ""  # what the agent said when it turned
    line: str = ""  # the sentence to copy, as it was said
    wording: str = ""  # the approved standard wording
    version: int = 0  # … and its version; 0: none is approved yet
    owner: str = ""
    review_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    collected_by: str = ""
    collected_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    length: int = 0  # of its text, in tokens


class CaseWording(SQLModel, table=True):
    """Each version of a standard wording stays, with who wrote and who approved it."""

    __tablename__ = "case_wording"
    case: int = Field(primary_key=True)
    version: int = Field(primary_key=True)
    text: str  # masked
    why: str = ""
    by: str
    at: datetime = Field(sa_type=UtcDateTime)
    approved_by: str = ""
    approved_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class CaseUse(SQLModel, table=True):
    """用过，有用: once a person and day."""

    __tablename__ = "case_use"
    case: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    day: str = Field(primary_key=True)  # "2026-11-20"
    version: int = 0  # of the wording that was used
    at: datetime = Field(sa_type=UtcDateTime)


class CaseToken(SQLModel, table=True):
    """The inverted index of the library; only what is collected stands in it."""

    __tablename__ = "case_token"
    __table_args__ = (Index("ix_case_token_case", "case"),)
    token: str = Field(primary_key=True)
    case: int = Field(primary_key=True)
    n: int


class Highlight(SQLModel, table=True):
    """What the agent of an excellent conversation was asked, and what became of it."""

    __tablename__ = "highlight"
    __table_args__ = (
        Index("ix_highlight_due", "due_at", sqlite_where=text("state = 'asked'"),
              postgresql_where=text("state = 'asked'")),
    )  # fmt: skip
    case: int = Field(primary_key=True)
    person: str = ""  # the agent, when we know them
    state: str  # asked | shown | private | withdrawn
    consent: str = ""  # open | anonymous | private
    answered: bool = False  # by themselves, not by their default
    asked_at: datetime = Field(sa_type=UtcDateTime)
    due_at: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when their default counts as the answer
    shown_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    withdrawn_by: str = ""


class Cheer(SQLModel, table=True):
    """👍 and nominations, once a person."""

    __tablename__ = "cheer"
    case: int = Field(primary_key=True)
    person: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)  # like | nominate
    at: datetime = Field(sa_type=UtcDateTime)
