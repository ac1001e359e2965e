"""What a reader sees of HTML and Markdown."""

from time import process_time

import pytest

from bot.helpdesks import markup


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("等了三天 <3", "等了三天 <3"),
        ("订单 <E123> 呢", "订单 <E123> 呢"),
        ("a < b > c &amp; d", "a < b > c &amp; d"),
        ("<p>你好&nbsp;</p><p>包裹&lt;破&gt;了</p>", "你好\n包裹<破>了"),
        ("<div>一<br>二<br />三</div>", "一\n二\n三"),
        ('<style>p{color:red}</style><p class="x">退款</p>', "退款"),
        ('<p>看<img src="https://pic.example.com/1.jpg" alt="x"></p>', "看【图片】"),
        ("**马上**处理，[物流](https://wuliu.example.com/1)", "马上处理，物流 https://wuliu.example.com/1"),
        ("![](https://pic.example.com/1.jpg)", "【图片】"),
        ("型号 a_b_c，** 不是重点 **", "型号 a_b_c，** 不是重点 **"),
        ("  \n ", ""),
        ("<script>alert(1)</script>", ""),
    ],
)
def test_a_message_is_seen_without_its_markup(sent: str, seen: str) -> None:
    assert markup.plain(sent) == seen


@pytest.mark.parametrize(
    "piece", ["<p ", "<!--", "<a href='", "[", "[x](", "![", "**a", "__", "<style>", "<br", " ", "&lt", "<p>\n "]
)
def test_a_text_made_to_be_slow_is_not(piece: str) -> None:
    text = ("<p></p>" + piece * 20_000)[:20_000]
    began = process_time()
    markup.plain(text)
    assert process_time() - began < 0.5
