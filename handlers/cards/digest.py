"""The one card at the end of a shift that gathers what could wait."""

from collections.abc import Sequence

from handlers.cards.card import Card, Text

MOST = 12  # lines; more wait for the next shift


def digest_card(lines: Sequence[str]) -> Card:
    return Card("digest", "green", "🌱 今天辛苦了，有几句话想跟你说", tuple(Text(line) for line in lines))
