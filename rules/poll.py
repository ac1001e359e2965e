"""What a blind vote decides: a value with its reason, the same in whichever order people voted."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

DEDUCT, KEEP, UNSURE, TALK = "deduct", "keep", "unsure", "talk"
CHOICES: Mapping[str, str] = {DEDUCT: "扣分", KEEP: "不扣", UNSURE: "不确定"}
OUTCOMES: Mapping[str, str] = {DEDUCT: "扣分", KEEP: "不扣", TALK: "会上再聊"}
# Another question, because a customer may well be angry at nobody's fault: was it right of us to speak up there?
RIGHT, WRONG = "right", "wrong"
ALARMS: Mapping[str, str] = {RIGHT: "提醒得对", WRONG: "不该提醒"}
SEVERITIES: Mapping[int, str] = {1: "轻", 2: "中", 3: "重"}
# One of each has to be among the voters; a senior serves customers as an agent does.
SEATS: Mapping[str, frozenset[str]] = {
    "主管": frozenset({"lead"}), "质检": frozenset({"qa"}), "客服": frozenset({"agent", "senior"}),
}  # fmt: skip
CLEAR = 0.2  # so much of all votes lies between the two answers
RULE = "主管、质检、客服都有人投；过半，并且领先至少两成，才算定下。"


@dataclass(frozen=True, slots=True)
class Vote:
    role: str
    choice: str  # a key of CHOICES
    severity: int = 0  # a key of SEVERITIES, of a deduction
    cause: str = ""
    alarm: str = ""  # a key of ALARMS, of who said so


@dataclass(frozen=True, slots=True)
class Result:
    outcome: str  # a key of OUTCOMES
    because: str  # why nothing was decided; empty when something was
    deduct: int
    keep: int
    unsure: int
    severity: int = 0  # the middle one of those who would deduct
    cause: str = ""  # what most of them give
    roles: tuple[tuple[str, int], ...] = ()
    right: int = 0
    wrong: int = 0
    alarm: str = ""  # a key of ALARMS, when that is clear among those who said so

    @property
    def voters(self) -> int:
        return self.deduct + self.keep + self.unsure

    @property
    def margin(self) -> float:
        """How far the two answers lie apart, as a share of all votes."""
        return abs(self.deduct - self.keep) / self.voters if self.voters else 0.0


def decide(votes: Iterable[Vote]) -> Result:
    """The votes of those who count: nobody's own case is among them."""
    cast = tuple(votes)
    n = Counter(vote.choice for vote in cast)
    against = [vote for vote in cast if vote.choice == DEDUCT]
    because = _open(cast, n[DEDUCT], n[KEEP])
    outcome = TALK if because else max((DEDUCT, KEEP), key=lambda choice: n[choice])
    told = Counter(vote.alarm for vote in cast if vote.alarm)
    deducts = outcome == DEDUCT
    cause, severity = _most(vote.cause for vote in against if vote.cause), _middle(against)
    roles = tuple((seat, sum(vote.role in who for vote in cast)) for seat, who in SEATS.items())
    return Result(
        outcome, because, n[DEDUCT], n[KEEP], n[UNSURE],
        severity if deducts else 0, cause if deducts else "", roles, told[RIGHT], told[WRONG], _alarm(cast, told),
    )  # fmt: skip


def best(wordings: Sequence[int], votes: Iterable[int]) -> tuple[int | None, int]:
    """(the wording most like, its votes); of equals the one that was there first, None without any."""
    if not wordings:
        return None, 0
    n = Counter(votes)
    chosen = max(sorted(wordings), key=lambda wording: n[wording])
    return chosen, n[chosen]


def _alarm(cast: Sequence[Vote], told: Mapping[str, int]) -> str:
    if _open([vote for vote in cast if vote.alarm], told[RIGHT], told[WRONG]):
        return ""
    return RIGHT if told[RIGHT] > told[WRONG] else WRONG


def _open(cast: Sequence[Vote], one: int, other: int) -> str:
    """Why it is not clear; empty when it is."""
    missing = [seat for seat, who in SEATS.items() if not any(vote.role in who for vote in cast)]
    if missing:
        return f"还缺{'、'.join(missing)}的票"
    if 2 * max(one, other) <= len(cast):
        return "没有过半"
    return "" if abs(one - other) >= CLEAR * len(cast) else "领先不到两成"


def _most(told: Iterable[str]) -> str:
    """Of equals the first in the alphabet, so that the order of votes plays no part."""
    n = Counter(told)
    return min(n, key=lambda one: (-n[one], one), default="")


def _middle(against: Sequence[Vote]) -> int:
    said = sorted(vote.severity for vote in against if vote.severity)
    return said[(len(said) - 1) // 2] if said else 0
