"""Pictures on cards: drawn apart from everything else, uploaded once, and never in the way of their card."""

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.chats.illustrated import Illustrated
from bot.painter import WIDTH, Painter
from handlers.cards.card import Card, Picture, Text
from handlers.protocols import Target
from tests.bot.test_charts import bars

ROOM = Target("listening", "r1")


class Listening:
    """A chat that remembers what it was given."""

    name, editable, keyed = "listening", True, True

    def __init__(self) -> None:
        self.cards: list[Card] = []
        self.pictures: list[bytes] = []

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        self.cards.append(card)
        return key

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        self.cards.append(card)

    async def upload(self, png: bytes) -> str:
        self.pictures.append(png)
        return f"p{len(self.pictures)}"


@pytest.fixture
async def painter() -> AsyncIterator[Painter]:
    painter = Painter()
    yield painter
    painter.close()


def briefing(spec: dict[str, Any]) -> Card:
    return Card("briefing", "blue", "晨会", (Text("早上好"), Picture("", "一周等待", spec)))


async def test_a_picture_is_drawn_and_uploaded_once_for_a_card_and_its_edits(painter: Painter) -> None:
    chat = Listening()
    illustrated = Illustrated(chat, painter.png)
    await illustrated.send(ROOM, briefing(bars("退款")), "b1")
    await illustrated.edit(ROOM, "b1", briefing(bars("退款")), "b1")
    await illustrated.edit(ROOM, "b1", briefing(bars("物流")), "b1")
    assert len(chat.pictures) == 2
    assert int.from_bytes(chat.pictures[0][16:20], "big") == WIDTH
    assert [card.blocks[1] for card in chat.cards] == [Picture(name, "一周等待") for name in ("p1", "p1", "p2")]


async def test_a_card_comes_without_a_picture_that_cannot_be_drawn(painter: Painter) -> None:
    chat = Listening()
    await Illustrated(chat, painter.png).send(ROOM, briefing({"mark": "no such mark"}), "b1")
    (card,) = chat.cards
    assert card.blocks[0] == Text("早上好")
    assert isinstance(card.blocks[1], Picture)
    assert card.blocks[1].image == ""


async def test_a_finished_drawing_is_painted_as_it_is(painter: Painter) -> None:
    drawing = '<svg xmlns="http://www.w3.org/2000/svg" width="300" height="90"><text y="50">星</text></svg>'
    painted = await painter.png({"svg": drawing})
    assert painted.startswith(b"\x89PNG")
