"""Which limits the answers of shadow mode suggest: only what is surely mostly wrong, and nothing from a few."""

from rules import shadow
from rules.model import Severity
from rules.policy import Policy
from rules.shadow import Answer

WORDS = frozenset({"upset_words"})


def mild(risk: float, real: bool, n: int = 1) -> list[Answer]:
    return [Answer(Severity.YELLOW, risk, WORDS, real)] * n


def test_a_few_answers_suggest_nothing() -> None:
    assert shadow.propose(mild(0.35, False, 11), Policy()) == []


def test_the_limit_rises_above_what_is_mostly_wrong_and_no_further() -> None:
    answers = [*mild(0.33, False, 14), *mild(0.33, True, 1), *mild(0.62, True, 20)]
    (proposal,) = shadow.propose(answers, Policy())
    assert (proposal.knob, proposal.value) == ("yellow_risk", "0.35")
    assert (proposal.silenced, proposal.wrong, proposal.kept, proposal.real) == (15, 14, 20, 21)


def test_when_all_of_yellow_is_wrong_alerts_begin_with_orange() -> None:
    answers = [*mild(0.5, False, 20), Answer(Severity.RED, 0.9, frozenset({"threat"}), True)]
    (proposal,) = shadow.propose(answers, Policy())
    assert (proposal.knob, proposal.value) == ("alert_from", "orange")
    assert shadow.propose(answers, Policy(alert_from="orange")) == []


def test_repeated_dissatisfaction_may_need_one_time_more() -> None:
    answers = [Answer(Severity.ORANGE, 0.6, frozenset({shadow.REPEATED}), False)] * 15
    (proposal,) = shadow.propose(answers, Policy())
    assert (proposal.knob, proposal.value) == ("repeat_times", "4")


def test_what_is_right_stays() -> None:
    assert shadow.propose([*mild(0.4, True, 20), *mild(0.35, False, 5)], Policy()) == []
