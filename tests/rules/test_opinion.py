"""Second opinions: what counts as made up, and how far an opinion is trusted."""

import pytest

from rules import opinion
from rules.model import Conversation, Message, Speaker

SAID = (
    "客户：我等了三天了，问了3遍，订单 E123 用的圆通\n客服：您好，王经理会联系您，退您 25.50 元\n提醒：客户等待 6 分钟"
)


@pytest.mark.parametrize(
    "draft",
    [
        "客户等了 3 天", "已经问了三遍", "订单 E123 的事", "王经理会联系", "退 25.5 元", "圆通的件", "等了六分钟",
        "客户很着急，第一时间回复就好", "小心安抚，一起看看", "客户说「我等了三天」",
    ],
)  # fmt: skip
def test_what_was_said_may_be_said_again_in_other_figures(draft: str) -> None:
    assert opinion.invented(draft, SAID) == ()


@pytest.mark.parametrize(
    ("draft", "made_up"),
    [
        ("24 小时内到账", "24"), ("赔您十元", "10"), ("李女士会来", "李女士"), ("已联系顺丰", "顺丰"),
        ("您的 iPhone 到了", "iPhone"), ("小芳为您服务", "小芳"),
        ("客户说「骗子」两个字", "骗子"), ("打 12315", "12315"),
    ],
)  # fmt: skip
def test_what_nobody_said_is_found(draft: str, made_up: str) -> None:
    assert made_up in opinion.invented(draft, SAID)


def test_an_answer_in_a_fence_with_words_around_it_is_read() -> None:
    told = opinion.read('好的：\n```json\n{"real": false, "summary": "只是问问", "reason": null}\n```')
    assert told == opinion.Draft(False, "只是问问", "", "")


def test_notes_and_notices_are_not_sent() -> None:
    said = (Message("m1", Speaker.CUSTOMER, "在吗"), Message("m2", Speaker.NOTE, "别退给他"))
    assert opinion.lines(Conversation("c", said)) == ("客户：在吗",)


def test_a_long_conversation_is_cut_to_its_end() -> None:
    said = tuple(Message(f"m{i}", Speaker.CUSTOMER, "退" * 1000) for i in range(500))
    assert sum(map(len, opinion.lines(Conversation("c", said)))) < 10_000


@pytest.mark.parametrize(
    ("now", "judged", "low", "then"),
    [
        ("shadow", 19, 0.9, "shadow"), ("shadow", 20, 0.61, "hint"), ("shadow", 500, 0.5, "shadow"),
        ("hint", 50, 0.76, "counted"), ("hint", 49, 0.76, "hint"), ("hint", 30, 0.4, "shadow"),
        ("counted", 80, 0.72, "counted"), ("counted", 80, 0.6, "hint"), ("hint", 0, 0.0, "hint"),
    ],
)  # fmt: skip
def test_a_stage_is_a_matter_of_proof(now: str, judged: int, low: float, then: str) -> None:
    assert opinion.stage(now, judged, low) == then
