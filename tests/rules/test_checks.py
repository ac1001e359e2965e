"""The checks beside waiting: repeated dissatisfaction, repeated questions, ratings; and the scores."""

from dataclasses import replace

import pytest

from rules import score, screen
from rules.model import Kind, Rating, Severity
from rules.policy import Policy
from tests.rules.conversations import at, chat, screened, told, untimed
from tests.rules.shipped import shipped

ANGRY = ("客", "你们什么态度，太差劲", 0.0)


def test_three_dissatisfied_messages_in_ten_minutes_are_orange_and_a_fourth_is_red() -> None:
    three = [("客", "什么态度", 0.0), ("客", "一直没处理", 60.0), ("服", "在查", 70.0), ("客", "骗子", 590.0)]
    found = told(screened(chat(*three), 600))
    assert ("repeated_dissatisfaction", "orange", "客户多次表达不满（3 次/10 分钟）") in found
    found = told(screened(chat(*three, ("客", "太失望了", 599.0)), 600))
    assert ("repeated_dissatisfaction", "red", "客户多次表达不满（4 次/10 分钟）") in found


def test_spread_over_a_longer_time_they_are_not_repeated() -> None:
    spread = chat(("客", "什么态度", 0), ("客", "一直没处理", 400), ("客", "骗子", 601))
    assert "repeated_dissatisfaction" not in {check for check, _, _ in told(screened(spread, 700))}


def test_without_times_three_in_a_row_count() -> None:
    row = untimed(("客", "什么态度"), ("服", "在的"), ("客", "一直没处理"), ("客", "骗子"))
    broken = untimed(("客", "什么态度"), ("客", "一直没处理"), ("客", "我看看"), ("客", "骗子"))
    assert ("repeated_dissatisfaction", "orange", "客户多次表达不满（连续 3 次）") in told(screened(row, 0))
    assert "repeated_dissatisfaction" not in {check for check, _, _ in told(screened(broken, 0))}


def test_the_same_question_asked_three_times_in_nearly_the_same_words() -> None:
    asked = chat(("客", "我的退款什么时候到", 0), ("客", "退款什么时候到账啊", 60), ("客", "退款什么时候到？？", 120))
    other = chat(("客", "我的退款什么时候到", 0), ("客", "运费险怎么用", 60), ("客", "能换成蓝色的吗", 120))
    assert ("repeated_question", "orange", "客户同一个问题问了 3 遍") in told(screened(asked, 130))
    assert "repeated_question" not in {check for check, _, _ in told(screened(other, 130))}


@pytest.mark.parametrize(
    ("score_given", "found"),
    [
        (1, ("low_rating", Severity.RED)),
        (2, ("low_rating", Severity.ORANGE)),
        (3, None),
        (5, ("high_rating", Severity.YELLOW)),
    ],
)
def test_ratings(score_given: int, found: tuple[str, Severity] | None) -> None:
    rated = chat(("客", "几点发货", 0), ("服", "三点", 9), rating=Rating(score_given, "", at(99)))
    seen = [(f.check, f.severity) for f in screened(rated, 100).findings]
    assert seen == ([found] if found else [])


def test_a_rating_is_quoted_by_its_comment() -> None:
    rated = chat(("客", "几点发货", 0), ("服", "三点", 9), rating=Rating(1, "太慢", at(99)))
    (finding,) = screened(rated, 100).findings
    assert (finding.quote, finding.says) == ("太慢", "客户给了 1 分，说「太慢」")


@pytest.mark.parametrize(
    ("said", "says"),
    [
        ("我问了你们，到现在没人管", "客户的问题还没解决：「到现在没人管」"),
        ("到现在没人管我们家这几个人的死活还要我自己一趟一趟地跑", "客户的问题还没解决：「到现在没」"),
    ],
)
def test_a_finding_quotes_a_whole_clause_while_it_is_short(said: str, says: str) -> None:
    assert says in [found[2] for found in told(screened(chat(("客", said, 0)), 1))]


def test_an_insult_is_no_unsolved_matter() -> None:
    found = {one[0] for one in told(screened(chat(("客", "滚 没用的东西", 0)), 1))}
    assert "abuse_insult" in found
    assert "unsolved" not in found


def test_findings_come_worst_first_and_stars_last() -> None:
    seen = screened(chat(("客", "凭什么不给退", 0), ("客", "我找 12315", 5), ("客", "你人真好", 9)), 10)
    assert [f.kind for f in seen.findings][-1] is Kind.STAR
    assert seen.findings[0].severity is Severity.RED
    assert seen.severity is Severity.RED


def test_without_a_scorer_more_and_worse_findings_give_more_risk() -> None:
    calm = screened(chat(("客", "几点发货", 0), ("服", "三点", 9)), 10)
    cross = screened(chat(("客", "太失望了", 0), ("服", "抱歉", 9)), 10)
    worse = screened(chat(("客", "太失望了，我找 12315", 0), ("服", "抱歉", 9)), 10)
    assert 0 <= calm.risk < cross.risk < worse.risk <= 1


def test_the_scores_of_the_scorer_are_taken_over() -> None:
    angry = chat(("客", "骗子，再不退我就投诉", 0), ("服", "抱歉", 9))
    rated = screen.screen(angry, shipped(), Policy(), at(10), score.rate)
    assert rated.risk == score.rate(angry).risk
    assert rated.contributions
    assert rated.dissatisfied.keys() == {"m1"}


def test_the_moment_of_a_finished_conversation_is_its_last() -> None:
    assert screen.last_moment(chat(("客", "几点发货", 0), ("服", "三点", 9))) == at(9)
    assert screen.last_moment(untimed(("客", "几点发货"))) is None


def test_an_empty_conversation_has_nothing_to_say() -> None:
    empty = replace(chat(ANGRY), messages=(), signals=())
    seen = screened(empty, 0)
    assert (seen.findings, seen.unchecked, seen.look_again_at) == ((), (), None)
