"""Mistakes that would make nobody believe a figure: one order twice, silence as success, somebody else's wait."""

from datetime import timedelta

import pytest

from bot.programs.figure_files import compute
from rules import events
from rules.model import Message, Order, OrderItem, Speaker
from tests.rules.metrics.chats import SHANGHAI, at, brief, chat, count, packs

FIRST, AGAIN = "generic.first_contact_resolution", "generic.resolution_time"


def bought(paid: str, shop: str = "") -> tuple[Order, ...]:
    return (Order("E1", "u1", shop, at(paid), (OrderItem("s", "保湿水", 79.0),)),)


def test_one_order_after_two_inquiries_is_one_conversion() -> None:
    asked = chat("客 10:00:00", "服a 10:01:00", customer_id="u1", orders=bought("21T12:00:00"))
    again = chat("客 21T10:00:00", "服a 21T10:01:00", name="c2", customer_id="u1")
    for agent in (None, "a"):
        assert brief("generic.conversion_3d", asked, again, agent=agent, as_of="25T00:00") == (1 / 2, 2)


def test_an_order_of_another_shop_is_nobody_s_here() -> None:
    here = chat("客 10:00:00", "服a 10:01:00", customer_id="u1", shop="一店", orders=bought("11:00:00", "二店"))
    there = chat("客 09:00:00", "服b 09:01:00", name="c2", customer_id="u2", shop="二店")
    assert brief("generic.conversion_1d", here, there, agent="a", as_of="25T00:00") == (0, 1)
    alone = chat("客 10:00:00", "服a 10:01:00", customer_id="u1", shop="一店", orders=bought("11:00:00", "一店官方"))
    assert brief("generic.conversion_1d", alone, as_of="25T00:00") == (1, 1)


def test_what_was_closed_without_a_word_is_no_success_and_its_wait_does_not_vanish() -> None:
    closed = chat("→a 10:00:00", "客 10:00:00", "完 10:30:00", customer_id="u1")
    assert brief(FIRST, closed, as_of="25T00:00") == brief(AGAIN, closed) == (None, 0)
    assert count("generic.mean_reply", closed).pending == 1
    assert brief("generic.session_reply_rate", closed) == (0, 1)


def test_who_comes_back_and_is_answered_was_not_solved_though_nobody_told_of_a_reopening() -> None:
    said = ("客 10:00:00", "服a 10:01:00", "完 10:10:00", "客 11:00:00", "服a 11:01:00")
    back = chat(*said, customer_id="u1")
    assert brief(FIRST, back, as_of="25T00:00") == (0, 1)
    assert count(AGAIN, back).pending == 1
    assert brief(AGAIN, chat(*said, "完 11:05:00", customer_id="u1")) == (300, 1)


def test_a_thanks_that_is_answered_reopens_nothing() -> None:
    c = chat("客 10:00:00", "服a 10:01:00", "完 10:10:00", customer_id="u1")
    after = (Message("t1", Speaker.CUSTOMER, "好的谢谢", at("10:11:00")),
             Message("t2", Speaker.AGENT, "不客气", at("10:11:05"), "a"))  # fmt: skip
    thanked = type(c)(c.id, c.messages + after, statuses=c.statuses, customer_id="u1")
    assert brief(AGAIN, thanked) == (600, 1)
    assert brief(FIRST, thanked, as_of="25T00:00") == (1, 1)


@pytest.mark.parametrize("name", ["generic.mean_reply", "generic.first_reply", "qiyu.mean_reply"])
def test_a_wait_passed_on_at_once_is_charged_to_who_let_it_run_out(name: str) -> None:
    passed = chat("→a 10:00:00", "客 10:00:10", "→b 10:00:15", "服b 10:10:10")
    assert brief(name, passed, agent="a") == (None, 0)
    assert brief(name, passed, agent="b") == (600, 1)


def test_what_ran_out_with_the_bot_is_no_agent_s_wait_though_the_customer_waited() -> None:
    handed = chat("客 10:00:00", "机 10:00:01", "→a 10:05:00", "服a 10:05:10")
    assert brief("generic.mean_reply", handed) == (310, 1)
    assert brief("generic.mean_reply", handed, agent="a") == (None, 0)
    assert brief("generic.reply_rate_180s", handed, agent="a") == (None, 0)
    assert brief("generic.first_reply", handed, agent="a") == (10, 1)


def test_minutes_with_the_bot_in_between_do_not_count_as_solving() -> None:
    between = chat(
        "→a 10:00:00", "客 10:00:05", "服a 10:00:10", "→ 10:01:00", "客 10:02:00", "机 10:02:01",
        "→b 10:10:00", "服b 10:10:20", "完 10:11:00",
    )  # fmt: skip
    assert brief(AGAIN, between) == (120, 1)
    assert brief("generic.mean_reply", between, agent="b") == (None, 0)


@pytest.mark.parametrize("words", ["【自动回复】您好，稍后联系您", "自动回复"])
def test_an_automatic_reply_under_an_agent_s_account_answers_nothing(words: str) -> None:
    told = {"id": "auto", "from": "agent", "agent": "a", "text": words, "at": at("10:00:01").isoformat()}
    automatic = events.read_message(told | ({} if words.startswith("【") else {"auto": True}), "message.")
    c = chat("客 10:00:00", "服a 10:02:00")
    answered = type(c)(c.id, (c.messages[0], automatic, c.messages[1]))
    assert brief("generic.mean_reply", answered, agent="a") == (120, 1)
    assert brief("generic.answer_ratio", answered, agent="a") == (1, 1)


def test_a_past_moment_knows_nothing_of_what_came_later() -> None:
    told = chat("客 10:00:00", "服a 10:00:10", "完 10:05:00")
    then = {f.name: f for f in compute([told], packs()["generic"], SHANGHAI, at("10:00:00") + timedelta(seconds=5))}
    assert (then["generic.mean_reply"].n, then["generic.mean_reply"].pending) == (0, 1)
    assert then["generic.resolution_time"].n == 0
