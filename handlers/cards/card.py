"""What we say, free of any platform: a card is data that each chat adapter draws in its own way."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class Text:
    text: str
    type: str = "text"


@dataclass(frozen=True, slots=True)
class Quote:
    text: str  # masked, without 「」
    at: str = ""  # "14:05"
    who: str = ""  # 客户 | 客服
    type: str = "quote"


@dataclass(frozen=True, slots=True)
class Facts:
    rows: tuple[tuple[str, str], ...]  # (label, value)
    type: str = "facts"


@dataclass(frozen=True, slots=True)
class Picture:
    """Wanted with `image` empty: whoever carries the card out draws and stores the picture, and fills in its name."""

    image: str  # name of the stored picture, by which the chat shows it
    alt: str  # says the same in words, for those who cannot see it
    spec: Mapping[str, Any] = field(default_factory=dict)  # Vega-Lite, or {"svg": "<svg …"}
    type: str = "picture"


@dataclass(frozen=True, slots=True)
class Table:
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    type: str = "table"


@dataclass(frozen=True, slots=True)
class Choices:
    """One question with a few answers; each answer is a press of `action` with its own value."""

    action: str
    options: tuple[tuple[str, str], ...]  # (text, value)
    say: str = ""  # how to answer by typing, for chats where nothing can be pressed
    type: str = "choices"


@dataclass(frozen=True, slots=True)
class Form:
    """A line of text people may write; it arrives as `form["text"]` of the press."""

    action: str
    value: str
    label: str
    submit: str
    say: str = ""  # how to answer by typing, for chats where nobody can write on a card
    type: str = "form"


Block = Text | Quote | Facts | Picture | Table | Choices | Form
BLOCKS: Mapping[str, type[Any]] = {
    "text": Text, "quote": Quote, "facts": Facts, "picture": Picture, "table": Table, "choices": Choices, "form": Form,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Button:
    text: str
    action: str = ""  # what is pressed; empty for a link
    value: str = ""  # what it is about, e.g. "A12"
    url: str = ""  # opens a page instead
    command: str = ""  # the same by typing, e.g. "认领 A12": for chats whose buttons can only send text
    style: str = "default"  # primary | default | danger


@dataclass(frozen=True, slots=True)
class Card:
    """At most five buttons; `mentions` are platform user ids to call, only on a new post."""

    kind: str  # alert | star | briefing | poll | reply | notice ...
    tone: str  # red | orange | yellow | green | blue | grey
    title: str  # its head carries the one emoji
    blocks: tuple[Block, ...] = ()
    buttons: tuple[Button, ...] = ()
    state: str = ""  # the word on the card: 待认领
    mentions: tuple[str, ...] = ()


def to_json(card: Card) -> dict[str, Any]:
    parts = {"blocks": tuple(map(_told, card.blocks)), "buttons": tuple(map(_told, card.buttons))}
    return _told(card) | parts


def _told(value: Any) -> dict[str, Any]:
    """Not `asdict`, which copies every word of a card on its way."""
    return {name: getattr(value, name) for name in value.__slots__}


def from_json(data: Mapping[str, Any]) -> Card:
    blocks = tuple(_block(b) for b in data.get("blocks", ()))
    buttons = tuple(Button(**b) for b in data.get("buttons", ()))
    rest = {k: v for k, v in data.items() if k not in ("blocks", "buttons", "mentions")}
    return Card(**rest, blocks=blocks, buttons=buttons, mentions=tuple(data.get("mentions", ())))


def _block(data: Mapping[str, Any]) -> Block:
    values = {k: _frozen(v) for k, v in data.items()}
    block: Block = BLOCKS[data["type"]](**values)
    return block


def _frozen(value: Any) -> Any:
    return tuple(_frozen(v) for v in value) if isinstance(value, list | tuple) else value
