"""How far a rule may judge by itself: up only with proven agreement, down as soon as that is in doubt."""

from collections.abc import Sequence
from dataclasses import dataclass

from rules.agreement import Agreement
from rules.ledger import wilson

STAGES = ("human_only", "hybrid", "auto")
ALONE = ("hybrid", "auto")  # where a finding may count before anybody has seen it


@dataclass(frozen=True, slots=True)
class Gate:
    """What it takes to be at a stage. Voters right 85 times in 100 reach an alpha of about .5, so none asks for .8."""

    cases: int
    alpha: float  # of the voters: the lower end of the interval
    upheld: float  # how often people decide as the rule said: the lower end of the interval


GATES: dict[str, Gate] = {"hybrid": Gate(20, 0.2, 0.5), "auto": Gate(40, 0.35, 0.75)}


def counts(stage: str, verdict: str, risk: float, surely: float) -> bool:
    """Whether a finding of a rule at this stage counts about anybody; what a person said of it goes before all.

    `risk`: of its conversation; from `surely` on a hybrid rule is believed until somebody has looked.
    """
    if verdict:
        return verdict == "real"
    return stage == "auto" or (stage == "hybrid" and risk >= surely)


def wanted(stage: str, agreed: Agreement, outcomes: Sequence[bool]) -> tuple[str, str]:
    """(the stage that is proven, why); one step up at most, and down as far as it takes. `outcomes`: rule upheld."""
    place = STAGES.index(stage)
    low, high = wilson(sum(outcomes), len(outcomes))
    held = f"共 {len(outcomes)} 题，{sum(outcomes)} 题和规则一致（{low:.0%} 到 {high:.0%}）"
    while place and _lost(STAGES[place], agreed, high):
        place -= 1
    if STAGES[place] != stage:
        return STAGES[place], f"{held}，不够稳了"
    above = STAGES[place + 1] if place + 1 < len(STAGES) else ""
    if above and _proven(above, agreed, low, len(outcomes)):
        return above, f"{held}，大家看法一致（α 至少 {agreed.low:.2f}）"
    return stage, held


def _proven(stage: str, agreed: Agreement, low: float, n: int) -> bool:
    gate = GATES[stage]
    return n >= gate.cases and agreed.low is not None and agreed.low >= gate.alpha and low >= gate.upheld


def _lost(stage: str, agreed: Agreement, high: float) -> bool:
    """Only what is surely below the gate falls, so that nothing swings to and fro."""
    gate = GATES[stage]
    return high < gate.upheld or (agreed.high is not None and agreed.high < gate.alpha)
