"""Nothing in a customer's words can be pressed, calls anybody, or becomes markup; a quote is short and stays masked."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.privacy import defang, quote
from tests.rules.personal import NASTY

ATTACKS = (
    '<at user_id="all">所有人</at>',
    "<at id=all></at>",
    "@所有人 快看",
    "@all",
    "@13800138000 在吗",
    "[点击](http://evil.cn/a)",
    "![](https://evil.cn/t.png)",
    '<font color="red">急</font>',
    '<a href="x">x</a>',
    "|a|b|\n|-|-|\n|1|2|",
    "```\ncode\n```",
    "**粗体** _斜_ ~~删~~",
    "${env.SECRET} {{ 7*7 }}",
    "dingtalk://dingtalkclient/page/link?url=x",
    "lark://applink",
    "# 标题",
    "dtmd://dingtalkclient/sendMessage?content=认领",
    "JavaScript:alert(1)",
    "看这个 www.evil.com 便宜",
    "HTTPS://EVIL.CN",
    "- [ ] 做",
    "a\u202eb\u2066c",
    "\u200b@\u200ball",
    "<\u200bat id=all>",
    "急\x00急\x1b[31m",
    "\n" * 50 + "在吗",
    '"}],"tag":"at"',
    "&lt;at&gt;",
)
PRESSABLE = re.compile(
    r"<|>|@|://|\]\(|\*\*[^*]+\*\*|`|~~|\$\{|\{\{|\||\bjavascript:|\bhttps?\b|[a-z]\.(?:com|cn)\b|^#"
    r"|[\x00-\x08\x0b-\x1f]|[\u202a-\u202e\u2066-\u2069\u200b]|\n\n|&",
    re.IGNORECASE,
)


@pytest.mark.parametrize("text", ATTACKS)
def test_nothing_in_a_customers_words_can_be_pressed_or_call_anybody(text: str) -> None:
    assert not PRESSABLE.search(defang(text)), defang(text)
    assert not PRESSABLE.search(quote(text)), quote(text)


def test_defanged_words_still_read_the_same() -> None:
    assert defang("能便宜点吗？我看隔壁 https://x.example.com/a 只要 3.5 元，12:30 前有效~") == (
        "能便宜点吗？我看隔壁 hxxps：//x［.］example［.］com/a 只要 3.5 元，12:30 前有效～"
    )
    assert defang("快递三天没动了！！！😭") == "快递三天没动了！！！😭"


def test_two_masks_in_one_line_cannot_pair_up_as_bold() -> None:
    assert quote("13800138000") == "138****8000"
    assert "*" not in quote("13800138000 或 13900139000")


def test_a_quote_is_one_line_and_short() -> None:
    shown = quote("我要投诉\n\n\n你们" + "啊" * 300)
    assert "\n" not in shown
    assert len(shown) == 80
    assert shown.endswith("…")


def test_a_cut_never_shows_the_head_of_a_phone_number() -> None:
    for before in range(60, 90):
        shown = quote("一" * before + "13800138000")
        assert not re.search(r"1380013", shown)


@given(NASTY)
def test_defanging_never_fails_and_twice_is_once(text: str) -> None:
    shown = defang(text)
    assert defang(shown) == shown
    assert "<at" not in shown
    assert "://" not in shown
    shown.encode()


@given(NASTY, st.integers(8, 90))
def test_a_quote_never_fails_and_twice_is_once(text: str, limit: int) -> None:
    shown = quote(text, limit)
    assert quote(shown, limit) == shown
    assert len(shown) <= limit
    assert not PRESSABLE.search(shown)
