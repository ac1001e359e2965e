"""The lot and what it tells: fair, the same whenever asked, and an interval that holds what it states."""

import random

import pytest
import scipy

from rules import review


def test_the_lot_takes_everybody_with_the_same_chance_and_always_the_same() -> None:
    ids = [f"shop:c{n}" for n in range(20_000)]
    drawn = [id_ for id_ in ids if review.drawn("2026-11-20", id_, 0.05)]
    assert 900 <= len(drawn) <= 1100
    assert drawn == [id_ for id_ in ids if review.drawn("2026-11-20", id_, 0.05)]
    other = {id_ for id_ in ids if review.drawn("2026-11-21", id_, 0.05)}
    assert len(other & set(drawn)) < 100
    assert all(review.drawn("2026-11-20", id_, 1.0) for id_ in ids[:50])
    assert not any(review.drawn("2026-11-20", id_, 0.0) for id_ in ids[:50])


@pytest.mark.parametrize(("found", "reviewed", "silent"), [(0, 30, 3000), (2, 28, 3412), (9, 40, 500), (30, 30, 900)])
def test_the_interval_is_clopper_and_pearsons(found: int, reviewed: int, silent: int) -> None:
    told = review.misses(found, reviewed, silent)
    low = scipy.stats.beta.ppf(0.05, found, reviewed - found + 1) if found else 0.0
    high = scipy.stats.beta.ppf(0.95, found + 1, reviewed - found) if found < reviewed else 1.0
    assert told.low == pytest.approx(max(found, silent * low), rel=1e-6)
    assert told.high == pytest.approx(min(silent - reviewed + found, silent * high), rel=1e-6)
    assert told.value == pytest.approx(silent * found / reviewed)


@pytest.mark.parametrize("share", [0.005, 0.03, 0.15])
def test_the_interval_holds_the_truth_at_least_as_often_as_it_says(share: float) -> None:
    lots, held = 1500, 0
    chance, silent = random.Random(7), 1000
    truth = round(silent * share)
    for _ in range(lots):
        lot = [n for n in range(silent) if chance.random() < review.chance(silent)]
        told = review.misses(sum(n < truth for n in lot), len(lot), silent)
        held += told.low is None or told.low <= truth <= (told.high or 0)
    assert held / lots >= 0.88  # never fewer than nine of ten, but for the luck of this test


def test_of_too_few_nothing_is_said() -> None:
    told = review.misses(1, 9, 3000)
    assert (told.low, told.high, told.value) == (None, None, None)


def test_the_telling_ones_come_first_and_the_lot_in_between() -> None:
    piles = {"risk": ["r1", "r2", "r3"], "star": ["s1"], "random": ["x1", "x2"]}
    assert review.order(piles) == ["r1", "r2", "s1", "x1", "r3", "x2"]
    assert review.order({"random": ["x1"], "doubt": ["d1"], "risk": ["r1"]}) == ["d1", "r1", "x1"]
    assert review.order({"risk": [], "star": [], "random": []}) == []
