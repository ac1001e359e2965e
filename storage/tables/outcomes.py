"""Outcomes rolled up by day: orders and reviews that came after service, by sub-account and by talk-track."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class OutcomeDay(SQLModel, table=True):
    """What became of one day's conversations of one sub-account, or of all in which a talk-track could be used."""

    __tablename__ = "outcome_day"
    account: str = Field(primary_key=True)  # "helpdesk:sub-account"; "~id" is a talk-track
    day: str = Field(primary_key=True, index=True)
    told: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    made_at: datetime = Field(sa_type=UtcDateTime)
