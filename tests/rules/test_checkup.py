"""What a checkup picks: danger first, no words twice, not all for one reason; the same file gives the same picks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules import checkup
from rules.checkup import Seen, Tally
from rules.highest import Highest, quantile
from rules.model import Conversation, Finding, Kind, Message, Screening, Severity, Speaker
from rules.policy import Policy


def seen(
    id_: str, risk: float, check: str, quote: str, severity: Severity = Severity.ORANGE, star: bool = False
) -> Seen:
    kind = Kind.STAR if star else Kind.RISK
    messages = (Message("m1", Speaker.CUSTOMER, quote), Message("m2", Speaker.AGENT, "我来办，18 点前给您准信"))
    finding = Finding(check, kind, severity, "m1", quote, "客户说了", f"{check}@1")
    screening = Screening((finding,), risk=0.0 if star else risk, star=risk if star else 0.0, dissatisfied={"m1": risk})
    return Seen(Conversation(id_, messages), screening)


def tally(*all_: Seen) -> Tally:
    found = Tally(Policy(), frozenset({"refund_slow", "broken"}))
    for one in all_:
        found.add(one)
    return found


def ids(found: list[Seen]) -> list[str]:
    return [one.conversation.id for one in found]


def test_the_most_dangerous_come_first() -> None:
    found = tally(seen("calm", 0.2, "a", "一"), seen("red", 0.5, "b", "二", Severity.RED), seen("bad", 0.6, "c", "三"))
    assert ids(found.review()) == ["red", "bad", "calm"]


def test_the_same_words_are_shown_once_by_their_most_dangerous_conversation() -> None:
    assert ids(tally(seen("x", 0.5, "a", "还不退款！"), seen("y", 0.6, "a", "还不退款")).review()) == ["y"]


def test_one_reason_does_not_fill_the_list_as_long_as_there_are_others() -> None:
    alike = [seen(f"a{n}", 0.9 - n / 100, "a", f"话{n}") for n in range(12)]
    others = [seen(f"b{n}", 0.3 - n / 100, f"b{n}", f"别的{n}") for n in range(7)]
    assert sum(1 for one in ids(tally(*alike, *others).review()) if one.startswith("a")) == 3
    assert len(ids(tally(*alike).review())) == 10


def test_five_stars_without_a_word_are_no_praise() -> None:
    only_rated = seen("rated", 0.9, "high_rating", "好评", star=True)
    assert ids(tally(only_rated, seen("said", 0.5, "star_praise", "你人真好", star=True)).praise()) == ["said"]


def test_pains_count_conversations_and_the_same_pain_by_another_name_once() -> None:
    found = tally(
        seen("1", 0.5, "refund_slow", "一"), seen("2", 0.5, "ask_refund_again", "二"), seen("3", 0.5, "anger", "三")
    )
    assert [(pain.check, pain.count) for pain in found.top_pains()] == [("refund_slow", 2)]


def test_what_the_customer_said_leads_before_a_sum_of_it() -> None:
    one = seen("1", 0.5, "low_rating", "一", Severity.RED)
    threat = Finding("threat_complaint", Kind.RISK, Severity.RED, "m1", "我要投诉", "客户表示要投诉", "t@1")
    both = Seen(one.conversation, Screening((*one.screening.findings, threat)))
    assert checkup.lead(both).check == "threat_complaint"


@given(st.lists(st.tuples(st.floats(0, 1), st.sampled_from("abcdefgh"))), st.integers(1, 5))
def test_the_highest_of_each_key_are_kept(came: list[tuple[float, str]], most: int) -> None:
    kept: Highest[float] = Highest(most)
    for rank, key in came:
        kept.add(rank, rank, key)
    best = sorted({key: max(r for r, k in came if k == key) for _, key in came}.values(), reverse=True)
    assert kept.ranked() == best[:most]


@pytest.mark.parametrize(("share", "value"), [(0.0, 1.0), (0.5, 2.5), (0.9, 3.7), (1.0, 4.0)])
def test_quantiles_lie_between_the_values(share: float, value: float) -> None:
    assert quantile([4, 1, 3, 2], share) == pytest.approx(value)
