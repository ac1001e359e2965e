"""No sentence of the bot blames anybody, and no card for a group names an agent with a problem."""

from pathlib import Path

from storage.db import Store
from tests.culture.sentences import sentences
from tests.handlers.stage import PEOPLE, Stage, text_of

BLAME = tuple(
    line
    for line in (Path(__file__).parent / "blame.txt").read_text("utf8").splitlines()
    if line and not line.startswith("#")
)
AGENTS = tuple(person.name for person in PEOPLE if person.role in ("agent", "senior"))


def blamed(text: str) -> list[str]:
    return [word for word in BLAME if word in text]


def test_no_sentence_blames() -> None:
    told = [*sentences()]
    places = {where.partition(":")[0] for where, _ in told}
    assert len(told) > 4000  # all of them, or the lint looks at nothing
    assert places > {
        "rules/tactics.py",
        "bot/web/cases.py",
        "slides.js",
        "case.html",
        "generic.toml",
        "talk_tracks.toml",
    }
    assert [(where, text, blamed(text)) for where, text in told if blamed(text)] == []


def test_the_lint_sees_a_sentence_that_blames() -> None:
    assert blamed("小李态度恶劣，通报批评") == ["批评", "通报", "态度恶劣"]


def test_a_slow_reply_never_stands_in_a_group_with_a_name(store: Store) -> None:
    stage = Stage(store)
    stage.customer("在吗，我的退款呢")
    stage.assigned("xiaoli")
    stage.passes(minutes=8)
    cards = stage.cards("team")
    assert cards
    assert [name for name in AGENTS for card in cards if name in text_of(card)] == []
