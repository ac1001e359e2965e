"""What people type: done once, checked against their role, answered in the room or alone."""

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from handlers.cards.words import clock
from tests.handlers.stage import START, Stage, facts, text_of


def test_help_shows_every_command(stage: Stage) -> None:
    stage.say("小李", "帮助 全部")
    told = text_of(stage.cards()[0])
    for word in ("告警", "认领", "误报", "静音", "解决", "状态", "我来处理", "需要帮助"):
        assert word in told


def test_a_claim_can_be_typed(stage: Stage) -> None:
    stage.angry()
    stage.say("张主管", "认领 A1")
    assert stage.card()["state"] == "已认领"
    assert "A1 交给你了" in stage.cards()[-1]["title"]


def test_missing_blanks_and_full_width_letters_are_forgiven(stage: Stage) -> None:
    stage.angry()
    stage.say("阿明", "认领Ａ１")
    assert stage.card()["state"] == "已认领"


def test_the_list_of_alerts_shows_what_is_open(stage: Stage) -> None:
    stage.angry()
    stage.say("张主管", "告警")
    told = text_of(stage.cards()[-1])
    assert "A1" in told
    assert "待认领" in told


def test_a_long_list_says_how_many_there_are(stage: Stage) -> None:
    for n in range(12):
        stage.customer("再不解决我就投诉到12315", f"c{n}")
    stage.say("张主管", "告警")
    assert stage.cards()[-1]["title"] == "🌱 还没收尾的告警 12 条，先看 10 条"


def test_a_time_of_another_day_carries_its_date() -> None:
    shanghai = ZoneInfo("Asia/Shanghai")
    assert clock(START, shanghai, START + timedelta(hours=1)) == "14:00"
    assert clock(START, shanghai, START + timedelta(hours=11)) == "11-20 14:00"


def test_an_agent_does_not_get_the_list_and_is_told_alone(stage: Stage) -> None:
    stage.angry()
    before = stage.cards()
    stage.say("小李", "告警")
    assert stage.cards() == before
    assert "主管" in stage.cards("@小李")[0]["title"]


def test_a_stranger_is_refused_alone_and_nothing_changes(stage: Stage) -> None:
    stage.angry()
    before = stage.cards()
    stage.say("路人", "认领 A1")
    assert stage.cards() == before
    assert "还不认识你" in stage.cards("@路人")[0]["title"]


def test_an_unknown_command_gets_the_nearest_one(stage: Stage) -> None:
    stage.say("张主管", "认零 A1")
    assert "「认领 A1」" in stage.cards()[0]["title"]


def test_a_number_that_does_not_exist_says_how_to_find_one(stage: Stage) -> None:
    stage.say("张主管", "认领 A99")
    assert "告警" in stage.cards("@张主管")[0]["title"]


def test_status_is_for_admins(stage: Stage) -> None:
    stage.angry()
    stage.say("老管", "状态")
    assert "已筛" in text_of(stage.cards()[-1])
    stage.say("张主管", "状态")
    assert "管理员" in stage.cards("@张主管")[0]["title"]


def test_one_sentence_can_be_tried(stage: Stage) -> None:
    stage.say("陈质检", "试一句 再不退款我就投诉到12315")
    card = stage.cards()[0]
    assert card["tone"] == "red"
    told = text_of(card)
    assert "扬言" in told or "投诉" in told
    assert "@" not in told
    assert "风险" not in card["title"]


def test_a_tried_sentence_is_as_loud_as_a_real_alert_would_be(stage: Stage) -> None:
    stage.say("陈质检", "试一句 这个可以七天无理由退吗")
    card = stage.cards()[0]
    assert card["tone"] == "green"
    assert "不会提醒" in card["title"]
    assert "七天无理由" not in text_of(card)


def test_a_private_question_is_answered_privately(stage: Stage) -> None:
    stage.say("张主管", "帮助", "@张主管")
    assert stage.cards() == []
    assert len(stage.cards("@张主管")) == 1


