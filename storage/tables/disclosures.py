"""Who was told what Starling screens, who may see it and how long it is kept; and who has confirmed."""

from datetime import datetime

from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class Disclosure(SQLModel, table=True):
    """One wording for one person; it counts as told when its post stands in their direct messages."""

    __tablename__ = "disclosure"
    person: str = Field(primary_key=True)
    version: str = Field(primary_key=True)  # of the wording
    post: str = Field(default="", index=True)  # its key in the outbox
    wanted_at: datetime = Field(sa_type=UtcDateTime)
    confirmed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
