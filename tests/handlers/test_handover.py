"""A conversation goes to somebody else: who is told what, and when it is true."""

from dataclasses import replace
from typing import Any

from storage import alerts
from tests.handlers.stage import PEOPLE, Stage, facts, text_of
from tests.handlers.test_coaching import alert_of, cards, press, troubled


def test_taking_over_is_said_in_every_room_and_kindly_to_the_agent(stage: Stage) -> None:
    troubled(stage)
    reply = press(stage, "张主管", alert_of(stage), "接管", "leads")
    assert reply.ok
    assert "手动把会话分配给自己" in reply.toast
    for room in ("leads", "team"):
        assert cards(stage, room, "reply")[-1]["title"] == "🌱 张主管要来接这位客户，正在客服系统里手动转 · #A1"
        assert facts(alert_of(stage, room))["接手"] == "张主管 14:00 接手"
        assert "小李" not in text_of(cards(stage, room, "reply")[-1])
    (card,) = cards(stage, "@小李", "handover")
    assert card["state"] == "正在转"
    assert "先应一声" in text_of(card)


def test_the_agent_may_rest_once_the_conversation_has_moved(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "转给 A1 小周")
    stage.say("阿明", "接管 A1")
    (card,) = cards(stage, "@小李", "handover")
    assert card["title"] == "🌱 阿明要来接着照顾这位客户"
    stage.passes(seconds=5)
    stage.assigned("aming")
    was, now = cards(stage, "@小李", "handover")
    assert (was["state"], now["title"]) == ("已转好", "🌱 阿明接过这位客户了，你先歇口气")
    stage.agent("您好，我来帮您看退款", agent="aming")
    assert len(cards(stage, "@小李", "handover")) == 2


def test_whoever_was_asked_can_listen_first_and_hears_when_somebody_else_comes(stage: Stage) -> None:
    stage.ctx = replace(stage.ctx, public_url="https://starling.example")
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    troubled(stage)
    stage.say("张主管", "转给 A1 小周")
    assert [b["text"] for b in cards(stage, "@小周", "handover")[0]["buttons"]] == ["旁听"]
    stage.say("阿明", "接管 A1")
    assert cards(stage, "@小周", "handover")[-1]["title"] == "🌱 换成阿明来接这位客户了"


def test_who_took_over_looks_after_it_and_can_still_finish(store: Any) -> None:
    stage = Stage(store, people=bound())
    stage.ctx = replace(stage.ctx, desks={"shop": frozenset({"assign", "note"})})
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    troubled(stage)
    assert "正在转到你名下" in press(stage, "张主管", alert_of(stage), "接管", "leads").toast
    stage.assigned("zhang")
    assert stage.press("张主管", "resolve").ok


def bound() -> tuple[Any, ...]:
    return tuple(replace(p, accounts=("shop:zhang",)) if p.name == "张主管" else p for p in PEOPLE)


def test_a_senior_takes_over_what_the_lead_had_claimed(stage: Stage) -> None:
    troubled(stage)
    assert press(stage, "阿明", alert_of(stage), "接管", "leads").ok
    told = facts(alert_of(stage))
    assert (told["认领"], told["接手"]) == ("张主管 14:00 认领", "阿明 14:00 接手")
    with stage.store.read() as tx:
        assert alerts.get(tx, 1).claimed_by == "阿明"


def test_handing_on_names_the_new_agent_to_leads_only_and_tells_both(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "转给 A1 阿明")
    assert "🌱 张主管请阿明接着照顾这位客户 · #A1" in [c["title"] for c in cards(stage, "leads", "reply")]
    assert [c["title"] for c in cards(stage, "team", "reply")] == ["🌱 张主管请同事接着照顾这位客户 · #A1"]
    assert cards(stage, "@小李", "handover")[0]["title"] == "🌱 阿明要来接着照顾这位客户"
    assert "想请你接着照顾" in cards(stage, "@阿明", "handover")[0]["title"]


def test_an_unknown_name_gets_the_nearest_ones(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "转给 A1 小理")
    told = cards(stage, "@张主管", "reply")[-1]["title"]
    assert "没有找到「小理」" in told
    assert "小李" in told
    stage.say("张主管", "转给 A1 陈质检")
    assert "还没有绑定" in cards(stage, "@张主管", "reply")[-1]["title"]


def test_who_may_take_over(stage: Stage) -> None:
    troubled(stage)
    for person in ("陈质检", "王主管", "小周", "小李", "路人"):
        assert not press(stage, person, alert_of(stage), "接管", "leads").ok, person
    for person in ("阿明", "张主管", "老管"):
        assert press(stage, person, alert_of(stage), "接管", "leads").ok, person


def assist(stage: Stage, person: str) -> list[dict[str, Any]]:
    return cards(stage, f"@{person}", "assist")


def test_an_agent_who_is_assigned_after_the_alert_still_gets_the_offer_of_a_hand(stage: Stage) -> None:
    stage.angry()
    assert facts(alert_of(stage)).get("接待") is None
    stage.assigned("xiaoli")
    assert [b["text"] for b in assist(stage, "小李")[0]["buttons"]] == ["我来处理", "需要帮助"]
    assert facts(alert_of(stage))["接待"] == "小李"


def test_after_a_transfer_the_offer_is_with_whoever_serves_now_and_only_there(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.assigned("xiaozhou")
    (before,), (now,) = assist(stage, "小李"), assist(stage, "小周")
    assert (before["state"], before["buttons"]) == ("已转给同事", [])
    assert press(stage, "小周", now, "我来处理", "@小周").ok
    stage.passes(seconds=5)
    stage.assigned("xiaoli")
    (back,), (gone,) = assist(stage, "小李"), assist(stage, "小周")
    assert (len(back["buttons"]), gone["buttons"]) == (2, [])
    stage.say("张主管", "解决 A1")
    assert "收尾" in assist(stage, "小李")[0]["title"]
    assert assist(stage, "小周")[0]["state"] == "已转给同事"


def test_an_agent_who_comes_to_a_muted_alert_is_not_interrupted_before_it_wakes(stage: Stage) -> None:
    stage.angry()
    stage.press("张主管", "mute")
    stage.assigned("xiaoli")
    assert assist(stage, "小李") == []
    stage.say("张主管", "恢复 A1")
    assert len(assist(stage, "小李")) == 1


def test_a_closed_offer_gives_no_more_advice(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    assert "可以先说：「" in text_of(assist(stage, "小李")[0])
    stage.say("张主管", "解决 A1")
    assert "可以先说" not in text_of(assist(stage, "小李")[0])


def test_whoever_claimed_before_stays_on_the_card_and_hears_that_it_is_taken_on(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.say("阿明", "认领 A1")
    stage.passes(minutes=2)
    stage.say("张主管", "接管 A1")
    told = facts(alert_of(stage))
    assert (told["认领"], told["接手"]) == ("阿明 14:00 认领", "张主管 14:02 接手")
    (card,) = cards(stage, "@阿明", "handover")
    assert card["title"] == "🌱 张主管接着跟这位客户了，你可以先忙别的"
    assert "正在转给 TA" in text_of(cards(stage, "@小李", "handover")[0])


def test_somebody_who_hands_on_what_a_colleague_claimed_tells_both(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.say("阿明", "认领 A1")
    stage.say("张主管", "转给 A1 小周")
    assert [len(cards(stage, f"@{who}", "handover")) for who in ("阿明", "小周", "小李")] == [1, 1, 1]