def test_the_buttons_of_answers_can_be_pressed(stage: Stage) -> None:
    stage.angry()
    stage.say("张主管", "告警")
    reply = stage.press("张主管", "claim", card=-1)
    assert (reply.ok, reply.toast) == (True, "好的，A1 交给你了。")
    stage.say("小李", "呱呱呱", "@小李")
    before = stage.cards("@小李")
    (button,) = before[-1]["buttons"]
    assert stage.press_value("小李", before[-1], button["action"], button["value"], "@小李").ok
    assert stage.cards("@小李")[-1]["title"] == "🌱 我能帮你做这些"


def test_an_answer_offers_nothing_that_it_does_not_show(stage: Stage) -> None:
    stage.angry()
    stage.customer("再不解决我就投诉到12315", "c2")
    stage.say("张主管", "告警")
    listed = stage.cards()[-1]
    assert [b["value"] for b in listed["buttons"]] == ["A1"]
    assert "过期" in stage.press_value("张主管", listed, "claim", "A2", "leads").toast


def test_the_list_of_alerts_is_of_ones_own_team_and_tells_no_red_line_to_the_team(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.customer("能便宜点吗")
    stage.agent("加我微信给您便宜，给好评返现5元")
    stage.say("张主管", "告警")
    assert "#A1" in text_of(stage.cards()[-1])
    for person, room in (("张主管", "team"), ("阿明", "@阿明"), ("王主管", "@王主管")):
        stage.say(person, "告警", room)
        assert "现在没有等着的告警" in stage.cards(room)[-1]["title"], person
    stage.say("阿明", "认领 A1", "@阿明")
    assert "主管" in stage.cards("@阿明")[-1]["title"]
    stage.say("张主管", "静音 A1 30")
    stage.say("阿明", "静音", "@阿明")
    assert stage.cards("@阿明")[-1]["title"] == "🌱 现在没有静音"


@pytest.mark.parametrize("person", ["小李", "阿明", "张主管", "陈质检", "老管"])
def test_help_is_short_and_for_the_role(stage: Stage, person: str) -> None:
    stage.say(person, "帮助", f"@{person}")
    short = stage.cards(f"@{person}")[-1]
    (rows,) = (block["rows"] for block in short["blocks"] if block["type"] == "facts")
    assert 6 <= len(rows) <= 8
    assert stage.press_value(person, short, "guide", "全部", f"@{person}").ok
    assert "回退模型" in text_of(stage.cards(f"@{person}")[-1])


def test_several_alerts_are_claimed_with_one_line(stage: Stage) -> None:
    for n in range(3):
        stage.customer("再不解决我就投诉到12315", f"c{n}")
    stage.say("张主管", "认领 A1、A2 和a3")
    assert [card["state"] for card in stage.cards() if card["kind"] == "alert"] == ["已认领"] * 3
    assert stage.cards()[-1]["title"] == "🌱 好的，A1 交给你了。好的，A2 交给你了。好的，A3 交给你了。"


def test_what_stands_in_two_rooms_is_counted_once(stage: Stage) -> None:
    stage.angry()
    stage.passes(minutes=6)
    stage.say("老管", "状态")
    assert "告警 1 次" in facts(stage.cards()[-1])["公开的夸奖和告警"]


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("误报", "请带上编号，比如「误报 A12」"),
        ("接管", "请带上编号，比如「接管 A12」"),
        ("认领 A9999999999", "没有找到这个编号，发「告警」看编号。"),
    ],
)
def test_which_alert_is_asked_in_the_words_that_were_used(stage: Stage, said: str, answer: str) -> None:
    stage.say("张主管", said, "@张主管")
    assert answer in text_of(stage.cards("@张主管")[-1])


def test_what_became_of_an_alert_is_said_once(stage: Stage) -> None:
    stage.angry()
    stage.passes(minutes=6)
    assert facts(stage.cards()[0])["已请"] == "张主管（14:05）"
    stage.say("张主管", "误报 A1 只是在打听")
    assert facts(stage.cards()[0])["误报"] == "张主管 14:06 · 只是在打听"
