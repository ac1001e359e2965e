"""Charts: Chinese words drawn with our own font, in the width asked for, without a network."""

import struct
from typing import Any

import pytest

from bot import charts


def bars(word: str) -> dict[str, Any]:
    return {
        "data": {"values": [{"what": word, "n": 8}]},
        "mark": "bar",
        "encoding": {"y": {"field": "what", "type": "nominal"}, "x": {"field": "n", "type": "quantitative"}},
    }


def test_a_picture_stands_in_a_page_with_its_words_as_words() -> None:
    drawn = charts.svg(bars("退款<b>没到"))
    assert drawn.startswith("<svg")
    assert "退款&lt;b&gt;没到" in drawn
    assert charts.FONT in drawn


def test_a_picture_for_a_chat_has_the_width_asked_for() -> None:
    painted = charts.png(bars("退款没到"), 720)
    assert painted.startswith(b"\x89PNG")
    assert struct.unpack(">I", painted[16:20])[0] == 720


def test_different_chinese_words_look_different() -> None:
    assert charts.png(bars("退款没到"), 300) != charts.png(bars("物流太慢"), 300)


def test_nothing_is_fetched_for_a_picture() -> None:
    with pytest.raises(ValueError, match="not allowed"):
        charts.svg({**bars("退款"), "data": {"url": "http://127.0.0.1:9/rows.json"}})
