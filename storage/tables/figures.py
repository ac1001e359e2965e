"""Figures rolled up by day."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class FigureDay(SQLModel, table=True):
    """What one sub-account did on one day, in sums; whose account it is, is asked on reading."""

    __tablename__ = "figure_day"
    account: str = Field(primary_key=True)  # "helpdesk:sub-account"; "helpdesk:" is everybody there together
    pack: str = Field(primary_key=True)
    day: str = Field(primary_key=True, index=True)  # 2026-11-20, in the shop's zone
    tallies: dict[str, Any] = Field(default_factory=dict, sa_type=Json)
    rolled_at: datetime = Field(sa_type=UtcDateTime)
