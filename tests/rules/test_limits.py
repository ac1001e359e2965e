"""Waits that no changed limit can touch are not asked again, and only those."""

from dataclasses import replace

from rules import limits, packs
from rules.limits import Apart
from rules.model import Assignment, Conversation
from rules.packs import Packs
from rules.policy import Policy
from tests.rules.conversations import at, chat
from tests.rules.shipped import shipped

OLD = Policy()
SOONER = replace(OLD, first_reply_seconds=120)  # warned after 60 seconds and not 120
LATE = ("norm_wait_no_return", "ping_unanswered")


def late() -> Packs:
    return packs.only(shipped(), LATE)


def apart(talk: Conversation, new: Policy = SOONER) -> Apart:
    return limits.between(talk, OLD, new, late(), at(4 * 3600))


def test_a_short_wait_is_told_the_same_and_a_longer_one_is_not() -> None:
    assert not apart(chat(("客", "怎么退货", 0), ("服", "您好", 50))).waits
    assert apart(chat(("客", "怎么退货", 0), ("服", "您好", 70))).waits
    assert apart(chat(("客", "怎么退货", 0), ("服", "您好", 150))).waits
    assert not apart(chat(("客", "怎么退货", 0), ("服", "您好", 400))).waits


def test_another_limit_for_first_replies_says_nothing_of_later_ones() -> None:
    talk = chat(("客", "怎么退货", 0), ("服", "您好", 10), ("客", "多少天能到", 20), ("服", "三天", 100))
    assert not apart(talk).waits
    assert apart(talk, replace(OLD, reply_seconds=120)).waits


def test_a_wait_that_began_with_a_hand_over_counts_from_then_on() -> None:
    talk = chat(("客", "怎么退货", 0), ("服", "您好", 400))
    assert apart(replace(talk, assignments=(Assignment("a1", at(300)),))).waits


def test_no_warning_and_a_warning_are_held_apart() -> None:
    assert apart(chat(("客", "怎么退货", 0), ("服", "您好", 150)), replace(OLD, warn_before_seconds=0)).waits


def test_rules_that_come_late_are_asked_where_only_one_policy_looks() -> None:
    """Five minutes after 请稍等 it is 340 s; the old policy looks at 280 s, and would look again at 460 s only."""
    talk = chat(("客", "怎么退货", 0), ("服", "请稍等", 40), ("客", "好了吗", 100), ("服", "退好了", 400))
    assert apart(talk, replace(OLD, reply_seconds=260)).looks  # at 360 s
    assert not apart(talk, replace(OLD, reply_seconds=200)).looks  # at 300 s and 480 s


def test_who_was_not_dissatisfied_often_enough_for_either_is_not_asked() -> None:
    calm = chat(("客", "怎么退货", 0), ("服", "您好", 10), ("客", "好的，多少钱", 20))
    angry = chat(("客", "你们是骗子吧，垃圾", 0), ("服", "您好", 10), ("客", "垃圾店，骗子", 20))
    often = replace(OLD, repeat_times=2)
    assert not limits.often(calm, OLD, often)
    assert limits.often(angry, OLD, often)
    assert limits.often(calm, OLD, replace(OLD, repeat_minutes=5))
