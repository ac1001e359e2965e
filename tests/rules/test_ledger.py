"""What became of what a rule raised, how sure that is, and when a rule should speak more quietly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from rules import ledger
from rules.changes import Change
from rules.ledger import Raised
from rules.model import Kind, Severity
from rules.policy import Policy

TEN = datetime(2026, 11, 20, 2, tzinfo=UTC)
POLICY = Policy(demote_below=0.5, demote_after_n=5)


def at(minutes: float) -> datetime:
    return TEN + timedelta(minutes=minutes)


def raised(verdict: str = "", rule: str = "threat@2", severity: Severity = Severity.RED, **more: Any) -> Raised:
    return Raised(rule, Kind.RISK, severity, more.pop("at", TEN), verdict=verdict, **more)


def many(real: int, wrong: int, **more: Any) -> list[Raised]:
    return [raised("real", **more)] * real + [raised("false_alarm", **more)] * wrong


def test_the_interval_is_wilson_s() -> None:
    assert ledger.wilson(8, 10) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    assert ledger.wilson(0, 10) == pytest.approx((0.0, 0.2775), abs=1e-4)
    assert ledger.wilson(0, 0) == (0.0, 1.0)


def test_every_fate_is_counted_once_and_nobody_s_word_is_no_verdict() -> None:
    told = [raised("real"), raised("false_alarm"), raised("overturned"), raised("")]
    (tally,) = ledger.by_rule(told)
    assert (tally.raised, tally.real, tally.false_alarm, tally.overturned) == (4, 1, 1, 1)
    assert tally.judged == 3
    assert tally.precision == pytest.approx(1 / 3)


def test_whoever_claims_and_never_calls_it_a_mistake_agrees() -> None:
    assert raised(claimed_at=at(1), closed_at=at(9)).fate == "real"
    assert raised(claimed_at=at(1)).fate == ""
    assert raised(closed_at=at(9)).fate == ""
    assert raised("false_alarm", claimed_at=at(1), closed_at=at(9)).fate == "false_alarm"


def test_too_late_is_after_the_conversation_was_over_or_rated_low() -> None:
    assert raised(claimed_at=at(6), ended_at=at(5)).late
    assert raised(claimed_at=at(6), rated_at=at(5)).late
    assert raised(closed_at=at(6), closed_by="张主管", ended_at=at(5)).late
    assert raised(rated_at=at(5)).late, "nobody came, and the customer was unhappy"
    assert not raised(claimed_at=at(4), ended_at=at(5)).late
    assert not raised(closed_at=at(5), ended_at=at(5)).late, "it ended well by itself"


def test_the_time_to_claim_is_the_median_of_the_claimed() -> None:
    (tally,) = ledger.by_rule([raised(claimed_at=at(m)) for m in (1, 2, 30)] + [raised()])
    assert tally.claim == timedelta(minutes=2)


def test_versions_of_a_rule_are_judged_apart() -> None:
    tallies = ledger.by_rule([*many(1, 0, rule="threat@1"), *many(0, 1, rule="threat@2")])
    assert [(t.name, t.precision) for t in tallies] == [("threat@1", 1.0), ("threat@2", 0.0)]


def test_a_score_is_judged_by_its_bands_and_an_alert_counts_once() -> None:
    told = [
        raised("real", matter="A1", score=0.9),
        raised("real", "other@1", matter="A1", score=0.9),
        raised("false_alarm", matter="A2", score=0.4),
    ]
    assert [(t.name, t.raised, t.precision) for t in ledger.by_score(told)] == [
        ("risk 0.3", 1, 0.0),
        ("risk 0.85", 1, 1.0),
    ]


def test_the_worst_is_surely_bad_and_the_best_surely_good() -> None:
    told = [
        *many(0, 1, rule="once@1"),
        *many(2, 18, rule="noisy@1"),
        *many(20, 0, rule="sure@1"),
        *many(1, 0, rule="luck@1"),
    ]
    tallies = ledger.by_rule([*told, raised(rule="silent@1")])
    assert next(t.name for t in ledger.worst(tallies)) == "noisy@1"
    assert next(t.name for t in ledger.best(tallies)) == "sure@1"
    assert "silent@1" not in {t.name for t in ledger.worst(tallies)}


def test_few_samples_propose_nothing_however_bad() -> None:
    assert ledger.demotions(many(0, 4), {}, (), POLICY) == []
    assert ledger.demotions(many(4, 6), {}, (), POLICY) == [], "its precision may still be a half"


def test_what_is_surely_imprecise_goes_one_step_down_at_a_time() -> None:
    (first,) = ledger.demotions(many(1, 19), {}, (), POLICY)
    assert first[0] == Change("threat", 2, "severity", "yellow")
    assert first[1].judged == 20
    later = many(1, 19, at=at(60))
    (second,) = ledger.demotions(many(1, 19) + later, {"threat@2": at(30)}, (first[0],), POLICY)
    assert second[0].value == "none"
    assert ledger.demotions(later, {}, (first[0], second[0]), POLICY) == []


def test_after_a_decision_only_what_is_new_counts() -> None:
    assert ledger.demotions(many(1, 19), {"threat@2": at(30)}, (), POLICY) == []
