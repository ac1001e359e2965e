"""Portraits: checked against scipy, and by simulating teams whose true abilities are known."""

import math
import random
from collections.abc import Sequence

import numpy as np
import pytest
import scipy

from rules import beta, portrait, shrinkage
from rules.metrics.blocks import table_of_one
from rules.metrics.cells import MEASURED, Sums
from rules.portrait import CHANGED, FEW, USUAL
from rules.shrinkage import Estimate

FIRST, SOLVED = MEASURED["first_reply"], MEASURED["solved"]


@pytest.mark.parametrize(("a", "b"), [(2, 3), (50, 3), (0.5, 0.7), (900, 100), (1, 1), (3000, 12)])
def test_the_beta_distribution_is_that_of_scipy(a: float, b: float) -> None:
    for p in (0.001, 0.05, 0.3, 0.5, 0.95, 0.999):
        x = float(scipy.stats.beta.ppf(p, a, b))
        assert beta.below(x, a, b) == pytest.approx(p, abs=1e-9)
        assert beta.quantile(p, a, b) == pytest.approx(x, abs=1e-7)


def test_many_logarithms_at_once_are_those_of_the_library() -> None:
    values = np.array([0.05, 0.5, 1, 3.3, 7.99, 8, 20, 500, 4e5])
    ours = beta.log_betas(values, values[::-1])
    for a, b, one in zip(values, values[::-1], ours, strict=True):
        assert one == pytest.approx(math.lgamma(a) + math.lgamma(b) - math.lgamma(a + b), abs=1e-7)


def test_the_less_there_is_the_more_it_is_drawn_to_the_middle() -> None:
    """Colleagues who are all alike leave little of twenty conversations; many of one's own leave nearly all."""
    alike = [(400, 340)] * 40
    few, many = (_rates([*alike, mine])[-1] for mine in ((20, 10), (4000, 2000)))
    assert 0.8 < few.value < 0.85
    assert few.above < 0.5
    assert many.value == pytest.approx(0.5, abs=0.02)
    assert many.above < 0.001


def test_stated_intervals_of_rates_hold_what_they_state() -> None:
    """Teams of many kinds: from people who are all the same to people who differ by ten points and more."""
    r = random.Random(2)
    inside = total = 0
    for _ in range(120):
        apart, centre = math.exp(r.uniform(math.log(10), math.log(300))), r.uniform(0.6, 0.93)
        truth = [r.betavariate(centre * apart, (1 - centre) * apart) for _ in range(20)]
        counts = [(n := r.randint(15, 120), sum(r.random() < t for _ in range(n))) for t in truth]
        for true, told in zip(truth, _rates(counts), strict=True):
            inside += told.interval[0] <= true <= told.interval[1]
            total += 1
    assert 0.87 <= inside / total <= 0.93


@pytest.mark.parametrize("often", [False, True])
def test_stated_intervals_hold_also_where_it_hardly_ever_or_nearly_always_happens(often: bool) -> None:
    """Rates of .005 to .01, or .99 to .995; people nearly the same, or as different as one hump allows."""
    r = random.Random(12)
    inside = total = 0
    for _ in range(80):
        centre, like = math.exp(r.uniform(math.log(0.005), math.log(0.01))), math.exp(r.uniform(0.4, 4.6))
        truth = [r.betavariate(like, like / centre - like) for _ in range(20)]
        counts = [(n := r.randint(60, 600), sum(r.random() < t for _ in range(n))) for t in truth]
        told = _rates([(n, n - good) for n, good in counts] if often else counts)
        inside += sum(
            e.interval[0] <= (1 - t if often else t) <= e.interval[1] for t, e in zip(truth, told, strict=True)
        )
        total += len(truth)
    assert 0.87 <= inside / total <= 0.93


@pytest.mark.parametrize(("people", "n"), [(3, 38), (3, 100), (8, 38)])
@pytest.mark.parametrize("rate", [0.0, 0.005, 0.01, 0.99, 0.995, 1.0])
def test_with_no_true_difference_nobody_stands_out_where_it_is_rare(people: int, n: int, rate: float) -> None:
    r = np.random.default_rng(5)
    found = [e.above for _ in range(40) for e in _rates([(n, k) for k in r.binomial(n, rate, people)], intervals=False)]
    assert sum(above >= 0.9 for above in found) / len(found) < 0.03
    assert sum(above <= 0.1 for above in found) / len(found) < 0.03


@pytest.mark.parametrize("counts", [[(187, 0)], [(112, 112)], [(278, 0), (387, 0), (20, 0)], [(40, 30), (80, 60)]])
def test_of_one_alone_and_of_equals_nothing_is_said(counts: list[tuple[int, int]]) -> None:
    for told in _rates(counts):
        assert told.above == 0.5
        assert told.interval[1] - told.interval[0] > 0.002


def test_the_chance_of_being_above_the_middle_is_that_of_many_draws() -> None:
    n, good = np.array([(40, 2), (90, 1), (200, 9), (60, 0), (30, 4)], float).T
    a, b, weights = shrinkage._mixture(n, good)
    which = np.random.default_rng(1).choice(len(weights), 20_000, p=weights)
    drawn = scipy.stats.beta(a[:, which], b[:, which]).rvs(random_state=2)
    above = (drawn > np.median(drawn, axis=0)).mean(axis=1) + (drawn == np.median(drawn, axis=0)).mean(axis=1) / 2
    for one, told in zip(above, _rates([(40, 2), (90, 1), (200, 9), (60, 0), (30, 4)]), strict=True):
        assert told.above == pytest.approx(one, abs=0.06)


