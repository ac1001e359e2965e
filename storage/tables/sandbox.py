"""What stands in the rooms of the sandbox: cards, typed lines and pictures."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class SandboxPost(SQLModel, table=True):
    """A card, or a line a person typed; `key` makes posting idempotent."""

    __tablename__ = "sandbox_post"
    __table_args__ = (Index("ix_sandbox_post_room", "room", "id"),)
    id: int | None = Field(default=None, primary_key=True)
    room: str
    key: str = Field(unique=True)
    kind: str  # card | said
    body: dict[str, Any] = Field(sa_type=Json)
    at: datetime = Field(sa_type=UtcDateTime)
    version: int = 1


class SandboxPicture(SQLModel, table=True):
    __tablename__ = "sandbox_picture"
    name: str = Field(primary_key=True)  # the picture's own hash
    png: bytes
