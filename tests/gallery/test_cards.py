"""Every card has an example, and each platform draws it as agreed; mended with `python -m tests.gallery`."""

import inspect
import json
import pkgutil
from collections.abc import Iterator
from importlib import import_module

import pytest

from handlers import cards
from handlers.actions import ACTIONS
from handlers.cards.card import Card, Choices, Form, from_json, to_json
from tests.gallery.drawings import CARDS, FOLDER, drawings

PIECES = {"card.from_json"}  # makes a card of what was a card


def makers() -> Iterator[str]:
    """Every function that makes a card: module.name."""
    for module in pkgutil.iter_modules(cards.__path__):
        found = vars(import_module(f"handlers.cards.{module.name}"))
        for name, made in found.items():
            if inspect.isfunction(made) and not name.startswith("_") and made.__module__.endswith(f".{module.name}"):
                yield from [f"{module.name}.{name}"] if made.__annotations__.get("return") is Card else []


def test_every_function_that_makes_a_card_has_an_example() -> None:
    examples = {".".join(name.split(".")[:2]) for name in CARDS}
    assert examples == {*makers()} - PIECES


@pytest.mark.parametrize("name", CARDS)
def test_each_platform_draws_it_as_agreed(name: str) -> None:
    assert drawings(CARDS[name]) == json.loads((FOLDER / f"{name}.json").read_text("utf8"))


def test_no_drawing_is_left_of_a_card_that_is_gone() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == {*CARDS}


@pytest.mark.parametrize("name", CARDS)
def test_it_survives_being_stored_and_keeps_to_the_rules_of_the_voice(name: str) -> None:
    card = CARDS[name]
    assert from_json(json.loads(json.dumps(to_json(card)))) == card
    assert len(card.buttons) <= 5
    assert "！" not in json.dumps(to_json(card), ensure_ascii=False)
    assert len(card.title) <= 40, card.title


@pytest.mark.parametrize("name", CARDS)
def test_whatever_can_be_pressed_on_it_is_known(name: str) -> None:
    card = CARDS[name]
    pressed = [button.action for button in card.buttons if not button.url]
    pressed += [block.action for block in card.blocks if isinstance(block, Choices | Form)]
    assert [action for action in pressed if action not in ACTIONS] == []
