"""Two ways compared: by hand, against scipy where there is one kind of case, and by simulation."""

import random

import pytest
import scipy

from rules import compare


def test_by_hand() -> None:
    """Two kinds: +10 points of 100 and 100, +20 points of 50 and 150; weights 50 and 37.5."""
    one = {"a/easy": [100.0, 60.0], "b/hard": [50.0, 25.0]}
    other = {"a/easy": [100.0, 50.0], "b/hard": [150.0, 45.0]}
    got = compare.compare(one, other)
    assert got is not None
    assert got.value == pytest.approx((50 * 0.1 + 37.5 * 0.2) / 87.5)
    assert got.n == (150, 250)
    assert got.word == compare.REAL


def test_one_kind_of_case_has_the_usual_error() -> None:
    """With one kind and sides of one size, Sato's variance is near that of two independent shares."""
    got = compare.compare({"a": [400.0, 240.0]}, {"a": [400.0, 200.0]})
    assert got is not None
    half = scipy.stats.norm.ppf(0.95) * (0.6 * 0.4 / 400 + 0.5 * 0.5 / 400) ** 0.5
    assert (got.interval[1] - got.interval[0]) / 2 == pytest.approx(half, rel=0.01)


def test_the_sample_needed_finds_the_difference_four_times_out_of_five() -> None:
    n = compare.needed(0.6, 0.5)
    apart, error = 0.1, ((0.24 + 0.25) / n) ** 0.5
    assert scipy.stats.norm.cdf(apart / error - scipy.stats.norm.ppf(0.95)) == pytest.approx(0.8, abs=0.01)


def test_kinds_that_only_one_has_are_left_out_and_few_stay_few() -> None:
    assert compare.compare({"a": [30.0, 3.0]}, {"b": [30.0, 3.0]}) is None
    got = compare.compare({"a": [10.0, 10.0]}, {"a": [10.0, 0.0]})
    assert got is not None
    assert (got.word, got.needed > 0) == (compare.FEW, True)


def test_a_difference_of_case_mix_is_no_difference() -> None:
    """The first looks far better only because its cases are easy."""
    one = {"a/easy": [180.0, 162.0], "a/hard": [20.0, 6.0]}
    other = {"a/easy": [20.0, 18.0], "a/hard": [180.0, 54.0]}
    got = compare.compare(one, other)
    assert got is not None
    assert got.shares[0] - got.shares[1] > 0.4
    assert got.value == pytest.approx(0.0)
    assert got.word == compare.USUAL


def test_intervals_cover_what_they_say() -> None:
    r, held, rounds = random.Random(5), 0, 1500
    for _ in range(rounds):
        one, other = ({}, {})  # type: tuple[dict[str, list[float]], dict[str, list[float]]]
        for key, n, m, p in (("a", 60, 90, 0.3), ("b", 40, 30, 0.6), ("c", 25, 60, 0.8)):
            one[key] = [n, sum(r.random() < p + 0.1 for _ in range(n))]
            other[key] = [m, sum(r.random() < p for _ in range(m))]
        got = compare.compare(one, other)
        assert got is not None
        held += got.interval[0] <= 0.1 <= got.interval[1]
    assert 0.87 <= held / rounds <= 0.93
