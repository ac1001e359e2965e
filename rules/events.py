"""What helpdesks tell us, as values, and the JSON form all adapters translate into (DESIGN §6)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rules.model import Message, Order, Rating


@dataclass(frozen=True, slots=True)
class About:
    """Which conversation, and what its source says of it; empty fields say nothing and change nothing."""

    id: str  # the source's own id
    channel: str = ""
    shop: str = ""
    team: str = ""
    customer_id: str = ""
    customer_name: str = ""
    order_id: str = ""


@dataclass(frozen=True, slots=True)
class MessageAdded:
    about: About
    message: Message


@dataclass(frozen=True, slots=True)
class Assigned:
    about: About
    agent: str | None
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class StatusChanged:
    about: About
    status: str  # open | pending | resolved
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Rated:
    about: About
    rating: Rating


@dataclass(frozen=True, slots=True)
class Ordered:
    order: Order


@dataclass(frozen=True, slots=True)
class Reviewed:
    order: str
    customer: str
    score: int
    has_picture: bool = False
    at: datetime | None = None


Event = MessageAdded | Assigned | StatusChanged | Rated | Ordered | Reviewed


def read(body: Mapping[str, Any]) -> Event | None:
    """One event of the generic webhook; None for a type we do not know. Raises ValueError saying which field is wrong."""
    raise NotImplementedError


def write(event: Event) -> dict[str, Any]:
    """The event as the generic webhook's JSON; `read(write(e)) == e`."""
    raise NotImplementedError


def key(event: Event) -> str:
    """The natural key inside its source: the same event told twice has the same key."""
    raise NotImplementedError
