"""A simulated fortnight of a small shop with much trouble: everything once at its time, within what DingTalk allows,
and no agent named with a fault before others.
"""

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.programs.simulating import lived, simulate, told_of
from bot.simulation import shop
from bot.simulation.traffic import Load
from storage import sandbox

pytestmark = pytest.mark.slow

LOAD = Load(agents=4, conversations=3, troubled=0.2, starry=0.15)
PRAISE = frozenset({"star", "saved", "honour"})  # cards that say something good of whoever is named
PRAISED = ("①", "②", "③", "恭喜：")  # so begin such lines of a card that tells other things, too
CALLS = frozenset({"alert", "assist"})  # a lead must know whom to help: in rooms of leads only


@dataclass(frozen=True)
class Seen:
    """A card in a room of several people."""

    audience: str
    kind: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class Fortnight:
    told: dict[str, Any]
    cards: tuple[Seen, ...]
    agents: tuple[str, ...]  # their names and accounts


@pytest.fixture(scope="module")
def fortnight() -> Fortnight:
    made = shop.config(LOAD.agents)
    rooms = {room.id: room.audience for room in made.rooms}
    agents = [person for person in made.people if person.role in ("agent", "senior")]
    with lived(LOAD, weeks=2, seed=1) as whole, whole.ctx.store.read() as tx:
        cards = tuple(
            Seen(audience, post.body["kind"], tuple(_texts(post.body)))
            for room, audience in rooms.items()
            for post in sandbox.in_room(tx, room)
        )
        told = json.loads(json.dumps(told_of(whole)))
    return Fortnight(told, cards, (*(p.name for p in agents), *(shop.account_of(n) for n in range(LOAD.agents))))


def _texts(value: Any) -> Iterator[str]:
    """Everything that stands anywhere in a card."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for one in value.values():
            yield from _texts(one)
    elif isinstance(value, list):
        for one in value:
            yield from _texts(one)


@pytest.fixture(scope="module")
def told(fortnight: Fortnight) -> dict[str, Any]:
    return fortnight.told


def test_no_agent_is_named_with_a_fault_in_any_room(fortnight: Fortnight) -> None:
    kinds = Counter((card.audience, card.kind) for card in fortnight.cards)
    assert kinds["leads", "alert"] > 20  # there was trouble enough to tell of
    assert all(kinds["team", kind] for kind in ("briefing", "poll", "star"))
    assert [kind for audience, kind in kinds if kind in CALLS and audience != "leads"] == []
    named = [
        (card.audience, card.kind, text)
        for card in fortnight.cards
        if card.kind not in PRAISE and not (card.kind in CALLS and card.audience == "leads")
        for text in card.texts
        if not text.startswith(PRAISED) and any(agent in text for agent in fortnight.agents)
    ]
    assert named == []


def test_a_call_in_a_room_of_leads_and_praise_do_name_whom_they_are_about(fortnight: Fortnight) -> None:
    """Else the search for names above would find none anywhere."""
    for kind in ("alert", "star"):
        texts = [text for card in fortnight.cards if card.kind == kind for text in card.texts]
        assert any(agent in text for text in texts for agent in fortnight.agents), kind


def test_everything_happens_once_for_each_due_time(told: dict[str, Any]) -> None:
    times = Counter((one["job"], one["due"]) for one in told["occurrences"])
    assert times
    assert [key for key, n in times.items() if n > 1] == []
    mornings = [one for one in told["occurrences"] if one["job"].startswith("briefing:")]
    late = [datetime.fromisoformat(one["ran"]) - datetime.fromisoformat(one["due"]) for one in mornings]
    assert timedelta() <= min(late)
    assert max(late) <= timedelta(minutes=2), mornings


def test_each_team_has_its_morning_on_every_workday(told: dict[str, Any]) -> None:
    mornings = Counter(one["job"] for one in told["occurrences"])
    assert (mornings["briefing:售后"], mornings["briefing:售前"]) == (10, 10)
    # Before the first day nobody has written: that morning is quiet.
    assert sum(one["n"] for one in told["posts"] if one["kind"] == "briefing") == 18


def test_everybody_has_one_private_card_a_week(told: dict[str, Any]) -> None:
    weeks = [(one["room"], one["week"], one["n"]) for one in told["posts"] if one["kind"] == "own_week"]
    assert len(weeks) == 8
    assert {n for _, _, n in weeks} == {1}


def test_calls_are_counted_by_month(told: dict[str, Any]) -> None:
    assert list(told["calls"]) == ["2026-01"]
    assert 0 < told["calls"]["2026-01"] < 10_000
    assert told["conversations"] == 120


def test_the_weekly_things_happen_once_a_week(told: dict[str, Any]) -> None:
    times = Counter(one["job"] for one in told["occurrences"])
    weekly = ("calibration", "own_week", "honours_week", "report_week", "growth_week")
    assert {job: times[job] for job in weekly} == dict.fromkeys(weekly, 2)


def test_what_was_made_up_is_told(told: dict[str, Any]) -> None:
    assumed = simulate(Load(agents=2, conversations=0), weeks=0, seed=1)["assumptions"]
    assert assumed["troubled"] == 0.01
    assert (assumed["agents"], assumed["conversations"]) == (2, 0)
    assert {"posts", "calls", "occurrences", "votes", "honours", "held_back"} <= told.keys()
