"""The examples that platforms themselves give, and the mistakes that made others' figures unbelievable."""

from zoneinfo import ZoneInfo

import pytest

from tests.rules.metrics.chats import brief, chat, count

RATE, MEAN = "wangwang.reply_rate_3min", "wangwang.mean_reply"


def test_asking_twice_does_not_start_the_wait_again() -> None:
    asked = ("客 10:10:15", "客 10:15:20", "服a 10:18:10")
    assert brief(RATE, chat(*asked)) == (0, 1)
    assert brief(RATE, chat(*asked, "客 10:18:30", "服a 10:19:00")) == (0.5, 2)


def test_ten_questions_that_nobody_answers_are_one_turn() -> None:
    ten = chat(*(f"客 10:{seconds // 60:02}:{seconds % 60:02}" for seconds in range(0, 200, 20)))
    assert brief(RATE, ten) == (0, 1)
    assert brief(MEAN, ten) == (600, 1)


def test_a_session_that_began_before_nine_is_none_of_jd_s() -> None:
    assert brief("jd.first_reply_rate_30s", chat("客 08:56:00", "服a 09:01:00")) == (None, 0)
    assert brief("jd.first_reply_rate_30s", chat("客 23:00:00", "服a 23:00:10")) == (None, 0)
    assert brief("jd.first_reply_rate_30s", chat("客 09:00:00", "服a 09:00:30")) == (1, 1)


def test_coming_back_within_ten_minutes_is_the_same_session_for_jd() -> None:
    first = chat("客 10:00:00", "服a 10:00:10", "完 10:05:00", customer_id="u1")
    soon = chat("客 10:15:00", "服a 10:16:00", name="c2", customer_id="u1")
    later = chat("客 10:15:01", "服a 10:16:00", name="c2", customer_id="u1")
    other = chat("客 10:15:00", "服a 10:16:00", name="c2", customer_id="u2")
    assert brief("jd.first_reply_rate_30s", first, soon) == (1, 1)
    assert brief("jd.first_reply_rate_30s", first, later) == (0.5, 2)
    assert brief("jd.first_reply_rate_30s", first, other) == (0.5, 2)


def test_who_passes_a_customer_on_without_a_word_keeps_an_unanswered_turn() -> None:
    passed = chat("→a 10:00:00", "客 10:00:10", "→b 10:01:00", "服b 10:01:30")
    assert brief(RATE, passed, agent="a") == (0, 1)
    assert brief(MEAN, passed, agent="a") == (600, 1)
    assert brief(RATE, passed, agent="b") == (None, 0)


def test_elsewhere_a_passed_on_turn_belongs_to_who_held_it_with_its_real_wait() -> None:
    passed = chat("→a 10:00:00", "客 10:00:10", "→b 10:04:00", "服b 10:04:30")
    for name in ("generic.first_reply", "generic.mean_reply", "qiyu.mean_reply"):
        assert brief(name, passed, agent="a") == (260, 1), name
        assert brief(name, passed, agent="b") == (None, 0), name
    assert brief("generic.transfer_rate", passed) == (1, 1)
    assert brief("generic.transfer_rate", passed, agent="b") == (0, 1)


@pytest.mark.parametrize("who", ["机", "系", "注a"])
def test_neither_bot_nor_system_nor_a_private_note_closes_a_turn(who: str) -> None:
    answered = chat("客 10:00:00", f"{who} 10:00:01", "服a 10:02:00")
    assert brief("generic.first_reply", answered) == (120, 1)
    assert brief(MEAN, answered) == (120, 1)
    assert brief("generic.first_reply", chat("客 10:00:00", f"{who} 10:00:01")) == (None, 0)


def test_the_clock_of_a_first_reply_starts_at_the_hand_over_not_at_the_bot() -> None:
    handed = chat("客 10:00:00", "机 10:00:01", "→a 10:05:00", "服a 10:05:20", "完 10:06:00")
    assert brief("generic.first_reply", handed) == (20, 1)
    assert brief("qiyu.first_reply", handed) == (320, 1)
    assert brief("generic.resolution_time", handed) == (60, 1)


def test_an_assignment_told_after_the_answer_shortens_no_wait() -> None:
    assert brief("generic.first_reply", chat("客 10:00:00", "服a 10:02:00", "→a 10:02:01")) == (120, 1)


def test_pending_means_the_bot_has_it() -> None:
    handed = chat("待 10:00:00", "客 10:00:05", "机 10:00:06", "开 10:03:00", "服a 10:03:30")
    assert brief("generic.first_reply", handed) == (30, 1)
    assert brief("generic.session_reply_rate", chat("待 10:00:00", "客 10:00:05", "机 10:00:06")) == (None, 0)


