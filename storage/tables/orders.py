"""Orders and reviews, by which service is tied to outcomes."""

from datetime import datetime
from typing import Any

from sqlmodel import Field, SQLModel

from storage.columns import Json, UtcDateTime


class Order(SQLModel, table=True):
    __tablename__ = "order_"
    source: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    customer: str = Field(index=True)
    shop: str = ""
    paid_at: datetime | None = Field(default=None, sa_type=UtcDateTime)
    items: list[Any] = Field(default_factory=list, sa_type=Json)
    refunded_at: datetime | None = Field(default=None, sa_type=UtcDateTime)


class Review(SQLModel, table=True):
    __tablename__ = "review"
    source: str = Field(primary_key=True)
    order: str = Field(primary_key=True)
    customer: str = Field(index=True)
    score: int
    has_picture: bool = False
    at: datetime | None = Field(default=None, sa_type=UtcDateTime)
