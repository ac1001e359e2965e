"""What a helpdesk adapter is: a module with `verify`, `read` and `answer`, pure over bytes and headers.

Headers have lower-case names. A vendor with an API has a second module, whose coroutines are given the HTTP client:
  since(client, api, cursor) -> Caught            what happened after the cursor, for what webhooks have lost
  note(client, api, conversation, note)           a private note beside the conversation, at most once for its mark
  assign(client, api, conversation, agent)        hand the conversation to a sub-account
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import httpx

from rules.events import Event


@dataclass(frozen=True, slots=True)
class Reading:
    events: tuple[Event, ...]
    ignored: tuple[str, ...] = ()  # the vendor's names of what we have no use for


@dataclass(frozen=True, slots=True)
class Api:
    """Where a helpdesk's own API is, and our key to it."""

    base: str
    token: str  # django-helpdesk: "user:password"; Zendesk: "address/token:key"


@dataclass(frozen=True, slots=True)
class Caught:
    """What happened after a cursor, perhaps told before, and where to go on. Keys make telling it twice harmless."""

    events: tuple[Event, ...]
    cursor: str


class Since(Protocol):
    async def __call__(self, client: httpx.AsyncClient, api: Api, cursor: str) -> Caught:
        """An empty cursor means from now on. Raises httpx.HTTPError."""


@dataclass(frozen=True, slots=True)
class Note:
    text: str
    mark: str  # is part of the text; where it stands already, nothing is added


class TakesNotes(Protocol):
    async def __call__(self, client: httpx.AsyncClient, api: Api, conversation: str, note: Note) -> None:
        """`conversation` as the adapter names it in its events. Raises httpx.HTTPError."""


class Assigns(Protocol):
    async def __call__(self, client: httpx.AsyncClient, api: Api, conversation: str, agent: str) -> None:
        """Doing it again changes nothing. Raises httpx.HTTPError, or LookupError for a sub-account nobody has."""


class Adapter(Protocol):
    def verify(
        self, body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secret: str, now: datetime
    ) -> None:
        """Raise Forged unless the body comes from someone who knows the secret, just now."""

    def read(self, body: bytes, headers: Mapping[str, str], now: datetime) -> Reading:
        """Translate; raises Unreadable. `now` stands in where the vendor does not say when."""

    def answer(self, accepted: int) -> bytes:
        """The body of the 200 that the vendor wants to see."""


def answer(accepted: int) -> bytes:
    """For every vendor that looks at the status only."""
    return b'{"ok":true,"accepted":%d}' % accepted
