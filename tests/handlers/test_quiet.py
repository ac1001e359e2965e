"""静音, 值班 and 为什么没提醒: quiet has an end and a reason, and whoever is on duty is the one who is called."""

from dataclasses import replace
from datetime import time

import pytest

from handlers.people import Room
from rules.policy import Policy
from rules.schedule import Schedule, Shift
from storage import silences
from storage.db import Store
from tests.handlers.stage import PEOPLE, Stage, facts, text_of

CALM = Policy(first_reply_seconds=90000, reply_seconds=90000, escalate_minutes=5)


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store, CALM)


def alerts_in(stage: Stage, room: str = "leads") -> list[str]:
    return [card["state"] for card in stage.cards(room) if card["kind"] == "alert"]


def asked(stage: Stage, text: str, person: str = "张主管") -> str:
    stage.say(person, f"为什么没提醒 {text}")
    return text_of(stage.cards(f"@{person}")[-1])


def test_a_muted_rule_calls_nobody_until_its_end_and_then_what_stands_speaks(stage: Stage) -> None:
    stage.say("张主管", "静音 规则 不信任、觉得被骗 20")
    stage.customer("你们是骗子吧")
    assert alerts_in(stage) == []
    told = asked(stage, "c1")
    assert "张主管 把规则「不信任、觉得被骗」静音到 14:20" in told
    assert "会再看一遍" in told
    stage.passes(minutes=21)
    assert alerts_in(stage) == ["待认领"]


def test_other_findings_of_the_same_conversation_still_call(stage: Stage) -> None:
    stage.say("张主管", "静音 规则 distrust 60")
    stage.customer("你们是骗子吧，再不解决我就投诉到12315")
    assert len(alerts_in(stage)) == 1


def test_a_matter_that_is_known_already_is_quiet_but_red_is_not(stage: Stage) -> None:
    stage.say("张主管", "静音 规则 物流停滞 60")
    for n in range(6):
        stage.customer("快递三天没动了，你们是骗子吧", f"c{n}")
    stage.passes(minutes=2)
    assert [card["kind"] for card in stage.cards()] == ["reply"]
    stage.customer("快递三天没动了，我要投诉到12315", "red")
    assert len(alerts_in(stage)) == 1


def test_a_muted_shop_is_quiet_but_danger_still_calls(stage: Stage) -> None:
    stage.customer("在吗", "c0")
    stage.say("老管", "静音 店铺 云雀旗舰店 2小时")
    stage.angry("c1")
    assert alerts_in(stage) == []
    stage.customer("我不想活了", "c2")
    assert len(alerts_in(stage)) == 1


def test_a_colleague_is_muted_among_leads_only(stage: Stage) -> None:
    stage.say("张主管", "静音 小李 30", "team")
    assert "小李" not in str(stage.cards("team"))
    assert "私聊" in text_of(stage.cards("@张主管")[-1])
    stage.say("张主管", "静音 小李 30", "@张主管")
    stage.assigned("xiaoli")
    stage.customer("你们是骗子吧")
    assert alerts_in(stage) == []
    stage.say("老管", "状态", "team")
    assert "小李" not in str(stage.cards("team"))


def test_a_mute_is_listed_ended_by_word_and_what_it_kept_quiet_speaks_at_once(stage: Stage) -> None:
    stage.say("张主管", "静音 规则 不信任 60")
    stage.customer("你们是骗子吧")
    stage.say("张主管", "静音")
    assert "静音到 15:00" in text_of(stage.cards("@张主管")[-1])
    stage.say("老管", "状态")
    assert "静音 规则" in text_of(stage.cards()[-1])
    stage.say("张主管", "恢复 不信任、觉得被骗")
    stage.say("张主管", "为什么没提醒 A1", "@张主管")
    assert "静音到 15:00，已经恢复" in text_of(stage.cards("@张主管")[-1])
    stage.settle()
    assert alerts_in(stage) == ["待认领"]


def test_one_teams_mute_leaves_the_other_team_alone(stage: Stage) -> None:
    stage.say("王主管", "静音 规则 distrust 60")
    stage.customer("你们是骗子吧")
    assert len(alerts_in(stage)) == 1


def test_what_keeps_people_safe_cannot_be_muted_and_agents_mute_nothing(stage: Stage) -> None:
    stage.say("张主管", "静音 规则 crisis 60", "@张主管")
    assert "不静音" in text_of(stage.cards("@张主管")[-1])
    stage.say("小李", "静音 规则 distrust 60", "@小李")
    assert "主管和管理员" in text_of(stage.cards("@小李")[-1])


