"""The sandbox for the contract tests; its platform is the store, so that is what fails."""

from collections.abc import AsyncIterator, Callable, Sequence
from concurrent.futures import Future
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy import Connection

from bot.chats.sandbox import SandboxChat, room_of
from bot.web.live import Hub
from handlers.protocols import Target
from storage import sandbox
from storage.db import Store, Unavailable
from tests import stores
from tests.bot.chats.rigs import Standing

T = TypeVar("T")


class Moody(Store):
    """A store whose next write fails, before or after it is done."""

    mood: str = ""

    def write(self, job: Callable[[Connection], T], *, urgent: bool = False) -> "Future[T]":
        mood, self.mood = self.mood, ""
        if not mood:
            return super().write(job, urgent=urgent)
        if mood == "lost":
            super().write(job).result()
        failed: Future[T] = Future()
        failed.set_exception(Unavailable("数据库暂时不能写入。"))
        return failed


@dataclass(slots=True)
class SandboxRoom:
    store: Moody
    chat: SandboxChat
    room: Target
    nowhere: Target
    person: Target | None
    member: str = "张主管"
    mentions: bool = True

    def standing(self, target: Target) -> Sequence[Standing]:
        with self.store.read() as connection:
            return [_seen(found.body) for found in sandbox.in_room(connection, room_of(target))]

    def markup(self, target: Target) -> str:
        return ""  # the page shows every word as text

    def fail(self, status: int) -> None:
        self.store.mood = "down"

    def lose_answer(self) -> None:
        self.store.mood = "lost"


@asynccontextmanager
async def open_rig() -> AsyncIterator[SandboxRoom]:
    with Moody.open("sqlite://") as store:
        store.transact(stores.create)
        chat = SandboxChat(store, Hub(), lambda: datetime.now(UTC), rooms=frozenset({"leads"}))
        room, nowhere, person = (
            Target("sandbox", "leads"),
            Target("sandbox", "nowhere"),
            Target("sandbox", "小李", True),
        )
        yield SandboxRoom(store, chat, room, nowhere, person)


def _seen(card: Any) -> Standing:
    buttons = tuple(b["text"] for b in card["buttons"])
    return Standing(" ".join(_words(card)), buttons, tuple(card["mentions"]))


def _words(value: Any) -> list[str]:
    if isinstance(value, str):
        return [value]
    parts = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
    return [word for part in parts for word in _words(part)]
