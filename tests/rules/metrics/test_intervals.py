"""Intervals agree with a reference implementation, and cover the truth as often as they say."""

import math
from collections.abc import Callable
from statistics import NormalDist

import numpy as np
import pytest
import scipy
from numpy.random import Generator

from rules.metrics import intervals

Draw = Callable[[Generator, int], "np.ndarray[tuple[int], np.dtype[np.float64]]"]
RUNS = 3000
Z90 = NormalDist().inv_cdf(0.9)
WAITS: dict[str, tuple[Draw, float, float, float]] = {  # how to draw; the true mean, median and p90
    "even": (lambda g, n: g.normal(60, 10, n), 60, 60, 60 + 10 * Z90),
    "waits": (lambda g, n: g.exponential(40, n), 40, 40 * np.log(2), 40 * np.log(10)),
    "skewed": (lambda g, n: g.lognormal(3, 0.7, n), np.exp(3 + 0.7**2 / 2), np.exp(3), np.exp(3 + 0.7 * Z90)),
}  # fmt: skip


@pytest.mark.parametrize(("good", "n"), [(0, 1), (1, 1), (3, 7), (50, 50), (180, 1000)])
def test_shares_are_wilson_s(good: int, n: int) -> None:
    wanted = scipy.stats.binomtest(good, n).proportion_ci(0.9, method="wilson")
    assert intervals.share(good, n) == pytest.approx((wanted.low, wanted.high))


def test_student_s_t_is_that_of_the_reference() -> None:
    for df in (1, 2, 3, 4, 5, 9, 30, 200, 5000):
        assert intervals.t_quantile(0.95, df) == pytest.approx(scipy.stats.t.ppf(0.95, df), rel=1e-4)


def test_without_skew_the_mean_has_student_s_interval() -> None:
    values = [-3.0, -1.0, 0.0, 1.0, 3.0]
    wanted = scipy.stats.t.interval(0.9, 4, np.mean(values), scipy.stats.sem(values))
    assert intervals.mean(values) == pytest.approx(wanted, rel=1e-4)


def test_quantiles_are_those_of_the_reference() -> None:
    values = sorted(np.random.default_rng(5).exponential(40, 37).tolist())
    for q in (0.5, 0.9):
        assert intervals.quantile(values, q) == pytest.approx(np.quantile(values, q))


def test_a_median_s_ranks_enclose_nine_in_ten() -> None:
    for n in (5, 11, 40):
        rank = intervals.lower_rank(n, 0.5, 0.05)
        assert rank is not None
        low = scipy.stats.binom.cdf(int(rank) - 1, n, 0.5)
        assert low <= 0.05 <= scipy.stats.binom.cdf(int(rank), n, 0.5)


@pytest.mark.parametrize("kind", WAITS)
@pytest.mark.parametrize("n", [20, 50, 200])
def test_intervals_of_means_and_quantiles_cover_what_they_state(kind: str, n: int) -> None:
    draw, mean, median, p90 = WAITS[kind]
    generator = np.random.default_rng(7)
    covered = {"mean": 0, "median": 0, "p90": 0}
    for _ in range(RUNS):
        values = sorted(draw(generator, n).tolist())
        covered["mean"] += _holds(intervals.mean(values), mean)
        covered["median"] += _holds(intervals.around_quantile(values, 0.5), median)
        covered["p90"] += n < 29 or _holds(intervals.around_quantile(values, 0.9), p90)
    for what, times in covered.items():
        assert 0.87 <= times / RUNS <= 0.93 or (what == "p90" and n < 29), (what, times / RUNS)


@pytest.mark.parametrize("n", [20, 60, 200])
def test_intervals_of_shares_cover_what_they_state(n: int) -> None:
    """Over many shops: for a single share the steps between k and k + 1 make the coverage jump about."""
    generator = np.random.default_rng(11)
    shares = generator.uniform(0.5, 0.98, RUNS)
    goods = generator.binomial(n, shares)
    covered = [_holds(intervals.share(int(k), n), p) for k, p in zip(goods, shares, strict=True)]
    assert 0.87 <= np.mean(covered) <= 0.93


def test_intervals_of_ratios_cover_what_they_state() -> None:
    generator, covered = np.random.default_rng(13), 0
    for _ in range(RUNS):
        asked = generator.poisson(5, 60) + 1
        answers = generator.poisson(1.2 * asked)
        covered += _holds(intervals.ratio([*zip(answers.tolist(), asked.tolist(), strict=True)]), 1.2)
    assert 0.87 <= covered / RUNS <= 0.93


def test_too_little_data_has_no_interval() -> None:
    assert intervals.share(0, 0) is None
    assert intervals.mean([5.0]) is None
    assert intervals.mean([5.0, 5.0]) is None
    assert intervals.around_quantile([1.0, 2.0, 3.0, 4.0], 0.5) is None
    assert intervals.around_quantile([float(n) for n in range(28)], 0.9) is None
    assert intervals.around_quantile([float(n) for n in range(29)], 0.9) is not None
    assert intervals.ratio([(1.0, 0.0), (2.0, 0.0)]) is None


def _holds(interval: intervals.Interval | None, truth: float) -> bool:
    assert interval is not None
    return interval[0] <= truth <= interval[1]


@pytest.mark.parametrize("mean", [0.5, 3.0, 20.0, 400.0])
def test_a_count_lies_within_its_interval_as_often_as_is_said(mean: float) -> None:
    held, chance = 0.0, math.exp(-mean)
    for n in range(int(mean * 3) + 20):
        low, high = intervals.count(n)
        held += chance if low <= mean <= high else 0.0
        chance *= mean / (n + 1)
    assert held >= 0.89
