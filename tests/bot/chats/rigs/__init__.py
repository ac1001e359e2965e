"""One file per adapter: how the contract tests make it, its emulator, and what stands in its rooms."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.protocols import Chat, Target


@dataclass(frozen=True, slots=True)
class Standing:
    """One thing that stands in a room, as the platform would show it."""

    text: str  # everything readable, the title and button texts too
    buttons: tuple[str, ...] = ()  # the texts of what can be pressed or opened
    mentions: tuple[str, ...] = ()  # platform ids of the people it calls


class Rig(Protocol):
    """A module `tests.bot.chats.rigs.<name>` offers `open_rig()`, an async context manager that gives one of these."""

    chat: Chat
    room: Target  # a room that exists
    nowhere: Target  # one that does not
    person: Target | None  # somebody's direct messages; None for one-way robots
    member: str  # platform id of somebody in the room, to be mentioned
    mentions: bool  # whether a post can call people

    def standing(self, target: Target) -> Sequence[Standing]:
        """What stands there, the oldest first."""

    def markup(self, target: Target) -> str:
        """All that the platform would read as markup in what stands there; "" where every word is a plain text."""

    def fail(self, status: int) -> None:
        """The platform answers the next message with this HTTP status."""

    def lose_answer(self) -> None:
        """The platform takes the next message, and its answer is lost."""
