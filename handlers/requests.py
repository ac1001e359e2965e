"""What somebody asks for, by a button, a form or a typed command; every surface asks in the same words."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from handlers.cards.card import Card
from handlers.context import Context
from handlers.people import Person
from handlers.protocols import Reply, Target
from storage.db import Tx


@dataclass(frozen=True, slots=True)
class Request:
    action: str
    value: str  # what it is about: "A12", "case:3/yes"; "" for a command about nothing in particular
    person: Person | None  # None for a stranger
    speaker: str  # the person's name, or the platform's id of a stranger
    text: str = ""  # what was written after a command, or into a form
    place: Target | None = None  # where it was said, so that an answer may go there
    form: Mapping[str, str] = field(default_factory=dict)

    @property
    def subject(self) -> str:
        """The value without the choice behind its slash: the subject of the post whose button it is."""
        return self.value.partition("/")[0]

    @property
    def choice(self) -> str:
        return self.value.partition("/")[2]


Act = Callable[[Context, Tx, Request], Reply]  # does it, or refuses politely
Answer = Callable[[Context, Tx, Request], Card]  # tells something, changes nothing
