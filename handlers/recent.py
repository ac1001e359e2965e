"""Conversations as they were last written: those going on need not be read whole at every look."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from handlers.context import Engine
from storage.conversations import Kept, Stored

MOST = 1000  # conversations
LONGEST = 200  # messages


class Recent:
    """For one thread at a time. Whoever uses it compares link and version: others may have written meanwhile."""

    def __init__(self) -> None:
        self._engine: Engine | None = None
        self._known: dict[str, Stored] = {}

    def known(self, engine: Engine) -> Mapping[str, Stored]:
        """What this engine made of the messages; another one's work is forgotten."""
        if engine is not self._engine:
            self._engine = engine
            self._known = {}
        return self._known

    def written(self, kept: Iterable[Kept]) -> None:
        """Once it is committed."""
        for one in kept:
            id_ = one.stored.conversation.id
            self._known.pop(id_, None)
            if len(one.stored.conversation.messages) <= LONGEST:
                self._known[id_] = replace(one.stored, version=one.stored.version + 1)
        while len(self._known) > MOST:
            del self._known[next(iter(self._known))]
