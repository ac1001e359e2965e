"""Personal data is hidden however it is written, and order numbers stay readable."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.privacy import mask, mask_name, mask_together
from tests.rules.personal import NASTY, SENTENCES, cards, emails, identities, leaks_from, order_numbers, phones


@pytest.mark.parametrize("canaries", [phones, identities, cards, emails])
def test_personal_numbers_are_hidden_in_every_way_of_writing_them(canaries: object) -> None:
    assert callable(canaries)
    cases = [(s.format(w), secret) for w, secret in canaries(random.Random(7)) for s in SENTENCES]
    leaks = [text for text, secret in cases if leaks_from(mask(text), secret)]
    assert len(leaks) <= 0.01 * len(cases), leaks[:10]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("我电话13800138000", "我电话138****8000"),
        ("幺三八，零零幺三，八零零零，对", "138****8000，对"),
        ("座机0571-88886666", "座机0571-****6666"),
        ("微信号是wang_xm88", "微信号是w****"),
        ("加V：abc12345", "加V：a****"),
        ("vx13800138000", "vx138****8000"),
        ("QQ：123456789", "QQ：1****"),
        ("扣扣号 88123456", "扣扣号 8****"),
        ("车牌浙A·12345", "车牌浙A****"),
        ("绿牌粤BD12345停楼下", "绿牌粤B****停楼下"),
        ("我叫王小明，帮我查下", "我叫王**，帮我查下"),
        ("收货人：李雷", "收货人：李**"),
        ("110101195703252504 3件", "1101**********2504 3件"),
        ("3 110101195703252504\nx", "3 1101**********2504\nx"),
        ("13800138000一直打不通", "138****8000一直打不通"),
        ("浙江省杭州市西湖区文三路90号3栋501室", "浙江省杭州市****"),
        ("打我138。0013。8007吧", "打我138****8007吧"),
        ("护照号是E12345678", "护照号是E****78"),
        ("E12345678护照，C12345678通行证", "E****78护照，C****78通行证"),
        ("我住朝阳区望京SOHO T3 1204", "我住****"),
        ("国贸大厦A1 1204收", "****收"),
        ("成都市高新区天府三街199号时代晶科名苑B区8楼", "成都市****"),
        ("物流中心A12 2024年就到了", "物流中心A12 2024年就到了"),
        ("订单E12345678护肤水", "订单E12345678护肤水"),
    ],
)
def test_a_mask_keeps_what_helps_to_recognise(text: str, shown: str) -> None:
    assert mask(text) == shown


READABLE = """\
知道了，12号能到吗
第3号链接还有货吗
我170 120斤穿多大
170/92A 160-165 115斤 可以吗
满300减50，券后269.9
12月3号下单的，3天了
一共拍了3件，2件不合适
快递停在杭州转运中心了
从广州市发到北京市要几天
这个小区可以送上门吗
走哪条路都行，你们快点
在路上了，15号前到
三楼的灯什么牌子
有没有1.8米的 200*230
早上9点30到10点15都在
5个装的和10个装的哪个划算
一二三四五都可以
给我一个说法
一直没人回一个字
超市3楼也有卖
5号电池要几节
售后电话400-123-4567打不通
第二单元测试卷有吗
2026-11-20 10:00:15
编号20261120001
尺寸 1200*600*750
""".splitlines()


@pytest.mark.parametrize("text", READABLE)
def test_ordinary_talk_stays_as_it_is(text: str) -> None:
    assert mask(text) == text


def test_order_and_waybill_numbers_stay_readable() -> None:
    texts = list(order_numbers(random.Random(2026), 10_000))
    hidden = [t for t in texts if mask(t) != t]
    assert len(hidden) <= 50, hidden[:20]


def test_a_number_split_over_two_messages_is_hidden() -> None:
    shown = mask_together(["我电话1380013", "8000", "打这个"])
    assert len(shown) == 3
    assert "8000" not in shown[1]
    assert shown[2] == "打这个"


@pytest.mark.parametrize(
    ("name", "shown"), [("王女士", "王**"), ("张三", "张**"), ("王**", "王**"), ("<at id=all>", "a**"), ("", "客户")]
)
def test_a_name_keeps_only_its_first_character(name: str, shown: str) -> None:
    assert mask_name(name) == shown


@given(NASTY)
def test_masking_never_fails_and_twice_is_once(text: str) -> None:
    assert mask(mask(text)) == mask(text)


@given(st.lists(NASTY, min_size=1, max_size=5))
def test_masking_together_keeps_the_number_of_messages(texts: list[str]) -> None:
    assert len(mask_together(texts)) == len(texts)
