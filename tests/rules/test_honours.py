"""Honours: the exact chance against scipy, nobody favoured without a difference, and a true difference found."""

import random
from collections import Counter

import pytest
import scipy

from rules import honours
from rules.honours import Award, Deed

STAR = Award("服务之星", "excellent")


def deeds(person: str, n: int, good: int, kind: str = "物流/easy", counts: str = "excellent") -> list[Deed]:
    reason, _, difficulty = kind.partition("/")
    return [Deed(person, reason, difficulty, {counts: float(i < good)}) for i in range(n)]


def test_the_chance_of_luck_is_that_of_dealing_out_anew() -> None:
    mine, everybody = {"物流/easy": [30.0, 9.0]}, {"物流/easy": [200.0, 30.0]}
    dealt = scipy.stats.hypergeom(200, 30, 30)
    assert honours.luck(mine, everybody) == pytest.approx(dealt.sf(9) + dealt.pmf(9) / 2)


def test_several_kinds_of_cases_are_put_together() -> None:
    mine = {"物流/easy": [20.0, 5.0], "物流/hard": [10.0, 4.0]}
    everybody = {"物流/easy": [100.0, 15.0], "物流/hard": [60.0, 9.0]}
    easy, hard = scipy.stats.hypergeom(100, 15, 20), scipy.stats.hypergeom(60, 9, 10)
    chances = Counter(dict.fromkeys(range(40), 0.0))
    for a in range(21):
        for b in range(11):
            chances[a + b] += easy.pmf(a) * hard.pmf(b)
    told = chances[9] / 2 + sum(chances[k] for k in range(10, 31))
    assert honours.luck(mine, everybody) == pytest.approx(told)


def test_easy_cases_do_not_make_a_star() -> None:
    """甲 has the larger plain share only because of easier cases; 乙 does better on the hard ones."""
    told = [
        *deeds("甲", 100, 30), *deeds("乙", 100, 22, "物流/hard"),
        *deeds("丙", 50, 15), *deeds("丙", 50, 4, "物流/hard"),
        *deeds("丁", 50, 14), *deeds("丁", 50, 5, "物流/hard"),
    ]  # fmt: skip
    assert honours.winners(honours.rank(STAR, told))[0].person == "乙"


def test_who_has_too_few_conversations_does_not_take_part() -> None:
    told = [*deeds("甲", 29, 29), *deeds("乙", 60, 9), *deeds("丙", 60, 7), *deeds("丁", 60, 5)]
    assert [c.person for c in honours.rank(STAR, told)] == ["乙", "丙", "丁"]
    assert honours.rank(STAR, told[:149]) == []  # 甲 and two more with enough are too few to compare


def test_ties_are_shared() -> None:
    told = [*deeds("甲", 60, 9), *deeds("乙", 60, 9), *deeds("丙", 60, 3)]
    assert [c.person for c in honours.winners(honours.rank(STAR, told))] == ["乙", "甲"]


def test_where_nobody_did_well_nobody_is_named() -> None:
    told = [*deeds("甲", 60, 0), *deeds("乙", 60, 0), *deeds("丙", 60, 0)]
    assert honours.winners(honours.rank(STAR, told)) == []


def test_a_shop_s_own_award_looks_at_its_own_kind_of_cases() -> None:
    own = Award("物流之星", "solved", reasons=("物流",), least=10)
    told = [*deeds("甲", 20, 20, "发票/easy", "solved"), *deeds("甲", 20, 10, counts="solved"),
            *deeds("乙", 20, 16, counts="solved"), *deeds("丙", 20, 9, counts="solved")]  # fmt: skip
    first = honours.rank(own, told)[0]
    assert (first.person, first.n, first.good) == ("乙", 20, 16)


def test_progress_is_measured_against_oneself_before() -> None:
    award = Award("进步之星", "solved", improved=True, least=20)
    before = [*deeds("甲", 40, 20, counts="solved"), *deeds("乙", 40, 38, counts="solved")]
    now = [*deeds("甲", 40, 33, counts="solved"), *deeds("乙", 40, 38, counts="solved")]
    assert [c.person for c in honours.winners(honours.rank_improved(award, now, before))] == ["甲"]


def test_a_little_progress_that_luck_makes_is_not_proposed() -> None:
    award = Award("进步之星", "solved", improved=True, least=20)
    before, now = deeds("甲", 21, 18, counts="solved"), deeds("甲", 21, 20, counts="solved")
    assert honours.rank_improved(award, now, before) == []


def test_the_formula_says_in_few_words_what_was_counted() -> None:
    told = [honours.counted(honours.formula(award)) for award in honours.AWARDS]
    assert told == [honours.SHORT[award.counts] for award in honours.AWARDS]


VOLUMES = {"甲": 30, "乙": 45, "丙": 70, "丁": 110, "戊": 170, "己": 260}


def _quarter(r: random.Random, better: str = "", by: float = 0.0) -> list[Deed]:
    """Everybody with other volumes and other shares of hard cases, which go worse."""
    told = []
    for i, (who, n) in enumerate(VOLUMES.items()):
        for _ in range(n):
            hard = r.random() < 0.1 + 0.1 * i
            share = (0.08 if hard else 0.2) + (by if who == better else 0)
            told.append(Deed(who, "物流", "hard" if hard else "easy", {"excellent": float(r.random() < share)}))
    return told


def test_without_a_true_difference_the_star_is_anybody() -> None:
    r, named = random.Random(11), dict.fromkeys(VOLUMES, 0.0)
    rounds = 500
    for _ in range(rounds):
        found = honours.winners(honours.rank(STAR, _quarter(r)))
        for one in found:
            named[one.person] += 1 / len(found)
    chance = scipy.stats.chisquare([named[who] for who in VOLUMES]).pvalue
    assert chance > 0.01, (chance, named)


def test_a_true_difference_is_found() -> None:
    r = random.Random(12)
    named = [honours.winners(honours.rank(STAR, _quarter(r, "丙", 0.15)))[0].person for _ in range(60)]
    assert named.count("丙") >= 42, Counter(named)


def test_who_won_before_is_not_known() -> None:
    """The same deeds name the same people, whatever was before; and the order in which they come does not matter."""
    told = _quarter(random.Random(3))
    assert honours.rank(STAR, told) == honours.rank(STAR, [*reversed(told)])
