"""What people decided about rules after they were written."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from storage.columns import UtcDateTime


class RuleChange(SQLModel, table=True):
    """Proposed, then accepted or declined; an accepted one is in force until it is undone."""

    __tablename__ = "rule_change"
    __table_args__ = (
        UniqueConstraint("rule", "version", "what", "value", "link", name="uq_rule_change"),
        Index("ix_rule_change_accepted", "id", sqlite_where=text("state = 'accepted'"),
              postgresql_where=text("state = 'accepted'")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)  # people say R<id>
    rule: str
    version: int
    what: str  # severity …
    value: str
    reason: str
    link: str  # what led to it: "ledger", "poll:3"
    state: str  # proposed | accepted | declined | undone
    proposed_at: datetime = Field(sa_type=UtcDateTime)
    decided_by: str = ""
    decided_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    undone_by: str = ""
    undone_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
