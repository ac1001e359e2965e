"""The first line of an alert says what the customer needs, once."""

from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from handlers.cards.alert import AlertView, alert_card
from rules.model import Finding, Kind, Message, Severity, Speaker
from tests.gallery.pieces import ALERT, CONVERSATION

SAYS = {
    "threat_complaint": "客户表示要投诉",
    "threat_regulator": "客户提到监管投诉「12315」",
    "repeated_dissatisfaction": "客户多次表达不满（6 次/10 分钟）",
    "refund_chased": "客户第 3 次追问退款",
}


def headline(words: str, *checks: str) -> tuple[str, str]:
    """The title, and why it was sent."""
    findings = tuple(Finding(c, Kind.RISK, Severity.RED, "m1", words, SAYS[c], f"{c}@1") for c in checks)
    conversation = replace(CONVERSATION, messages=(Message("m1", Speaker.CUSTOMER, words),))
    card = alert_card(AlertView(ALERT, conversation, findings, ZoneInfo("Asia/Shanghai")), "leads")
    return card.title, next(block.rows[0][1] for block in card.blocks if hasattr(block, "rows"))


@pytest.mark.parametrize(
    ("words", "checks", "title"),
    [
        ("退款还没到，投诉到12315", ["threat_complaint", "threat_regulator"], "🔴 退款的事：客户提到监管投诉"),
        ("快递停了，我要投诉", ["threat_complaint"], "🔴 快递的事：客户表示要投诉"),
        (
            "退款呢",
            ["refund_chased", "repeated_dissatisfaction"],
            "🔴 客户第 3 次追问退款，多次表达不满（6 次/10 分钟）",
        ),
        ("你们太过分", ["repeated_dissatisfaction"], "🔴 客户多次表达不满（6 次/10 分钟）"),
    ],
)
def test_the_first_line_says_what_it_is_about_and_says_it_once(words: str, checks: list[str], title: str) -> None:
    assert headline(words, *checks)[0] == title


def test_a_complaint_to_the_regulator_is_told_once() -> None:
    assert headline("我要打12315投诉", "threat_complaint", "threat_regulator")[1] == "提到监管投诉"
