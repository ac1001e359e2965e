"""Growth: stages, what is worth practising, and progress beside the colleagues' drift."""

import random

import pytest

from rules import growth
from rules.metrics.cells import MEASURED, Sums
from rules.portrait import Standing

SOLVED, FIRST = MEASURED["solved"], MEASURED["first_reply"]


def standing(measure: str, chance: float, n: int = 60, reason: str = "", value: float = 0.7) -> Standing:
    return Standing(MEASURED[measure], value, (0.6, 0.8), value, 0.82, chance, n, reason)


@pytest.mark.parametrize(
    ("days", "volume", "mastered", "expected"),
    [(10, 900, 5, "novice"), (90, 200, 5, "novice"), (90, 900, 2, "practised"), (400, 9000, 4, "expert"),
     (400, 9000, 3, "practised")],
)  # fmt: skip
def test_stages(days: int, volume: int, mastered: int, expected: str) -> None:
    assert growth.stage(days, volume, mastered) == expected


def test_a_reason_is_mastered_when_nothing_in_it_is_clearly_below_the_middle() -> None:
    found = [standing("solved", 0.5, reason="物流"), standing("csat", 0.05, reason="物流"),
             standing("solved", 0.45, reason="发票"), standing("solved", 0.9, 10, "退款退货"),
             standing("solved", 0.3, reason="商品咨询"), standing("solved", 0.9, reason="其他"),
             standing("first_reply", 0.6, reason="活动优惠")]  # fmt: skip
    assert growth.mastered(found) == ["发票"]


def test_two_goals_at_most_and_never_what_was_declined() -> None:
    found = [standing("solved", 0.05, reason="退款退货"), standing("solved", 0.02), standing("csat", 0.1),
             standing("calm", 0.2, 30), standing("transfer", 0.9)]  # fmt: skip
    chosen = growth.goals(found, "practised", [])
    assert [(s.measure.name, s.reason) for s in chosen] == [("solved", "退款退货"), ("csat", "")]
    assert [s.measure.name for s in growth.goals(found, "practised", ["solved"])] == ["csat", "calm"]
    assert growth.goals(found, "practised", [], room=0) == []
    assert growth.goals([standing("solved", 0.05, 12)], "novice", []) == []  # too few to say so


def test_who_is_at_the_middle_has_nothing_to_make_up() -> None:
    assert growth.goals([standing("solved", 0.5), standing("csat", 0.6)], "practised", []) == []


def test_progress_is_what_is_left_after_the_colleagues_drift_by_hand() -> None:
    """60 → 80 of 100, colleagues 70 → 80 of 100: ten points."""
    got = growth.effect(SOLVED, ({"a/easy": [100.0, 60.0]}, {"a/easy": [100.0, 80.0]}),
                        ({"a/easy": [100.0, 70.0]}, {"a/easy": [100.0, 80.0]}))  # fmt: skip
    assert got is not None
    assert got.value == pytest.approx(0.1)
    assert got.word == growth.USUAL
    assert growth.effect(SOLVED, ({}, {"a/easy": [9.0, 9.0]}), ({}, {})) is None


def _week(r: random.Random, share: float, n: int) -> Sums:
    hard = [r.random() < 0.3 for _ in range(n)]
    return {
        key: [float(hard.count(h)), float(sum(r.random() < share - 0.3 * h for one in hard if one == h))]
        for key, h in (("a/easy", False), ("a/hard", True))
    }


def test_intervals_cover_the_true_progress() -> None:
    r, held, rounds = random.Random(8), 0, 1200
    for _ in range(rounds):
        mine, others = (_week(r, 0.6, 80), _week(r, 0.75, 90)), (_week(r, 0.7, 300), _week(r, 0.75, 300))
        got = growth.effect(SOLVED, mine, others)
        assert got is not None
        held += got.interval[0] <= 0.1 <= got.interval[1]
    assert 0.87 <= held / rounds <= 0.94


def test_a_shorter_time_is_progress() -> None:
    def times(middle: float, n: int) -> Sums:
        told = [middle + (0.5 if i % 2 else -0.5) for i in range(n)]
        return {"a/easy": [float(n), sum(told), sum(t * t for t in told)]}

    got = growth.effect(FIRST, (times(4.0, 100), times(3.6, 100)), (times(3.5, 200), times(3.5, 200)))
    assert got is not None
    assert (got.word, got.better) == (growth.REAL, True)
    assert growth.percent_faster(got.value) == pytest.approx(0.33, abs=0.005)
