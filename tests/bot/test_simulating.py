"""A simulated fortnight of a small shop: everything once at its time, and within what DingTalk allows."""

import json
from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.programs.simulating import simulate
from bot.simulation.traffic import Load

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(json.dumps(simulate(Load(agents=4, conversations=3), weeks=2, seed=1)))
    return found


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
    assert told["assumptions"]["troubled"] == 0.01
    assert (told["assumptions"]["agents"], told["assumptions"]["conversations"]) == (4, 3)
    assert {"posts", "calls", "occurrences", "votes", "honours", "held_back"} <= told.keys()
