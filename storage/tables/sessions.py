"""Who is logged in to the pages, by what one-time link, and whose originals they may read for some minutes."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Session(SQLModel, table=True):
    """A browser that is logged in; its secret is only in its cookie."""

    __tablename__ = "session"
    hash: str = Field(primary_key=True)  # of the secret
    person: str = Field(index=True)
    made_at: datetime = Field(sa_type=UtcDateTime)
    seen_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)


class LoginLink(SQLModel, table=True):
    """A link that logs somebody in once."""

    __tablename__ = "login_link"
    hash: str = Field(primary_key=True)
    person: str
    made_at: datetime = Field(sa_type=UtcDateTime)
    expires_at: datetime = Field(sa_type=UtcDateTime, index=True)
    used_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Reveal(SQLModel, table=True):
    """This session reads this conversation without masks until then."""

    __tablename__ = "reveal"
    session: str = Field(primary_key=True)
    conversation: str = Field(primary_key=True)
    until: datetime = Field(sa_type=UtcDateTime, index=True)
    reason: str