def test_stated_intervals_of_times_hold_what_they_state() -> None:
    r = random.Random(3)
    inside = total = 0
    for _ in range(120):
        apart = math.exp(r.uniform(math.log(0.07), math.log(0.5)))
        truth = [r.gauss(3, apart) for _ in range(20)]
        means = [_mean(r, t, r.randint(15, 120)) for t in truth]
        found = shrinkage.times(np.array([n for n, _ in means], float), np.array([mean for _, mean in means]), 1.0)
        for i, true in enumerate(truth):
            told = found.estimate(i)
            inside += told.interval[0] <= true <= told.interval[1]
            total += 1
    assert 0.87 <= inside / total <= 0.93


def _mean(r: random.Random, centre: float, n: int) -> tuple[int, float]:
    return n, sum(r.gauss(centre, 1) for _ in range(n)) / n


def _rates(counts: Sequence[tuple[int, int]], *, intervals: bool = True) -> list[Estimate]:
    found = shrinkage.rates(*np.array(counts, float).T)
    return [found.estimate(i, intervals) for i in range(len(counts))]


def test_chances_are_honest() -> None:
    """Of those said to be above the middle with 80 to 90 %, about so many are."""
    r = random.Random(4)
    above, said = 0, 0.0
    n = 0
    for _ in range(150):
        truth = [r.betavariate(40, 10) for _ in range(15)]
        counts = [(60, sum(r.random() < t for _ in range(60))) for t in truth]
        middle = sorted(truth)[7]
        for true, told in zip(truth, _rates(counts, intervals=False), strict=True):
            if 0.7 <= told.above <= 0.95:
                above, said, n = above + (true > middle), said + told.above, n + 1
    assert n > 300
    assert above / n == pytest.approx(said / n, abs=0.06)


def test_a_perfect_week_is_not_a_perfect_person() -> None:
    found = _rates([(3, 3), (200, 170), (180, 150), (220, 190)])
    assert found[0].value < 0.95
    assert found[0].interval[0] < 0.82
    assert found[0].above < 0.9


def test_a_whole_team_in_which_it_never_happened_is_no_overflow() -> None:
    (told,) = _rates([(300_000, 0)])
    assert 0 < told.value < 0.001


def test_hard_cases_are_not_held_against_anybody() -> None:
    """Both solve the same of each kind; one has nearly only hard ones."""
    many_hard: Sums = {"物流/hard": [180, 90], "物流/easy": [20, 18]}
    many_easy: Sums = {"物流/hard": [20, 10], "物流/easy": [180, 162]}
    found = portrait.among(SOLVED, {"甲": many_hard, "乙": many_easy})
    assert found["甲"].plain < found["乙"].plain - 0.3
    assert found["甲"].value == pytest.approx(found["乙"].value, abs=0.01)


def test_less_time_is_better() -> None:
    group: dict[str, Sums] = {str(i): _times([30] * 60) for i in range(6)}
    group["quick"] = _times([10] * 60)
    found = portrait.among(FIRST, group)
    assert found["quick"].strong
    assert found["quick"].plain == pytest.approx(10)


def _times(seconds: Sequence[float]) -> Sums:
    jitter = [math.log(s) + (0.5 if i % 2 else -0.5) for i, s in enumerate(seconds)]
    return {"物流/easy": [len(jitter), sum(jitter), sum(v * v for v in jitter)]}


def test_with_no_true_difference_few_are_called_strong() -> None:
    r = random.Random(5)
    strong = total = 0
    for _ in range(60):
        group: dict[str, Sums] = {
            str(i): {"物流/easy": [60, float(sum(r.random() < 0.85 for _ in range(60)))]} for i in range(12)
        }
        found = portrait.everybody(table_of_one(SOLVED.name, group), SOLVED, intervals=False)
        strong += sum(s.strong for s in found.values())
        total += len(found)
    assert strong / total < 0.02


def test_a_real_change_is_seen_and_chance_is_not_called_one() -> None:
    r = random.Random(6)
    real = usual = 0
    cells: Sums = {"物流/easy": [4000, 3200]}
    for _ in range(200):
        flat = [(str(i), _week(r, 0.8)) for i in range(8)]
        rising = [(str(i), _week(r, 0.6 + 0.05 * i)) for i in range(8)]
        usual += portrait.trend(SOLVED, flat, cells).word == CHANGED
        told = portrait.trend(SOLVED, rising, cells)
        real += told.word == CHANGED and told.better
    assert usual <= 12  # of 200: about 1.7 % by chance
    assert real >= 190


def _week(r: random.Random, share: float) -> Sums:
    return {"物流/easy": [60, float(sum(r.random() < share for _ in range(60)))]}


def test_little_is_called_little() -> None:
    cells: Sums = {"物流/easy": [400, 320]}
    few = [("a", {"物流/easy": [6.0, 5.0]}), ("b", {"物流/easy": [6.0, 5.0]}), ("c", {"物流/easy": [6.0, 6.0]})]
    assert portrait.trend(SOLVED, few, cells).word == FEW
    assert portrait.change(SOLVED, {"物流/easy": [19, 19]}, {"物流/easy": [500, 200]}, cells) == (FEW, False)
    assert portrait.change(SOLVED, {"物流/easy": [60, 50]}, {"物流/easy": [60, 50]}, cells) == (USUAL, False)


def test_the_slope_is_that_of_least_squares() -> None:
    points = [(0.0, 1.0, 0.2), (1.0, 1.4, 0.1), (2.0, 1.1, 0.3), (4.0, 2.0, 0.2)]
    slope, _ = portrait._slope(points)
    x, y, v = (np.array(column) for column in zip(*points, strict=True))
    assert slope == pytest.approx(float(np.polyfit(x, y, 1, w=1 / np.sqrt(v))[0]))
