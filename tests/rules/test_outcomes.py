"""What came after service, worked out by hand: who is credited, what is not known yet, and what is left out."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from rules import outcomes
from rules.events import Reviewed
from rules.model import Conversation, Message, Order, OrderItem, Signals, Speaker
from rules.outcomes import Customer, Options

START = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)
LATER = START + timedelta(days=120)
ITEM = OrderItem("S2", "氨基酸洁面乳", 59.0)


def at(hours: float) -> datetime:
    return START + timedelta(hours=hours)


def talk(id_: str, *said: tuple[float, str, str], order: str = "", terms: tuple[str, ...] = ()) -> Conversation:
    """(hours, account or "" for the customer, words); `terms` are in everything an agent says."""
    messages = tuple(
        Message(f"{id_}{i}", Speaker.AGENT if who else Speaker.CUSTOMER, text, at(hours), who or None)
        for i, (hours, who, text) in enumerate(said)
    )
    signals = tuple(
        Signals("text", tuple((t, 0, 1) for t in terms) if m.speaker is Speaker.AGENT else ()) for m in messages
    )
    return Conversation(id_, messages, signals, customer_id="u1", order_id=order)


def order(id_: str, hours: float, item: OrderItem = ITEM) -> Order:
    return Order(id_, "u1", "店", at(hours), (item,))


def told(
    c: Conversation, o: Options, *orders: Order, beside: tuple[Conversation, ...] = (), **more: object
) -> outcomes.Counts:
    reviews = more.get("reviews", ())
    assert isinstance(reviews, tuple)
    as_of = more.get("as_of", LATER)
    assert isinstance(as_of, datetime)
    return outcomes.counts(c, Customer((c, *beside), orders, reviews), o, as_of)


ASKED = talk("c1", (0, "", "敏感肌能用吗"), (0.1, "a", "能用的"), (0.5, "b", "放心拍"))


@pytest.mark.parametrize(
    ("credit", "expected"),
    [("last", {"b": [1, 1]}), ("first", {"a": [1, 1]}), ("shared", {"a": [0.5, 0.5], "b": [0.5, 0.5]})],
)
def test_an_order_is_credited_once_as_the_shop_wants(credit: str, expected: dict[str, list[float]]) -> None:
    assert told(ASKED, Options(credit=credit), order("E1", 5))["converted"] == expected


def test_over_several_talks_one_order_is_still_one() -> None:
    again = talk("c2", (3, "", "有券吗"), (3.2, "c", "有的"))
    first = told(ASKED, Options(), order("E1", 5), beside=(again,))["converted"]
    second = outcomes.counts(again, Customer((ASKED, again), (order("E1", 5),), ()), Options(), LATER)["converted"]
    assert (first, second) == ({"b": [1, 0]}, {"c": [1, 1]})


def test_what_was_paid_too_late_or_before_does_not_count_and_what_is_open_is_not_told() -> None:
    assert told(ASKED, Options(), order("E1", 25))["converted"] == {"b": [1, 0]}
    assert told(ASKED, Options(conversion_days=3), order("E1", 25))["converted"] == {"b": [1, 1]}
    assert "converted" not in told(ASKED, Options(), order("E1", 5), as_of=at(20))


def test_what_was_refunded_is_no_success() -> None:
    agent = talk("c1", (0, "", "面霜怎么用"), (0.1, "a", "可以先用氨基酸洁面乳清洁"))
    kept, back = order("E1", 5), replace(order("E1", 5), refunded_at=at(60))
    before = order("E0", -900)
    good, none = (told(agent, Options(), before, one) for one in (kept, back))
    assert (good["converted"], none["converted"]) == ({"a": [1, 1]}, {"a": [1, 0]})
    assert (good["again_30"], none["again_30"]) == ({"a": [1, 1]}, {"a": [1, 0]})
    other = OrderItem("S9", "防晒霜", 80.0)
    kept = replace(kept, items=(ITEM,))
    bought = [replace(order("E0", -900, other), refunded_at=None), kept]
    assert told(agent, Options(), *bought)["crossed"] == {"a": [1, 1]}
    assert told(agent, Options(), bought[0], replace(kept, refunded_at=at(60)))["crossed"] == {"a": [1, 0]}


def test_who_comes_about_an_order_they_have_is_not_inquiring() -> None:
    after = talk("c1", (0, "", "什么时候发货"), (0.1, "a", "今天"), order="E1")
    assert "converted" not in told(after, Options(), order("E1", -20))


def test_a_cross_sale_is_something_the_agent_spoke_of_first() -> None:
    agent = talk("c1", (0, "", "面霜怎么用"), (0.1, "a", "可以先用氨基酸洁面乳清洁"))
    customer = talk("c1", (0, "", "氨基酸洁面乳怎么用"), (0.1, "a", "氨基酸洁面乳早晚各一次"))
    had = order("E0", -50)
    assert told(agent, Options(), order("E1", 30))["crossed"] == {"a": [1, 1]}
    assert told(customer, Options(), order("E1", 30))["crossed"] == {"a": [1, 0]}
    assert told(agent, Options(), had, order("E1", 30))["crossed"] == {"a": [1, 0]}  # not new to them
    assert told(agent, Options(), order("E1", 24 * 8))["crossed"] == {"a": [1, 0]}
    assert "crossed" not in told(agent, Options(), order("E1", 30), as_of=at(24 * 6))


@pytest.mark.parametrize(
    ("title", "said", "meant"),
    [
        ("护膝", "跑步的话可以带一副护膝", True),
        ("洗发水 体验装", "送您一份体验装", False),
        ("洗发水 体验装", "这款洗发水挺好用", True),
        ("保湿水 500ml", "我们有500ml的", False),
    ],
)
def test_an_item_is_meant_by_its_name_however_short_and_not_by_how_it_is_packed(
    title: str, said: str, meant: bool
) -> None:
    assert outcomes.mentions(said, OrderItem("s", title, 9.0)) is meant


def test_buying_again_waits_for_its_time_and_leaves_the_order_in_question_out() -> None:
    c = talk("c1", (0, "", "少发了一包"), (1, "a", "给您补发"), order="E1")
    got = told(c, Options(), order("E1", -30), order("E2", 24 * 45))
    assert [got[f"again_{days}"] for days in (30, 60, 90)] == [{"a": [1, 0]}, {"a": [1, 1]}, {"a": [1, 1]}]
    early = told(c, Options(), order("E1", -30), as_of=at(24 * 40))
    assert [f"again_{days}" in early for days in (30, 60, 90)] == [True, False, False]
    assert "again_30" not in told(c, Options(), order("E2", 24 * 45))  # nobody who had never bought


def test_reviews_after_the_service_count_unless_something_was_offered_for_them() -> None:
    reviews = (Reviewed("E1", "u1", 5, True, at(48)), Reviewed("E1", "u1", 1, False, at(-1)))
    plain = talk("c1", (0, "", "到了，谢谢"), (1, "a", "好的"), order="E1")
    asked = talk("c1", (0, "", "到了，谢谢"), (1, "a", "麻烦好评哦"), order="E1", terms=("ask_review",))
    paid = talk("c1", (0, "", "到了，谢谢"), (1, "a", "好评返现"), order="E1", terms=("cash_for_review", "ask_review"))
    got = told(plain, Options(), order("E1", -30), reviews=reviews)
    assert (got["good_review"], got["pictured"], got["invited"]) == ({"a": [1, 1]}, {"a": [1, 1]}, {"a": [1, 0]})
    assert told(asked, Options(), order("E1", -30), reviews=reviews)["invited"] == {"a": [1, 1]}
    left = told(paid, Options(), order("E1", -30), reviews=reviews)
    assert "good_review" not in left
    assert left["invited"] == {"a": [1, 0]}
    assert "invited" not in told(asked, Options(invitations=False), order("E1", -30), reviews=reviews)


def test_a_review_belongs_to_the_last_service_before_it() -> None:
    first = talk("c1", (0, "", "发货了吗"), (1, "a", "发了"), order="E1")
    second = talk("c2", (20, "", "少发一包"), (21, "b", "给您补"), order="E1")
    known = Customer((first, second), (order("E1", -30),), (Reviewed("E1", "u1", 5, False, at(48)),))
    assert "good_review" not in outcomes.counts(first, known, Options(), LATER)
    assert outcomes.counts(second, known, Options(), LATER)["good_review"] == {"b": [1, 1]}
