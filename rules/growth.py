"""Growth: how far somebody has come, the two things worth practising now, and whether practice went with a change.

Before and after are compared with what the colleagues' figures did meanwhile (difference in differences; Card and
Krueger, 1994), each after its case mix, so that a calm week for everybody is nobody's progress.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from statistics import NormalDist

from rules.metrics.cells import Measured, Sums
from rules.portrait import ENOUGH, SURE, Standing, together
from rules.reasons import OTHER

LEVEL = 0.9
MOST = 2  # goals at a time
TENTH = 4  # a time half as long again weighs like ten points of a rate: log 1.5 is about 4 × 0.1
LIKELY = 0.35  # a chance of being above the middle below which practice may help
REAL, USUAL, FEW = "确有变化", "正常波动", "样本少"
STAGES: Mapping[str, str] = {"novice": "新手", "practised": "熟手", "expert": "专家"}
FOCUS: Mapping[str, tuple[str, ...]] = {  # what is worth learning first
    "novice": ("first_reply", "transfer"),  # process and wording
    "practised": ("solved", "resolution"),
    "expert": ("csat", "calm"),  # complex complaints, hidden needs
}
EARLY = (30, 300)  # days at work, conversations: below either, a novice
LONG = (180, 2000)  # … from both on, with enough contact reasons mastered, an expert
MASTERED = 4
ENDS, USUALLY = ("solved", "csat"), 0.4  # how a conversation ends; a chance that says: about as well as others


@dataclass(frozen=True, slots=True)
class Effect:
    """How much better than the colleagues' drift: share points of a rate, a factor of a time turned round."""

    value: float
    interval: tuple[float, float]
    word: str  # 确有变化 | 正常波动 | 样本少
    n: tuple[int, int]  # before, after

    @property
    def better(self) -> bool:
        return self.word == REAL and self.value > 0


def stage(days: int, volume: int, mastered: int) -> str:
    """`mastered`: contact reasons, see below."""
    if days < EARLY[0] or volume < EARLY[1]:
        return "novice"
    return "expert" if days >= LONG[0] and volume >= LONG[1] and mastered >= MASTERED else "practised"


def mastered(found: Sequence[Standing]) -> list[str]:
    """Contact reasons with enough conversations that end as well as usual, and in which nothing is clearly weak."""
    about = [s for s in found if s.reason not in ("", OTHER) and s.enough]
    known = {s.reason for s in about if s.measure.name in ENDS and s.chance >= USUALLY}
    return sorted(known - {s.reason for s in about if s.chance <= 1 - SURE})


def goals(found: Sequence[Standing], level: str, taken: Collection[str], room: int = MOST) -> list[Standing]:
    """Where practice would help most, one a measure; `taken`: measures that are practised or were declined."""
    worth = [s for s in found if s.enough and s.chance < LIKELY and s.measure.name not in taken]
    chosen: list[Standing] = []
    for s in sorted(worth, key=lambda s: -_weight(s, level)):
        if len(chosen) < room and s.measure.name not in {c.measure.name for c in chosen}:
            chosen.append(s)
    return chosen


def _weight(s: Standing, level: str) -> float:
    """Rather where it happens than as a whole: that can be practised."""
    return gain(s) * (1.5 if s.measure.name in FOCUS[level] else 1.0) * (2.0 if s.reason else 1.0)


def gain(s: Standing) -> float:
    """How much more would go well if they came up to the middle: by how sure it is and how often it comes up."""
    apart = log(s.value / s.middle) / TENTH if s.measure.time else (s.middle - s.value) * s.measure.better
    return max(0.0, apart) * s.n * (0.5 - s.chance)


def effect(m: Measured, mine: tuple[Sums, Sums], others: tuple[Sums, Sums]) -> Effect | None:
    """(before, after) of the person and of their colleagues; None when there is nothing to compare."""
    cells = together([*mine, *others])
    told = [_adjusted(m, sums, cells) for sums in (*mine, *others)]
    known = [one for one in told if one is not None]
    if len(known) < len(told):
        return None
    before, after, then, now = known
    value = ((after[1] - before[1]) - (now[1] - then[1])) * m.better
    half = NormalDist().inv_cdf((1 + LEVEL) / 2) * sqrt(sum(one[2] for one in known))
    n = round(before[0]), round(after[0])
    word = FEW if min(n) < ENOUGH else REAL if abs(value) > half else USUAL
    return Effect(value, (value - half, value + half), word, n)


def percent_faster(value: float) -> float:
    """Of a time: by which share it is shorter."""
    return 1 - exp(-value)


def _adjusted(m: Measured, mine: Sums, cells: Sums) -> tuple[float, float, float] | None:
    """(n, mean after case mix, its variance)."""
    n = sum(one[0] for one in mine.values())
    if not n:
        return None
    total = sum(one[0] for one in cells.values())
    everybody = sum(one[1] for one in cells.values()) / total
    expected = sum(one[0] * cells[key][1] / cells[key][0] for key, one in mine.items())
    mean = everybody + (sum(one[1] for one in mine.values()) - expected) / n
    if m.time:
        square = sum(one[2] - one[1] ** 2 / one[0] for one in cells.values() if one[0])
        return n, mean, max(square / max(1.0, total - len(cells)), 1e-6) / n
    share = (min(1.0, max(0.0, mean)) * n + 1) / (n + 2)
    return n, mean, share * (1 - share) / n
