"""What a helpdesk adapter is: a module with `verify`, `read` and `answer`, pure over bytes and headers.

Headers have lower-case names. Vendors with an API may add, as coroutines that are given the HTTP client:
  note(client, desk, conversation, text)      a private note beside the conversation
  assign(client, desk, conversation, agent)   hand the conversation to a sub-account
  since(client, desk, cursor)                 the events after the cursor, for what webhooks have lost
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from rules.events import Event


@dataclass(frozen=True, slots=True)
class Reading:
    events: tuple[Event, ...]
    ignored: tuple[str, ...] = ()  # the vendor's names of what we have no use for


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
