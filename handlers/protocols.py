"""What handlers need of the outside world, and what the outside world tells them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol, runtime_checkable

from handlers.cards.card import Card


@dataclass(frozen=True, slots=True)
class Target:
    """Where a card stands: a room, or a person's direct messages."""

    chat: str  # dingtalk | feishu | sandbox | dingtalk-webhook | feishu-webhook
    id: str  # the platform's id of the room, or of the person when `direct`
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Said:
    """Someone typed to us, in a room with @ or directly."""

    chat: str
    event: str  # the platform's own id of the event, for de-duplication
    room: str  # the platform's room id; "" when direct
    person: str  # the platform's own user id, from the signed or authenticated callback only
    text: str  # without the mention, stripped
    direct: bool = False
    session: str = ""  # an address for a quick reply, e.g. DingTalk's sessionWebhook


@dataclass(frozen=True, slots=True)
class Pressed:
    """Someone pressed a button on a card we posted."""

    chat: str
    event: str
    room: str  # "" when the platform does not say
    key: str  # the post's key: DingTalk outTrackId, Feishu by message id, sandbox key
    person: str
    action: str
    value: str
    form: Mapping[str, str] = field(default_factory=dict)
    direct: bool = False


@dataclass(frozen=True, slots=True)
class Reply:
    """What the person sees at once. `card`: the pressed card as it now stands (only for Pressed).

    `points`: the words only point to a card that came to them alone, and are left out where it came.
    """

    ok: bool
    toast: str
    card: Card | None = None
    points: bool = False


class Chat(Protocol):
    """One chat platform. Every method may raise DeliveryFailed."""

    name: str
    editable: bool  # a posted card can be changed
    keyed: bool  # the platform posts at most once for one key

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        """Post the card and return the platform's message id. `key` is ours, at most 50 characters."""

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None: ...

    async def upload(self, png: bytes) -> str:
        """Store a picture with the platform and return the name by which a card can show it."""


@runtime_checkable
class Rings(Protocol):
    """A chat that can ring people about a card that stands there; may raise DeliveryFailed."""

    async def urge(self, message_id: str, people: Sequence[str]) -> None: ...


class Answerer(Protocol):
    """What an adapter calls, and awaits, for everything it hears; the answer is there after our commit."""

    async def said(self, said: Said) -> None: ...

    async def pressed(self, pressed: Pressed) -> Reply: ...