def test_a_reopened_conversation_is_not_charged_for_the_days_between() -> None:
    reopened = chat(
        "客 10:00:00", "服a 10:00:30", "客 10:09:00", "完 10:10:00",
        "开 25T09:00:00", "客 25T09:00:00", "服a 25T09:00:40", "完 25T09:05:00", customer_id="u1",
    )  # fmt: skip
    assert brief("generic.resolution_time", reopened) == (300, 1)
    assert brief("generic.mean_reply", reopened) == (35, 2)
    assert brief("generic.first_contact_resolution", reopened) == (1, 1)  # after more than 72 hours


def test_open_turns_are_pending_never_good() -> None:
    still = chat("客 10:00:00", "服a 10:00:10", "客 10:01:00")
    for name in ("generic.mean_reply", "generic.reply_rate_180s", "qiyu.reply_rate_180s"):
        figure = count(name, still)
        assert (figure.n, figure.pending) == (1, 1), name
    never = count("generic.first_reply", chat("→a 10:00", "客 10:00:00"))
    assert (never.value, never.n, never.pending) == (None, 0, 1)


def test_while_the_day_goes_on_only_what_is_surely_late_is_late() -> None:
    waiting = chat("客 10:00:00")
    early = count(RATE, waiting, as_of="10:02:59")
    assert (early.n, early.pending) == (0, 1)
    assert brief(RATE, waiting, as_of="10:03:00") == (0, 1)
    assert brief(MEAN, waiting, as_of="10:09:59") == (None, 0)
    assert brief(MEAN, waiting, as_of="10:10:00") == (600, 1)


def test_windows_are_of_the_shop_s_own_day() -> None:
    asked = chat("客 07:30:00", "服a 07:30:10")  # 23:30 of the day before in London
    assert brief(RATE, asked) == (None, 0)
    assert brief(RATE, asked, zone=ZoneInfo("Europe/London")) == (1, 1)
    assert brief(RATE, chat("客 23:59:59", "服a 21T00:00:30")) == (1, 1)
    assert brief(MEAN, chat("客 23:00:00", "服a 23:00:30")) == (None, 0)


def test_exactly_at_the_limit_is_in_time() -> None:
    assert brief(RATE, chat("客 10:00:00", "服a 10:03:00")) == (1, 1)
    assert brief(RATE, chat("客 10:00:00", "服a 10:03:01")) == (0, 1)


def test_without_times_there_is_no_speed_and_never_a_zero() -> None:
    untimed = chat("客", "服a", "客", "服a", "服a")
    for name in ("generic.first_reply", MEAN, RATE, "generic.resolution_time", "jd.first_reply_rate_30s"):
        assert brief(name, untimed) == (None, 0), name
    assert brief("generic.answer_ratio", untimed) == (1.5, 1)
    assert brief("generic.session_reply_rate", untimed) == (1, 1)


def test_solved_for_good_is_known_after_72_hours() -> None:
    solved = chat("客 10:00:00", "服a 10:01:00", "完 10:10:00", customer_id="u1")
    again = chat("客 23T10:10:00", "服a 23T10:11:00", name="c2", customer_id="u1")
    late = chat("客 23T10:10:01", "服a 23T10:11:00", name="c2", customer_id="u1")
    name = "generic.first_contact_resolution"
    assert brief(name, solved, as_of="23T10:09:59") == (None, 0)
    assert brief(name, solved, as_of="23T10:10:00") == (1, 1)
    assert brief(name, solved, again) == (0, 1)
    assert brief(name, solved, late) == (1, 1)


def test_thanks_after_a_resolve_reopens_nothing() -> None:
    thanked = chat("客 10:00:00", "服a 10:01:00", "完 10:10:00", "客 10:11:00", customer_id="u1")
    assert brief("generic.resolution_time", thanked) == (600, 1)
    assert brief("generic.first_contact_resolution", thanked, as_of="24T00:00") == (1, 1)


def test_resolved_again_after_a_question_it_had_been_reopened() -> None:
    again = chat(
        "客 10:00:00", "服a 10:01:00", "完 10:10:00", "客 12:00:00", "服a 12:01:00", "完 12:02:00", customer_id="u1"
    )
    told_again = chat("客 10:00:00", "服a 10:01:00", "完 10:10:00", "完 12:02:00", customer_id="u1")
    assert brief("generic.resolution_time", again) == (120, 1)
    assert brief("generic.first_contact_resolution", again, as_of="24T00:00") == (0, 1)
    assert brief("generic.resolution_time", told_again) == (600, 1)
