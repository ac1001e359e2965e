"""Reading for somebody who asked: one thing at a time for each, so that many slow questions of one hold up nobody."""

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from typing import TypeVar
from weakref import WeakValueDictionary

from storage.db import Store, Tx
from storage.deadline import within

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Readers:
    """Who reads now; whoever has finished is forgotten."""

    _turns: WeakValueDictionary[Hashable, asyncio.Lock] = field(default_factory=WeakValueDictionary)

    async def read(self, store: Store, who: Hashable, job: Callable[[Tx], T], seconds: float) -> T:
        """Raises TooSlow when it takes longer."""

        def run() -> T:
            with store.read() as tx, within(tx, seconds):
                return job(tx)

        async with self._turns.setdefault(who, asyncio.Lock()):
            return await asyncio.to_thread(run)
