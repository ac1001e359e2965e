"""Pasted chats are read as people copy them."""

from datetime import UTC, datetime

import pytest

from bot.web import pasted

NOW = datetime(2026, 11, 20, 6, 30, tzinfo=UTC)  # 14:30 in Beijing


def heard(text: str) -> list[tuple[str, str]]:
    return [(m["from"], m["text"]) for m in pasted.read(text, NOW)["messages"]]


@pytest.mark.parametrize(
    "text",
    [
        "客户：快递三天没动了\n客服：马上帮您查",
        "买家: 快递三天没动了\n卖家: 马上帮您查",
        "[14:05] 顾客：快递三天没动了\n[14:06] 旗舰店小二：马上帮您查",
        "王女士 2026/11/20 14:05:11\n快递三天没动了\n\n小鹿旗舰店 2026/11/20 14:06:02\n马上帮您查",
        "王女士 14:05\n快递三天没动了\n小李 14:06\n马上帮您查",
        "2026-11-20 14:05:11 王女士\n快递三天没动了\n2026-11-20 14:06:02 客服小李\n马上帮您查",
        "小鹿:快递三天没动了\n阿明:马上帮您查",
        "tb1234567 (2026-11-20 10:08:00):\n快递三天没动了\n云雀旗舰店:小周 (2026-11-20 10:09:00):\n马上帮您查",
        "tb1234567(2026-11-20 10:08:00): 快递三天没动了\n云雀旗舰店:小周(2026-11-20 10:09:00): 马上帮您查",
        "138****0000 2026-11-20 10:08:00\n快递三天没动了\n云朵铺子:小周 2026-11-20 10:09:00\n马上帮您查",
        "jd_5f3a 2026-11-20 10:08:00\n快递三天没动了\n云雀京东自营旗舰店-小周 2026-11-20 10:09:00\n马上帮您查",
        "客户：快递三天没动了\r\n\r\n客服小李 14:06：马上帮您查",
    ],
)
def test_every_common_shape_is_read_as_two_people_talking(text: str) -> None:
    assert heard(text) == [("customer", "快递三天没动了"), ("agent", "马上帮您查")]


def test_a_line_without_a_name_goes_on_with_what_was_said() -> None:
    assert heard("客户：在吗\n我的尺码发错了\n客服：在的") == [("customer", "在吗\n我的尺码发错了"), ("agent", "在的")]


def test_the_times_of_a_helpdesks_headers_are_kept() -> None:
    agent = "云雀旗舰店:小周 (2026-11-20 10:08:00):\n您好"
    text = f"{agent}\ntb1(2026-11-20 10:09:30): 在吗\n阿花 (2026-11-20 10:10:00):\n人呢"
    line = pasted.read(text, NOW)
    assert [(m["from"], m["text"], m["at"][11:]) for m in line["messages"]] == [
        ("agent", "您好", "10:08:00+08:00"),
        ("customer", "在吗", "10:09:30+08:00"),
        ("customer", "人呢", "10:10:00+08:00"),
    ]


def test_without_any_names_the_customer_says_it_all_and_the_page_says_so() -> None:
    line = pasted.read("快递三天没动了\n马上给我查", NOW)
    assert [m["from"] for m in line["messages"]] == ["customer", "customer"]
    assert "客户：" in pasted.explain(line, {})["hint"]
    assert "hint" not in pasted.read("客户：在吗\n客服：在的", NOW)


def test_a_colon_in_a_sentence_makes_no_speaker() -> None:
    text = "客户：我要两件\n尺码：L\n地址 http://example.com 看这里\n客服：好的"
    assert heard(text)[0] == ("customer", "我要两件\n尺码：L\n地址 http://example.com 看这里")


def test_a_robot_is_neither_customer_nor_agent() -> None:
    assert [side for side, _ in heard("客户：人呢\n机器人：您好\n客服：来了\n系统：会话结束")] == [
        "customer",
        "bot",
        "agent",
        "system",
    ]


def test_times_are_kept_only_when_every_message_has_one() -> None:
    both = pasted.read("王女士 昨天 下午 2:05\n在吗\n小李 14:06\n在的", NOW)["messages"]
    assert [m["at"] for m in both] == ["2026-11-19T14:05:00+08:00", "2026-11-20T14:06:00+08:00"]
    one = pasted.read("客户 14:05：在吗\n客服：在的", NOW)["messages"]
    assert not any("at" in m for m in one)


def test_an_impossible_time_is_left_out() -> None:
    assert "at" not in pasted.read("客户 25:99：在吗", NOW)["messages"][0]


def test_nothing_pasted_is_nothing_read() -> None:
    assert pasted.read(" \n\t\n", NOW)["messages"] == []


def test_what_is_shown_has_no_phone_number_in_it() -> None:
    line = pasted.read("客户：我的电话 13800138000 快回我", NOW)
    quote = {"message": "m1", "quote": "电话 13800138000 快回我", "says": "客户催促"}
    told = pasted.explain(line, {"level": "yellow", "findings": [quote]})
    assert "13800138000" not in str(told)
    assert told["findings"][0]["quote"] in told["messages"][0]["text"]
