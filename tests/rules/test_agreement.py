"""Agreement against a reference implementation and by hand; what a vote decides, in whichever order people voted."""

import random
from collections import Counter
from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nltk.metrics.agreement import AnnotationTask
from nltk.metrics.distance import binary_distance

from rules import agreement, poll
from rules.poll import DEDUCT, KEEP, TALK, UNSURE, Vote

# Krippendorff's own example: 4 observers, 12 units, with missing values.
TEXTBOOK: Sequence[Sequence[int]] = (
    (1, 1, 1), (2, 2, 3, 2), (3, 3, 3, 3), (3, 3, 3, 3), (2, 2, 2, 2), (1, 2, 3, 4), (4, 4, 4, 4), (1, 1, 2, 1),
    (2, 2, 2, 2), (5, 5, 5), (1, 1), (3,),
)  # fmt: skip


def test_the_textbook_s_example_gives_the_textbook_s_figures() -> None:
    assert agreement.alpha(TEXTBOOK) == pytest.approx(0.743, abs=0.001)
    assert agreement.alpha(TEXTBOOK, ordinal=True) == pytest.approx(0.815, abs=0.001)


def test_two_voters_by_hand() -> None:
    """Observed disagreement 1/4 of the pairs; by chance 8 values, 5 and 3: 2*5*3/(8*7) = 30/56."""
    units = [("a", "a"), ("a", "a"), ("b", "b"), ("a", "b")]
    assert agreement.alpha(units) == pytest.approx(1 - 0.25 / (30 / 56))
    assert agreement.agreement(units).raw == pytest.approx(0.75)


def _reference(units: Sequence[Sequence[int]], *, ordinal: bool) -> float:
    data = [(str(who), str(case), value) for case, unit in enumerate(units) for who, value in enumerate(unit)]
    counts = Counter(value for unit in units if len(unit) > 1 for value in unit)

    def ranks(one: int, other: int) -> float:
        low, high = min(one, other), max(one, other)
        between = sum(counts[value] for value in counts if low <= value <= high)
        return 0.0 if one == other else float((between - (counts[low] + counts[high]) / 2) ** 2)

    return float(AnnotationTask(data, distance=ranks if ordinal else binary_distance).alpha())


@pytest.mark.parametrize("ordinal", [False, True])
@pytest.mark.parametrize("seed", range(20))
def test_alpha_is_that_of_the_reference(seed: int, *, ordinal: bool) -> None:
    dice = random.Random(seed)
    units = [[dice.choice((0, 0, 1, 2, 3)) for _ in range(dice.randint(2, 6))] for _ in range(25)]
    assert agreement.alpha(units, ordinal=ordinal) == pytest.approx(_reference(units, ordinal=ordinal))


def test_nothing_is_said_below_twenty_cases() -> None:
    units = [("a", "a", "b"), ("b", "b", "b")] * 9
    few = agreement.agreement([*units, ("a", "a")])
    assert (few.cases, few.alpha, few.enough) == (19, None, False)
    many = agreement.agreement([*units, ("a", "a"), ("a", "b")])
    assert many.enough
    assert many.alpha is not None
    assert many.low is not None
    assert many.high is not None
    assert many.low < many.alpha < many.high


def test_all_of_one_mind_has_no_alpha_but_raw_agreement() -> None:
    same = agreement.agreement([("a", "a")] * 30)
    assert (same.raw, same.alpha) == (1.0, None)


def test_lopsided_answers_agree_often_and_little_beyond_chance() -> None:
    """85 both yes, 5 both no, 10 split: raw 0.90, alpha 0.447."""
    units = [("y", "y")] * 85 + [("n", "n")] * 5 + [("y", "n")] * 10
    found = agreement.agreement(units)
    assert found.raw == pytest.approx(0.9)
    assert found.alpha == pytest.approx(0.447, abs=0.001)


def test_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    """Six voters right 85 % of the time, half the cases deductible: alpha 0.49 in the long run."""
    dice, hits = random.Random(3), 0
    for _ in range(60):
        truth = [dice.random() < 0.5 for _ in range(40)]
        units = [[right if dice.random() < 0.85 else not right for _ in range(6)] for right in truth]
        found = agreement.agreement(units)
        assert found.low is not None
        assert found.high is not None
        hits += found.low <= 0.49 <= found.high
    assert hits >= 51


ROLES = st.sampled_from(("agent", "senior", "lead", "qa", "admin"))
VOTES = st.builds(
    Vote,
    ROLES,
    st.sampled_from((DEDUCT, KEEP, UNSURE)),
    st.integers(0, 3),
    st.sampled_from(("", "knowledge", "process", "policy")),
)


@settings(max_examples=200, deadline=None)
@given(st.lists(VOTES, max_size=30), st.randoms(use_true_random=False))
def test_the_result_does_not_depend_on_the_order_of_votes(votes: list[Vote], dice: random.Random) -> None:
    result = poll.decide(votes)
    mixed = list(votes)
    dice.shuffle(mixed)
    assert poll.decide(mixed) == result
    assert result.voters == len(votes)


TABLE = Vote("lead", KEEP), Vote("qa", KEEP), Vote("agent", KEEP)


def test_a_decision_needs_a_lead_a_qa_and_an_agent() -> None:
    assert poll.decide(TABLE).outcome == KEEP
    for n, seat in enumerate(("主管", "质检", "客服")):
        result = poll.decide([vote for m, vote in enumerate(TABLE) if m != n] + [Vote("admin", KEEP)] * 5)
        assert (result.outcome, result.because) == (TALK, f"还缺{seat}的票")


def test_a_half_is_no_majority_and_a_narrow_lead_is_none_either() -> None:
    assert poll.decide([*TABLE, *[Vote("agent", DEDUCT)] * 3]).because == "没有过半"
    assert poll.decide([*TABLE, *[Vote("agent", UNSURE)] * 4]).because == "没有过半"
    narrow = [*TABLE, Vote("agent", KEEP), Vote("agent", KEEP), Vote("agent", KEEP), *[Vote("agent", DEDUCT)] * 5]
    assert poll.decide(narrow).because == "领先不到两成"


def test_severity_and_cause_are_those_of_the_ones_who_deduct() -> None:
    votes = [
        Vote("lead", DEDUCT, 1, "knowledge"),
        Vote("qa", DEDUCT, 3, "process"),
        Vote("agent", DEDUCT, 2, "process"),
    ]
    result = poll.decide([*votes, Vote("agent", KEEP, 3, "policy")])
    assert (result.outcome, result.severity, result.cause, result.margin) == (DEDUCT, 2, "process", 0.5)


def test_the_best_wording_is_the_most_liked_and_of_equals_the_earlier() -> None:
    assert poll.best([], []) == (None, 0)
    assert poll.best([7, 8, 9], [9, 8, 9]) == (9, 2)
    assert poll.best([8, 7], []) == (7, 0)
