"""An engine that knows again what it has screened: the same talk is told many times, to other people."""

from collections.abc import Hashable
from datetime import datetime
from typing import Any

from bot.engine import Engine, Live
from rules.model import Conversation, Screening
from rules.policy import Policy

TIMELESS = frozenset({"high_rating"})  # checks whose finding is the same whenever one looks


class Remembering(Live):
    """Only what is calm is remembered: its screening asks for no other look, whatever time it is."""

    def __init__(self, first: Engine):
        super().__init__(first)
        self._known: dict[Hashable, Screening] = {}

    def held(self) -> Any:
        return self

    def screen(self, conversation: Conversation, policy: Policy, now: datetime) -> Screening:
        rating = conversation.rating.score if conversation.rating else None
        said = tuple((m.id, m.speaker, m.text) for m in conversation.messages)
        key = (said, conversation.status, conversation.channel, rating)
        known = self._known.get(key)
        if known is not None:
            return known
        found = super().screen(conversation, policy, now)
        if found.look_again_at is None and all(f.check in TIMELESS or not f.severity for f in found.findings):
            self._known[key] = found
        return found
