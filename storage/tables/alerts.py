"""Alerts: open matters about conversations, and each step of their life."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class Alert(SQLModel, table=True):
    __tablename__ = "alert"
    __table_args__ = (
        Index("uq_alert_open", "conversation", "kind", unique=True, sqlite_where=text("closed_at IS NULL"),
              postgresql_where=text("closed_at IS NULL")),
        Index("ix_alert_escalate", "escalate_at", sqlite_where=text("escalate_at IS NOT NULL"),
              postgresql_where=text("escalate_at IS NOT NULL")),
    )  # fmt: skip
    id: int | None = Field(default=None, primary_key=True)  # people say A<id>
    conversation: str = Field(index=True)
    kind: str  # risk | redline
    severity: int
    state: str  # open | claimed | resolved | false_alarm | muted
    team: str = ""
    shop: str = ""
    matter: str = ""  # the rule that says what the customer came for
    ladder: list[Any] = Field(default_factory=list, sa_type=Json)  # who is called when nobody claims; frozen at first
    since: datetime | None = Field(default=None, sa_type=UtcDateTime)  # when the one before was closed
    opened_at: datetime = Field(sa_type=UtcDateTime)
    changed_at: datetime = Field(sa_type=UtcDateTime)
    claimed_by: str = ""
    claimed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closed_by: str = ""
    closed_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    closing: str = ""  # the sentence on the closed card
    muted_until: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalate_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    escalated: int = 0  # how many rungs of the ladder were climbed
    verdict: str = ""  # "" | real | false_alarm
    helper: str = ""  # the agent's own answer: 我来处理 | 需要帮助


class AlertStep(SQLModel, table=True):
    __tablename__ = "alert_step"
    id: int | None = Field(default=None, primary_key=True)
    alert: int = Field(index=True)
    at: datetime = Field(sa_type=UtcDateTime)
    actor: str  # a person's name; "" is Starling
    step: str  # opened | raised | claimed | resolved | false_alarm | muted | woken | escalated | help
    words: str = ""
