"""What is proposed for a rule that people decided against, what such a change does, and when a rule may judge alone."""

from dataclasses import replace

import pytest

from rules import changes, proposals, stages
from rules.agreement import Agreement
from rules.changes import EXAMPLE, SEVERITY, THRESHOLD, UNLESS, Change
from rules.model import Finding, Kind, Severity
from rules.policy import Policy, decided

QUOTE = "买了三天就降价，能退差价吗"
PRICE = Finding("price", Kind.RISK, Severity.ORANGE, "m1", QUOTE, "客户要退差价", "price@2")
SLOW = replace(PRICE, check="slow_reply", says="客户等待 3 分钟未回复", rule="slow_reply@1")
POLICY = Policy()


def test_one_decision_makes_a_counter_example_and_three_a_quieter_rule() -> None:
    assert proposals.against(PRICE, 1, 0, POLICY) == Change("price", 2, EXAMPLE, QUOTE)
    assert proposals.against(PRICE, 3, 0, POLICY) == Change("price", 2, SEVERITY, "yellow")
    assert proposals.against(PRICE, 3, 1, POLICY) == Change("price", 2, EXAMPLE, QUOTE)


def test_words_too_short_to_compare_make_the_rule_quieter_until_it_is_silent() -> None:
    short = replace(PRICE, quote="退钱", severity=Severity.YELLOW)
    assert proposals.against(short, 1, 0, POLICY) == Change("price", 2, SEVERITY, "none")
    silent = replace(POLICY, changes=(Change("price", 2, SEVERITY, "none"),))
    assert proposals.against(short, 1, 0, silent) is None


@pytest.mark.parametrize(
    ("says", "limit"),
    [("客户等待 3 分钟", 210), ("客户等待 4 分 10 秒", 270), ("客户等待 2 小时", 360), ("等了一会儿", 0)],
)
def test_a_limit_is_widened_to_just_above_the_wait_that_was_all_right(says: str, limit: int) -> None:
    change = proposals.against(replace(SLOW, says=says), 1, 0, POLICY)
    assert change == (Change("slow_reply", 1, THRESHOLD, f"reply_seconds={limit}") if limit else None)
    if change:
        assert decided(POLICY, [change]).reply_seconds == limit
        assert decided(POLICY, [change]).first_reply_seconds == POLICY.first_reply_seconds


def test_excluding_words_are_the_customer_s_own() -> None:
    assert proposals.excluding(PRICE, ["差价", "没说过"]) == Change("price", 2, UNLESS, "差价")
    assert proposals.excluding(PRICE, ["没说过"]) is None


def test_counter_examples_and_excluding_words_drop_only_what_they_mean() -> None:
    other = replace(PRICE, quote="你们价格怎么比别家贵这么多")
    example, unless = Change("price", 2, EXAMPLE, QUOTE), Change("price", 2, UNLESS, "差价")
    near = replace(PRICE, quote="买了三天就降价了，能退差价吗？")
    assert changes.applied([PRICE, near, other], [example]) == [other]
    assert changes.applied([PRICE, other], [unless]) == [other]
    newer = replace(PRICE, rule="price@3")
    assert changes.applied([newer], [example, unless]) == [newer]


SURE = Agreement(40, 0.9, 0.6, 0.45, 0.75)


def test_a_rule_rises_one_step_at_a_time_and_only_with_proof() -> None:
    assert stages.wanted("human_only", SURE, [True] * 19)[0] == "human_only"
    assert stages.wanted("human_only", SURE, [True] * 45)[0] == "hybrid"
    assert stages.wanted("hybrid", SURE, [True] * 45)[0] == "auto"
    assert stages.wanted("hybrid", replace(SURE, low=0.1), [True] * 45)[0] == "hybrid"
    assert stages.wanted("human_only", replace(SURE, alpha=None, low=None, high=None), [True] * 45)[0] == "human_only"


def test_it_falls_as_far_as_it_takes_and_does_not_swing() -> None:
    assert stages.wanted("auto", SURE, [True] * 20 + [False] * 25)[0] == "hybrid"
    assert stages.wanted("auto", SURE, [True] * 5 + [False] * 40)[0] == "human_only"
    assert stages.wanted("auto", SURE, [True] * 36 + [False] * 9)[0] == "auto"
