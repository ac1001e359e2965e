"""Why a customer came and how hard it was to begin with: read from what they said first."""

from datetime import date, time

import pytest

from rules import binding, reasons, spans
from rules.binding import Bindings, Bound
from rules.model import Conversation, Message, Speaker


def said(*words: str) -> Conversation:
    """Words of the customer; with 客服： before them, of an agent."""
    messages = [
        Message(f"m{i}", Speaker.AGENT if w.startswith("客服：") else Speaker.CUSTOMER, w.removeprefix("客服："))
        for i, w in enumerate(words)
    ]
    return Conversation("c", tuple(messages))


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        ("我的快递三天没动了", "物流"),
        ("申请了退款怎么还没到账", "退款退货"),
        ("收到的杯子是破的，有裂", "质量问题"),
        ("买完就降价了，能退差价吗", "价保与优惠"),
        ("能开发票吗，抬头是公司", "发票"),
        ("我身高 165 穿什么尺码", "商品咨询"),
        ("拍错了，帮我取消订单", "订单修改"),
        ("你好", "其他"),
    ],
)
def test_a_reason_is_read_from_what_they_ask(words: str, reason: str) -> None:
    assert reasons.reason(said(words)) == reason


@pytest.mark.parametrize(
    ("words", "topic"),
    [
        ("退款一直没到，地址是人民路，订单号 E1001", "退款"),
        ("快递单号查不到", "快递"),
        ("你们发错货了，颜色不对", "发货"),
        ("少发了一件", "发货"),
        ("杯子是破的", "质量"),
        ("地址填错了，帮我改一下", "订单"),
    ],
)
def test_a_headline_names_what_it_is_about(words: str, topic: str) -> None:
    assert reasons.topic(said(words)) == topic


def test_difficulty_is_what_the_customer_brought_and_not_what_an_agent_made() -> None:
    assert reasons.difficulty(said("在吗，问三遍了没人理")) == reasons.HARD
    assert reasons.difficulty(said("在吗", "客服：在的", "你们太过分了，我要投诉")) == reasons.EASY


TODAY = date(2026, 11, 20)


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("", "2026-11-16", "2026-11-20"),
        ("上周", "2026-11-09", "2026-11-15"),
        ("上月", "2026-10-01", "2026-10-31"),
        ("11-18", "2026-11-18", "2026-11-18"),
        ("12-31", "2025-12-31", "2025-12-31"),
        ("11月1日 至 11月5日", "2026-11-01", "2026-11-05"),
        ("2026-11-01~2026-12-30", "2026-11-01", "2026-11-20"),
    ],
)
def test_spans_are_read_as_people_say_them(words: str, since: str, until: str) -> None:
    span = spans.read(words, TODAY)
    assert span is not None
    assert (span.since.isoformat(), span.until.isoformat()) == (since, until)


@pytest.mark.parametrize("words", ["明天", "2-30", "11-20 至 11-10", "2027-01-01", "1-1 至 2-2 至 3-3", "乱写"])
def test_what_is_no_span_is_none(words: str) -> None:
    assert spans.read(words, TODAY) is None


def test_the_last_word_about_an_account_counts() -> None:
    known = Bindings.of((
        Bound("shop:a", "小李"), Bound("shop:a", "小周", since="2026-11-10"),
        Bound("shop:a", "阿明", since="2026-11-12", until="2026-11-13"),
    ))  # fmt: skip
    days = ("2026-11-09", "2026-11-10", "2026-11-12", "2026-11-14")
    assert [known.person("shop:a", day) for day in days] == ["小李", "小周", "阿明", "小周"]


def test_a_shared_account_is_whose_shift_it_is() -> None:
    known = Bindings.of((Bound("shop:d", "小李", "08:00-16:00"), Bound("shop:d", "小周", "22:00-02:00")))
    told = [known.key("shop:d", "2026-11-20", time(hour)) for hour in (8, 16, 23, 1)]
    assert told == ["shop:d@08:00", "shop:d", "shop:d@22:00", "shop:d@22:00"]
    assert known.now("2026-11-20", time(9)) == {"shop:d": "小李"}
    assert known.now("2026-11-20", time(17)) == {}
    assert not binding.inside(time(16), (time(8), time(16)))
