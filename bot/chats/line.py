"""A changed card in one short numbered line, for chats that cannot change what they posted."""

import re

from handlers.cards.card import Card, Facts, Text

_NUMBER = re.compile(r"#[A-Z]{1,2}\d+")
_CLOCK = re.compile(r"\d\d:\d\d")


def line(card: Card) -> str:
    """`#A12 张主管 14:06 认领`: the card's number, and who made its state and when, else the state and the title."""
    facts = [row for block in card.blocks if isinstance(block, Facts) for row in block.rows]
    said = " ".join([*(value for _, value in facts), *(b.text for b in card.blocks if isinstance(b, Text))])
    number = _NUMBER.search(said)
    made = [value for label, value in facts if label in card.state and _CLOCK.search(value)]
    news = made[-1] if made else ""  # claimed again: by the last
    if not news:
        news = card.title if card.state in card.title else f"{card.state} · {card.title}"
    return " ".join(f"{number[0] if number else ''} {news}".split())[:100]
