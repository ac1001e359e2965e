"""To speak or not: the life of an alert as decisions."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest

from rules import decide, endings, moods
from rules.decide import Decision, Reason, Standing, State, Verb
from rules.model import Conversation, Kind, Rating, Severity
from rules.policy import Policy
from tests.rules.conversations import Said, at, became, chat, screened
from tests.rules.shipped import shipped

THREAT: Said = ("客", "再不解决我就打 12315", 0)
SORRY: Said = ("服", "非常抱歉，我马上查", 30)


def decided(
    conversation: Conversation,
    seconds: float,
    before: Mapping[Kind, Standing] | None = None,
    policy: Policy | None = None,
) -> dict[Kind, Decision]:
    known = policy or Policy()
    made = decide.decide(before or {}, screened(conversation, seconds, known), conversation, known, at(seconds))
    return {decision.kind: decision for decision in made}


def risk(conversation: Conversation, seconds: float, before: Standing | None = None, **knobs: Any) -> Decision:
    policy = replace(Policy(), **knobs)
    return decided(conversation, seconds, {Kind.RISK: before} if before else None, policy)[Kind.RISK]


def standing(conversation: Conversation, seconds: float, state: State = State.OPEN, **rest: Any) -> Standing:
    """The alert that was made of this conversation at that moment."""
    made = risk(conversation, seconds)
    return Standing(Kind.RISK, made.severity, state, facts=made.facts, **rest)


def test_a_calm_conversation_makes_no_alert() -> None:
    made = risk(chat(("客", "几点发货", 0), ("服", "三点", 9)), 10)
    assert (made.verb, made.reason) == (Verb.SILENT, Reason.NOTHING_FOUND)


def test_a_threat_speaks_with_all_its_findings_as_one_matter() -> None:
    made = risk(chat(("客", "骗子，凭什么", 0), THREAT), 10)
    assert (made.verb, made.reason, made.severity) == (Verb.SPEAK, Reason.NEW, Severity.RED)
    assert {"distrust", "rhetorical", "threat_regulator"} <= {f.check for f in made.findings}


def test_a_red_line_is_a_matter_of_its_own() -> None:
    made = decided(chat(("客", "能便宜吗", 0), ("服", "加我微信给您便宜", 9)), 10)
    assert (made[Kind.RISK].verb, made[Kind.REDLINE].verb) == (Verb.SILENT, Verb.SPEAK)


def test_a_highlight_is_made_once() -> None:
    praised = chat(("客", "几点发货", 0), ("服", "三点", 9), ("客", "你们客服真好，效率真高", 20))
    made = decided(praised, 30)[Kind.STAR]
    again = decided(praised, 30, {Kind.STAR: Standing(Kind.STAR, made.severity)})[Kind.STAR]
    assert (made.verb, again.verb) == (Verb.SPEAK, Verb.KEEP)


def test_below_the_wanted_level_it_stays_silent() -> None:
    yellow = chat(("客", "凭什么要我出运费", 0), ("服", "抱歉", 9))
    assert risk(yellow, 10, yellow_risk=0.0).verb is Verb.SPEAK
    assert risk(yellow, 10, yellow_risk=0.0, alert_from="orange").reason is Reason.BELOW_LEVEL


def test_a_yellow_word_alone_calls_nobody_until_the_whole_looks_risky() -> None:
    yellow = chat(("客", "凭什么要我出运费", 0), ("服", "抱歉", 9))
    assert risk(yellow, 10, yellow_risk=0.9).reason is Reason.MILD


def test_the_same_again_changes_nothing_new_facts_update_and_worse_ones_raise() -> None:
    first = chat(("客", "太失望了", 0), SORRY)
    before = standing(first, 40)
    assert risk(first, 50, before).verb is Verb.KEEP
    more = chat(("客", "太失望了", 0), SORRY, ("客", "没人管", 40), ("服", "在的", 50))
    assert risk(more, 60, before).verb is Verb.UPDATE
    worse = chat(("客", "太失望了", 0), SORRY, ("客", "我找 12315", 40), ("服", "在的", 50))
    assert (risk(worse, 60, before).verb, risk(worse, 60, before).reason) == (Verb.RAISE, Reason.WORSE)


def test_the_figure_of_a_wait_is_news() -> None:
    asked = chat(("客", "几点发货", 0))
    assert risk(asked, 361, standing(asked, 181)).verb is Verb.UPDATE


@pytest.mark.parametrize(
    ("ending", "seconds", "says", "rest"),
    [
        ((("客", "好的谢谢", 60),), 70, "客户说「好的谢谢」", {}),
        ((("客", "你人真好，问题解决了", 60), ("服", "应该的", 65)), 70, "客户说「你人真好，问题解决了」", {}),
        ((("客", "那好", 60),), 70, "会话已结束", {"statuses": (became("resolved", 65),)}),
        ((("客", "行", 60),), 100, "客户给了 4 分", {"rating": Rating(4, "", at(90))}),
    ],
)
def test_an_alert_closes_itself_when_it_ends_well(
    ending: tuple[Said, ...], seconds: float, says: str, rest: dict[str, Any]
) -> None:
    before = standing(chat(THREAT), 10, State.CLAIMED)
    made = risk(chat(THREAT, SORRY, *ending, **rest), seconds, before)
    assert (made.verb, made.because) == (Verb.CLOSE, says)


@pytest.mark.parametrize(
    ("ending", "rest"),
    [
        ((("客", "好的", 60),), {}),
        ((("客", "谢谢，等着 12315 找你们吧", 60),), {}),
        ((), {"statuses": (became("resolved", 65),)}),
        ((("客", "好的谢谢", 60),), {"rating": Rating(1, "", at(90))}),
    ],
)
def test_it_stays_open_when_it_does_not_end_well(ending: tuple[Said, ...], rest: dict[str, Any]) -> None:
    before = standing(chat(THREAT), 10)
    assert risk(chat(THREAT, SORRY, *ending, **rest), 100, before).verb is not Verb.CLOSE


@pytest.mark.parametrize(
    "last",
    [
        "谢谢，但是还没到账",
        "谢谢亲，钱还是没收到呀",
        "谢谢啊，你们真厉害，骗了我三百块",
        "呵呵谢谢你们哦，真行",
        "谢谢你们让我白跑一趟",
        "感谢贵店让我长见识了",
        "哈哈哈笑死",
        "嗯嗯谢谢，等你消息",
    ],
)
def test_thanks_that_come_too_early_or_are_meant_otherwise_end_nothing(last: str) -> None:
    glad = chat(THREAT, SORRY, ("客", last, 60))
    glad = replace(glad, signals=(*glad.signals[:-1], replace(glad.signals[-1], satisfied=0.9, dissatisfied=0.05)))
    assert risk(glad, 100, standing(chat(THREAT), 10)).verb is not Verb.CLOSE
    assert moods.turn(glad, screened(glad, 100).findings) is None
    assert "star_rescue" not in {f.check for f in screened(glad, 100).findings}


def test_the_sets_that_make_thanks_doubtful_are_in_the_packs() -> None:
    assert shipped().sets.keys() >= endings.NOT_AN_END


def test_thanks_before_any_human_answered_end_nothing() -> None:
    before = standing(chat(THREAT), 10)
    assert risk(chat(THREAT, ("机", "亲", 1), ("客", "谢谢", 60)), 70, before).verb is not Verb.CLOSE


def test_an_alert_of_waiting_closes_when_somebody_answers() -> None:
    asked = chat(("客", "几点发货", 0))
    answered = chat(("客", "几点发货", 0), ("服", "三点", 250))
    made = risk(answered, 260, standing(asked, 181))
    assert (made.verb, made.because) == (Verb.CLOSE, "客服已回复，客户等了 4 分钟")
    yellow = risk(chat(("客", "几点发货", 0), ("服", "三点", 150)), 151, standing(asked, 130))
    assert (yellow.verb, yellow.because) == (Verb.CLOSE, "客服已回复，客户等了 2 分钟")


def test_a_wait_that_is_over_calls_nobody() -> None:
    made = risk(chat(("客", "几点发货", 0), ("服", "三点", 900)), 901)
    assert (made.verb, made.reason) == (Verb.SILENT, Reason.ALREADY_ANSWERED)


def test_what_ended_well_before_we_saw_it_calls_nobody() -> None:
    ended = chat(THREAT, SORRY, ("客", "好的谢谢", 60))
    assert risk(ended, 70).reason is Reason.ENDED_WELL


def test_a_muted_alert_is_silent_until_its_time_unless_it_gets_worse() -> None:
    first = chat(("客", "太失望了", 0), SORRY)
    muted = standing(first, 40, State.MUTED, muted_until=at(600))
    more = chat(("客", "太失望了", 0), SORRY, ("客", "没人管", 40), ("服", "在的", 50))
    worse = chat(("客", "太失望了", 0), SORRY, ("客", "我找 12315", 40), ("服", "在的", 50))
    assert risk(more, 60, muted).reason is Reason.MUTED
    assert risk(worse, 60, muted).verb is Verb.RAISE
    assert risk(more, 700, muted).verb is Verb.RAISE
    assert risk(first, 700, muted).verb is Verb.KEEP


def test_after_it_was_solved_only_what_happened_since_speaks() -> None:
    first = chat(THREAT, SORRY)
    solved = standing(first, 40, State.SOLVED, since=at(50))
    later = chat(THREAT, SORRY, ("客", "又没人管了，我要投诉", 80), ("服", "在的", 85))
    assert risk(first, 60, solved).verb is Verb.SILENT
    made = risk(later, 90, solved)
    assert (made.verb, made.reason) == (Verb.SPEAK, Reason.AGAIN)
    assert {f.message for f in made.findings} == {"m3"}


def test_after_a_false_alarm_the_same_rule_stays_silent_in_this_conversation() -> None:
    first = chat(THREAT, SORRY)
    false = standing(first, 40, State.FALSE_ALARM, since=at(50))
    same = chat(THREAT, SORRY, ("客", "我说的是打 12315 咨询", 80), ("服", "好", 85))
    other = chat(THREAT, SORRY, ("客", "我找律师", 80), ("服", "好", 85))
    assert risk(same, 90, false).reason is Reason.FALSE_ALARM
    assert risk(other, 90, false).verb is Verb.SPEAK
