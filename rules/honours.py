"""Honours: who did so well that dealing the same conversations out anew would hardly ever do it.

Who is named: within each contact reason and difficulty all conversations of the group are, in thought, dealt out anew
among colleagues; how rarely somebody then gets as many good ones as they had is their rank (the exact test of Mantel
and Haenszel with a mid-p; Agresti, Categorical Data Analysis, 3rd ed., ch. 6). Without a true difference everybody is
as likely to be named, with few conversations or many. The share that is printed is drawn towards the others
(rules.shrinkage). Who won before is not known here, so nobody is favoured or spared for it.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import exp, lgamma

import numpy as np
from numpy.typing import NDArray

from rules import portrait
from rules.metrics.cells import Measured, Sums
from rules.reasons import HARD

FEWEST = 3  # colleagues with enough conversations; with fewer there is nobody to compare with
CLEAR = 0.1  # chance that luck alone makes anybody of the group look so good
SAME = 1e-9
SHOWN = 5
COUNTS: Mapping[str, str] = {
    "excellent": "经证实的高光会话（有人复核，或客户打了最高分）",
    "solved": "一次解决（72 小时内没有再来问）或救回的会话",
    "praised": "客户主动夸奖、或没有邀请就打了最高分的会话（开口要来的、有条件的、邀请以后才打的分都不算）",
    "satisfied": "客户评价满意的会话",
    "calm": "没有走到橙色或红色提醒的会话",
}
SHORT: Mapping[str, str] = {
    "excellent": "被复核为高光或客户打了最高分",
    "solved": "一次就解决或救回来了",
    "praised": "客户主动夸奖",
    "satisfied": "客户说满意",
    "calm": "一直平稳",
}


@dataclass(frozen=True, slots=True)
class Award:
    """What is honoured and by which formula; a shop may write its own."""

    name: str
    counts: str  # one of COUNTS
    reasons: tuple[str, ...] = ()  # contact reasons; empty: all
    hard: bool = False  # only cases that were difficult when they came
    improved: bool = False  # newcomers, against themselves before
    least: int = 30  # conversations to take part
    points: int = 10
    every: tuple[str, ...] = ("week", "month")


AWARDS = (
    Award("服务之星", "excellent"),
    Award("问题解决大师", "solved", hard=True, least=10),
    Award("最佳口碑奖", "praised"),
    Award("进步之星", "solved", improved=True, least=20),
)


@dataclass(frozen=True, slots=True)
class Deed:
    """One conversation of one person; `values` holds what is known of it, 1 good and 0 not."""

    person: str
    reason: str
    difficulty: str
    values: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Candidate:
    person: str
    n: int
    good: int
    expected: float  # good ones, as the case mix predicts
    value: float  # the share after case mix, drawn towards the others
    chance: float  # that this much is luck; the smaller, the higher the rank

    @property
    def ahead(self) -> bool:
        return self.good > self.expected


def rank(award: Award, deeds: Iterable[Deed]) -> list[Candidate]:
    """Those with enough conversations, the best first; empty when there are too few to compare."""
    group = {who: sums for who, sums in sums_of(award, deeds).items() if volume(sums) >= award.least}
    if len(group) < FEWEST:
        return []
    everybody = portrait.together(group.values())
    shrunk = portrait.among(Measured("honour", award.name, "", False, 1), group)
    found = [_candidate(who, sums, everybody, shrunk[who].value) for who, sums in group.items()]
    return sorted(found, key=lambda c: (c.chance, c.person))


def rank_improved(award: Award, now: Sequence[Deed], before: Sequence[Deed]) -> list[Candidate]:
    """Each against themselves, with the case mix of both spans; only who got better by more than luck would do."""
    after, earlier = sums_of(award, now), sums_of(award, before)
    found = []
    for who, sums in after.items():
        past = earlier.get(who, {})
        if min(volume(sums), volume(past)) >= award.least:
            both = portrait.together([sums, past])
            share = portrait.among(Measured("honour", award.name, "", False, 1), {"now": sums, "before": past})
            found.append(_candidate(who, sums, both, share["now"].value))
    return sorted((c for c in found if c.ahead and c.chance <= CLEAR), key=lambda c: (c.chance, c.person))


def winners(ranked: Sequence[Candidate]) -> list[Candidate]:
    """The first and whoever is level with them; nobody who did not do better than predicted."""
    return [c for c in ranked if c.ahead and c.chance <= ranked[0].chance + SAME]


def clear(ranked: Sequence[Candidate]) -> bool:
    """Whether luck alone would rarely make anybody of them look so good (Bonferroni)."""
    return bool(ranked) and ranked[0].chance * len(ranked) <= CLEAR


def sums_of(award: Award, deeds: Iterable[Deed]) -> dict[str, Sums]:
    """By person and kind of case: [n, good]; in an order of its own, so that it does not matter who came first."""
    found: dict[str, Sums] = {}
    for deed in deeds:
        value = deed.values.get(award.counts)
        fits = (not award.hard or deed.difficulty == HARD) and (not award.reasons or deed.reason in award.reasons)
        if value is None or not fits:
            continue
        cell = found.setdefault(deed.person, {}).setdefault(f"{deed.reason}/{deed.difficulty}", [0.0, 0.0])
        cell[0] += 1
        cell[1] += float(value >= 1)
    return {who: dict(sorted(found[who].items())) for who in sorted(found)}


def volume(sums: Sums) -> int:
    return round(sum(n for n, _ in sums.values()))


def _candidate(who: str, mine: Sums, everybody: Sums, value: float) -> Candidate:
    good = round(sum(cell[1] for cell in mine.values()))
    expected = sum(cell[0] * everybody[key][1] / everybody[key][0] for key, cell in mine.items())
    return Candidate(who, volume(mine), good, expected, value, luck(mine, everybody))


def luck(mine: Sums, everybody: Sums) -> float:
    """The mid-p of having so many good ones when the conversations of each kind are dealt out anew."""
    spread = np.ones(1)
    least = 0
    for key, (n, _) in mine.items():
        lowest, part = _dealt(round(everybody[key][0]), round(everybody[key][1]), round(n))
        spread, least = np.convolve(spread, part), least + lowest
    at = round(sum(cell[1] for cell in mine.values())) - least
    return float(min(1.0, spread[at] / 2 + spread[at + 1 :].sum()))


def _dealt(total: int, good: int, n: int) -> tuple[int, NDArray[np.float64]]:
    """(least, chances from there on) of good ones among n drawn from total of which `good` are."""
    low, high = max(0, n - (total - good)), min(n, good)
    told = [_choose(good, k) + _choose(total - good, n - k) - _choose(total, n) for k in range(low, high + 1)]
    return low, np.array([exp(one) for one in told])


def _choose(n: int, k: int) -> float:
    return lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)


def formula(award: Award) -> str:
    """Printed with the award: anybody can do the sum again."""
    cases = "、".join(award.reasons) or "全部"
    what = f"{cases}{'有难度的' if award.hard else ''}会话里，{COUNTS[award.counts]}所占的比例"
    if award.improved:
        return (
            f"{what}，和自己的前一段时间比，同类问题对同类问题；两段都至少 {award.least} 段；"
            "入职半年内的新同事参加，进步要大到碰巧的机会不到一成"
        )
    return (
        f"{what}，和同组同事的同类问题、同等难度比；至少 {award.least} 段；把这些会话重新分给大家，"
        "最难碰巧做到的人当选；「每 100 段」把运气算进去了，往组内平均收了一收；并列都算，上次是谁不影响"
    )


def counted(formula: str) -> str:
    """What the good ones were, in a few words, by the formula that was printed."""
    return next((SHORT[name] for name, words in COUNTS.items() if words in formula), "做得好")
