"""The clock of a waiting customer: where it starts, where it stops, what is said on the way."""

from dataclasses import replace
from datetime import time

import pytest

from rules import waiting
from rules.model import Conversation, Unchecked
from rules.policy import Policy
from tests.rules.conversations import Said, at, became, chat, screened, taken, told, untimed

WAITS = {"slow_first_reply", "slow_reply"}


def waits(conversation: Conversation, seconds: float, policy: Policy | None = None) -> list[tuple[str, str, str]]:
    return [one for one in told(screened(conversation, seconds, policy)) if one[0] in WAITS]


def test_nothing_is_said_before_the_yellow_moment_but_it_is_known_when_to_look_again() -> None:
    asked = chat(("客", "快递三天没动", 0))
    assert waits(asked, 119) == []
    assert screened(asked, 119).look_again_at == at(120)


def test_yellow_before_the_limit_and_red_at_it() -> None:
    asked = chat(("客", "快递三天没动", 0))
    assert waits(asked, 120) == [("slow_first_reply", "yellow", "客户已等 2 分钟，再过 60 秒就超过 3 分钟未回复")]
    assert screened(asked, 120).look_again_at == at(180)
    assert waits(asked, 180) == [("slow_first_reply", "red", "客户已等 3 分钟")]


def test_what_was_waited_and_what_is_left_add_up() -> None:
    asked = chat(("客", "快递三天没动", 0))
    assert waits(asked, 127.6)[0][2] == "客户已等 2 分 7 秒，再过 53 秒就超过 3 分钟未回复"
    short = Policy(first_reply_seconds=20, warn_before_seconds=15)
    assert waits(asked, 12, short)[0][2] == "客户已等 12 秒，再过 8 秒就超过 20 秒未回复"


def test_the_figure_of_a_red_wait_is_brought_up_to_date_every_three_minutes_until_thirty() -> None:
    asked = chat(("客", "快递三天没动", 0))
    assert screened(asked, 180).look_again_at == at(360)
    assert screened(asked, 361).look_again_at == at(540)
    assert waits(asked, 361) == [("slow_first_reply", "red", "客户已等 6 分钟")]
    assert screened(asked, 1800).look_again_at is None


@pytest.mark.parametrize("words", ["好的", "谢谢", "嗯", "😂", "[微笑]", "系统提示：客服已接入", "订单号：12345678"])
def test_a_courtesy_an_emoji_and_a_notice_start_no_wait(words: str) -> None:
    assert waiting.turns(chat(("客", words, 0))) == ()


def test_the_clock_starts_at_the_first_unanswered_message_not_at_the_last() -> None:
    asked = chat(("客", "在吗", 0), ("客", "有人吗", 100), ("客", "什么时候发货", 170))
    assert waits(asked, 181)[0][1] == "red"


@pytest.mark.parametrize("who", ["机", "系", "注"])
def test_only_a_human_closes_a_turn(who: str) -> None:
    asked = chat(("客", "什么时候发货", 0), (who, "亲，请稍等", 5))
    assert waits(asked, 200) == [("slow_first_reply", "red", "客户已等 3 分钟")]


def test_a_human_reply_stops_the_clock_and_a_late_one_stays_true() -> None:
    in_time = chat(("客", "什么时候发货", 0), ("服", "今天", 90))
    late = chat(("客", "什么时候发货", 0), ("服", "今天", 361), ("客", "几点", 400), ("服", "三点", 900))
    assert waits(in_time, 1000) == []
    assert waits(late, 1000) == [
        ("slow_first_reply", "orange", "客户等了 6 分钟才得到回复"),
        ("slow_reply", "orange", "客户等了 8 分钟才得到回复"),
    ]


def test_the_wait_cannot_begin_before_a_human_took_over_from_the_bot() -> None:
    asked = chat(("客", "转人工", 0), ("机", "正在转接", 5), assignments=(taken("a1", 300),))
    assert waits(asked, 400) == []
    assert waits(asked, 480) == [("slow_first_reply", "red", "客户已等 3 分钟")]


def test_nobody_has_taken_over_yet() -> None:
    queued = chat(("客", "转人工", 0), assignments=(taken(None, 1),))
    pending = chat(("客", "转人工", 0), statuses=(became("pending", 0),))
    assert waits(queued, 900) == waits(pending, 900) == []


def test_a_transfer_between_humans_does_not_restart_the_clock() -> None:
    moved = chat(("客", "什么时候发货", 10), assignments=(taken("a1", 0), taken("a2", 120)))
    assert waits(moved, 190) == [("slow_first_reply", "red", "客户已等 3 分钟")]


def test_a_resolved_conversation_waits_no_longer_until_the_customer_writes_again() -> None:
    ended = chat(("客", "什么时候发货", 0), statuses=(became("resolved", 60),))
    again = chat(("客", "什么时候发货", 0), ("客", "还没发呢", 500), statuses=(became("resolved", 60),))
    assert waits(ended, 900) == []
    assert waits(replace(again, messages=again.messages[1:], signals=again.signals[1:]), 900)[0][1] == "red"


def test_the_clock_stands_still_outside_service_hours() -> None:
    hours = replace(Policy(), service_hours=((time(9), time(10, 1)), (time(14), time(18))))
    asked = chat(("客", "什么时候发货", 0))  # at ten; the morning ends one minute later
    assert waits(asked, 3 * 3600, hours) == []
    assert screened(asked, 61, hours).look_again_at == at(4 * 3600 + 60)
    assert waits(asked, 4 * 3600 + 120, hours) == [("slow_first_reply", "red", "客户已等 3 分钟")]


def test_service_hours_may_reach_past_midnight() -> None:
    night = replace(Policy(), service_hours=((time(22), time(2)),))
    asked = chat(("客", "什么时候发货", 12 * 3600 + 1800))  # half past ten in the evening
    assert waits(asked, 14 * 3600 + 600, night)[0][2] == "客户已等 1 小时 40 分钟"
    early = chat(("客", "什么时候发货", -9 * 3600))  # one in the morning
    assert waits(early, 0, night)[0][2] == "客户已等 1 小时"


def test_what_cannot_be_judged_is_called_unchecked() -> None:
    without = screened(untimed(("客", "什么时候发货"), ("服", "今天")), 0)
    phone = screened(chat(("客", "什么时候发货", 0), channel="phone"), 900)
    mail = screened(chat(("客", "什么时候发货", 0), channel="email"), 900)
    assert without.unchecked == (Unchecked("response_time", "no timestamps"),)
    assert [len(one.unchecked) for one in (phone, mail)] == [1, 1]
    assert waits(chat(("客", "什么时候发货", 0), channel="email"), 900) == []


ASKED: tuple[Said, ...] = (("客", "在吗", 615), ("客", "有货吗", 920), ("服", "有的", 1090))


def test_asked_again_before_the_reply_is_one_turn_and_late() -> None:
    """The worked example of a platform's help page: asked 10:10:15 and 10:15:20, answered 10:18:10, then in time."""
    found = waiting.turns(chat(*ASKED, ("客", "包邮吗", 1110), ("服", "包邮", 1140)))
    seconds = [turn.seconds(at(2000), Policy()) for turn in found]
    assert seconds == [475, 30]
