"""Two processes on one PostgreSQL: the review queue is made once, and what the shadow noted is asked once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.alerting import shadow
from handlers.context import Context
from handlers.reviewing import review_queue
from handlers.watching import disclosures
from rules.policy import Policy
from storage import reviews
from storage.db import Store
from tests.handlers.stage import START, Stage
from tests.stores import Kept

pytestmark = pytest.mark.parametrize("store", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
DUE = START.replace(hour=9, minute=43)  # 17:43 in Shanghai


@pytest.fixture
def other(stage: Stage, kept_postgres: Kept) -> Iterator[Store]:
    with Store.open(kept_postgres.url) as opened:
        yield opened


def together(stage: Stage, other: Store, work: Callable[[Context], int]) -> list[int]:
    """What each of them did, when both began at once."""
    with ThreadPoolExecutor(2) as pool:
        return sorted(pool.map(work, (stage.ctx, replace(stage.ctx, store=other))))


def test_the_days_samples_are_chosen_once(stage: Stage, other: Store) -> None:
    disclosures.work(stage.ctx)
    stage.assigned("xiaoli")
    for number in range(6):
        stage.angry(f"c{number}")
    stage.at += timedelta(minutes=11)
    together(stage, other, review_queue.work)
    with stage.store.read() as tx:
        found = [sample.conversation for sample in reviews.of_day(tx, "2026-11-20")]
    assert sorted(found) == [f"shop:c{number}" for number in range(6)]
    stage.say("陈质检", "复核", "@陈质检")
    card = next(one for one in stage.cards("@陈质检") if one["kind"] == "review")
    value = next(b["value"] for b in card["buttons"] if b["value"].endswith(".real"))
    assert stage.press_value("陈质检", card, "review", value, "@陈质检").ok
    with other.read() as tx:
        assert [one.reviewed_by for one in reviews.of_day(tx, "2026-11-20")].count("陈质检") == 1


def test_the_leads_are_asked_once_a_day_and_the_switch_counts_for_both(stage: Stage, other: Store) -> None:
    stage.policy = Policy(mode="shadow")
    stage.__post_init__()
    stage.angry()
    assert stage.cards() == []
    stage.at = DUE + timedelta(seconds=5)
    assert together(stage, other, shadow.look) == [0, 1]
    stage.settle()
    assert [card["kind"] for card in stage.cards("@张主管")].count("shadow") == 1
    stage.say("张主管", "影子 A1 有效", "@张主管")
    stage.say("张主管", "上线", "@张主管")
    with other.read() as tx:
        assert shadow.mode(replace(stage.ctx, store=other), tx) == "live"
    stage.angry("c2")
    assert [card["kind"] for card in stage.cards()] == ["alert"]