def test_an_alert_alone_can_still_be_muted_and_restored(stage: Stage) -> None:
    stage.customer("你们是骗子吧")
    stage.say("张主管", "静音 A1 30")
    assert alerts_in(stage) == ["已静音"]
    stage.say("张主管", "恢复 A1")
    assert alerts_in(stage) == ["待认领"]


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        ("好的谢谢", "看过了，没有发现要提醒的事"),
        ("补发的还没到", "不到 0.30"),
    ],
)
def test_silence_is_explained(stage: Stage, says: str, reason: str) -> None:
    stage.customer(says)
    assert alerts_in(stage) == []
    assert reason in asked(stage, "c1")


def test_what_was_called_about_says_so_and_others_teams_are_not_shown(stage: Stage) -> None:
    stage.customer("你们是骗子吧")
    assert "这段提醒过：A1" in asked(stage, "A1")
    assert "没有找到" in asked(stage, "c1", "王主管")
    assert "没有找到" in asked(stage, "zzz")
    assert "请带上会话" in asked(stage, "")


def test_a_part_of_the_id_is_enough_and_several_are_listed(stage: Stage) -> None:
    stage.customer("好的", "order-881")
    stage.customer("好的", "order-882")
    assert "有好几段" in asked(stage, "order-88")
    assert "看过了" in asked(stage, "882")


def test_a_solved_matter_that_stays_quiet_says_why(stage: Stage) -> None:
    stage.customer("你们是骗子吧")
    stage.say("陈质检", "误报 A1 开玩笑的")
    stage.customer("骗子骗子")
    with stage.store.read() as tx:
        assert "false_alarm" in [s.reason for s in silences.of(tx, "shop:c1")]


def test_whoever_is_on_duty_is_mentioned_and_shown(store: Store) -> None:
    roster = Schedule(duty=(("每天", (Shift((time(9), time(18)), ("阿明",)),)),))
    stage = Stage(store, CALM)
    stage.ctx = replace(stage.ctx, schedule=roster)
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    stage.say("小李", "值班")
    assert "阿明" in text_of(stage.cards()[-1])
    stage.customer("你们是骗子吧")
    (card,) = (c for c in stage.cards() if c["kind"] == "alert")
    assert card["mentions"] == ["阿明"]
    assert facts(card)["没人认领"] == "14:05 请张主管，14:10 请值班的阿明，14:15 请老管"


def test_a_shift_taken_by_word_counts_until_its_end_and_is_frozen_in_the_ladder(stage: Stage) -> None:
    stage.say("张主管", "值班 阿明 到 14:30")
    assert "到 14:30 由阿明值班" in text_of(stage.cards()[-1])
    stage.customer("你们是骗子吧")
    stage.say("张主管", "值班 取消")
    stage.passes(minutes=16)
    assert [c["mentions"] for c in stage.cards() if c["kind"] == "alert"] == [[], ["张主管"], ["阿明"], ["老管"]]
    stage.say("小李", "值班 小李 到 18:00")
    assert "由主管和管理员来改" in text_of(stage.cards()[-1])


def test_a_room_that_is_not_told_the_agents_name_is_not_told_it_by_a_reason_either(store: Store) -> None:
    stage = Stage(store, CALM, rooms=(Room("团队群", "sandbox", "team"),), people=PEOPLE)
    stage.say("老管", "静音 小李 30", "@老管")
    stage.assigned("xiaoli")
    stage.customer("你们是骗子吧")
    stage.say("张主管", "为什么没提醒 c1", "team")
    assert "小李" not in str(stage.cards("team"))
    assert "小李" in str(stage.cards("@张主管"))


def test_muted_alerts_are_listed_with_the_rest(stage: Stage) -> None:
    stage.customer("你们是骗子吧")
    stage.say("张主管", "静音 A1 到 15:30")
    stage.say("张主管", "静音 规则 不信任 60")
    stage.say("张主管", "静音")
    listed = stage.cards("@张主管")[-1]
    assert facts(listed) == {"告警 A1": "张主管静音到 15:30", "规则 不信任、觉得被骗": "张主管静音到 15:00"}
    stage.say("王主管", "静音")
    assert stage.cards("@王主管")[-1]["title"] == "🌱 现在没有静音"


@pytest.mark.parametrize("told", ["100000", "0", "-5", "abc", "到 25:61", "8天", "规则"])
def test_a_time_that_is_none_mutes_nothing_and_how_to_say_it_is_told(stage: Stage, told: str) -> None:
    stage.customer("你们是骗子吧")
    stage.say("张主管", f"静音 A1 {told}", "@张主管")
    assert alerts_in(stage) == ["待认领"]
    assert "最长 7 天" in text_of(stage.cards("@张主管")[-1])
    assert "静音 A1 到 18:00" in text_of(stage.cards("@张主管")[-1])


def test_a_rule_is_not_muted_for_longer_than_a_week_either(stage: Stage) -> None:
    stage.say("张主管", "静音 规则 不信任 100000", "@张主管")
    assert "最长 7 天" in text_of(stage.cards("@张主管")[-1])
