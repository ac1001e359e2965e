"""What one message says by itself."""

import json

import pytest

from rules import packs, shape, signals, text
from rules.model import Signals, Speaker
from tests.rules.shipped import shipped, texts

SHAPES = {
    "ack": ["好的", "好的，谢谢！", "嗯嗯", "OK", "ｏｋ", "谢谢你们啦～", "行吧", "辛苦了"],
    "emoji": ["😂😂", "[微笑]", "。。。", "#E-s01"],
    "empty": ["", " \u200b"],
    "notice": ["系统提示：客服已接入", "对方撤回了一条消息", "顾客来自商品详情页"],
    "card": ["https://shop.example/item/1", "订单编号：20261120001", "[商品链接] 洁面乳"],
    "text": ["[图片]", "???", "在吗", "您好", "订单：怎么还没发货", "好的，那发票呢", "是的", "好用吗"],
}


@pytest.mark.parametrize(("found", "words"), [(shape, one) for shape, words in SHAPES.items() for one in words])
def test_the_shape_of_a_message(found: str, words: str) -> None:
    assert shape.of(text.normalise(words).text) == found


def test_positions_are_those_of_the_original_text() -> None:
    words = "①再不解决\u200b就投\u200b诉１２３１５"
    places = {words[start:end] for name, start, end in signals.read(words, shipped()).terms}
    assert places == {"不解决", "投\u200b诉", "１２３１５"}


@pytest.mark.parametrize("words", ["我不会投诉的", "没有要投诉", "没想投诉你", "不用投诉", "别投诉了", "我不是要投诉"])
def test_a_negated_threat_is_none(words: str) -> None:
    assert "complain" not in {place[0] for place in signals.read(words, shipped()).terms}


@pytest.mark.parametrize(
    "words",
    [
        "再不解决就投诉",
        "不投诉不行了",
        "我要不要投诉",
        "我会不会投诉呢",
        "不得不投诉",
        "难道不投诉",
        "投诉",
        "没发货我投诉",
    ],
)
def test_what_only_looks_negated_still_counts(words: str) -> None:
    assert "complain" in {place[0] for place in signals.read(words, shipped()).terms}


def test_exceptions_and_words_with_edges_do_not_count() -> None:
    assert signals.read("投诉电话", shipped()).terms[0][0] == "complaint_channel"
    assert signals.read("我的号码 13812315678", shipped()).terms == ()


def test_notices_and_courtesies_are_no_evidence() -> None:
    assert signals.read("系统提示：投诉请打 12315", shipped()) == Signals("notice")
    assert signals.read("谢谢", shipped()) == Signals("ack", satisfied=0.9)


def test_a_message_of_100_kb_costs_no_more_than_the_part_we_look_at() -> None:
    found = signals.read("投诉" * 50_000, shipped())
    assert len(found.terms) == 64
    assert max(end for _, _, end in found.terms) <= text.LIMIT


@pytest.mark.timeout(5)
@pytest.mark.parametrize(
    "words", ["嗯" * 39 + "x", "谢" * 39 + "x", "好的哈" * 13 + "x", "http://a" * 49 + "中", "您好" * 19 + "x"]
)
def test_no_message_is_tried_in_millions_of_ways(words: str) -> None:
    assert shape.of(words) == "text"


def test_levels_are_the_customers_only_and_a_judge_replaces_them() -> None:
    assert signals.read("你们是骗子", shipped()).dissatisfied > 0.5
    assert signals.read("你们是骗子", shipped(), Speaker.AGENT).dissatisfied == 0
    judged = signals.read("你们是骗子", shipped(), judge=lambda words: (0.1, 0.9, 0.2))
    assert (judged.sentiment, judged.dissatisfied, judged.satisfied) == (0.1, 0.9, 0.2)


def test_signals_are_stored_as_short_json_and_come_back() -> None:
    found = signals.read("再不解决我就投诉到 12315？？？", shipped(), judge=lambda words: (0.0, 0.9, 0.2))
    stored = signals.to_json(found, shipped().versions)
    assert signals.from_json(stored) == (found, shipped().versions)
    assert len(signals.to_json(signals.read("几点", shipped()), shipped().versions)) < 80
    assert json.loads(stored)["m"] == 0.0


def test_only_what_changed_is_read_again() -> None:
    words = "你们家的鸽子很好看？？？"
    old = signals.read(words, shipped(), judge=lambda words: (0.5, 0.1, 0.1))
    more = packs.parse({**texts(), "own.toml": '[keywords.bird]\nterms = ["鸽子"]'})
    asked: list[str] = []

    def judge(words: str) -> tuple[float | None, float, float]:
        asked.append(words)
        return 0.5, 0.1, 0.1

    new = signals.refresh(old, shipped().versions, words, more, judge)
    assert "bird" in {place[0] for place in new.terms}
    assert (new.patterns, asked) == (old.patterns, [])
    assert signals.refresh(new, more.versions, words, more, judge) is new


def test_a_long_quote_is_the_sentence_of_the_evidence() -> None:
    words = "我上周买的洗面奶到现在也没有收到。物流显示一直停在中转站！再不解决我就投诉到 12315。" + "谢谢" * 30
    start = words.index("12315")
    assert text.quote(words, start) == "再不解决我就投诉到 12315。"
    assert text.quote("在吗") == "在吗"
    assert len(text.quote("长" * 500, 300)) <= text.QUOTE + 2


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(40, "40 秒"), (60, "1 分钟"), (361, "6 分钟"), (3900, "1 小时 5 分钟"), (90000, "1 天 1 小时")],
)
def test_lengths_of_time_are_spelled_as_people_say_them(seconds: float, said: str) -> None:
    assert text.spell(seconds) == said
