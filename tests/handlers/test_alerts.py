"""An alert's life: opened, raised, claimed, closed, muted, escalated; and what its card says to whom."""

import asyncio

import structlog

from handlers.protocols import Pressed
from rules.policy import Policy
from storage import alerts, audit
from storage.db import Store
from tests.handlers.stage import Stage, facts, text_of


def test_an_angry_customer_makes_one_red_card_in_every_room_that_wants_alerts(stage: Stage) -> None:
    stage.angry()
    for room in ("leads", "team"):
        card = stage.card(room)
        assert (card["kind"], card["tone"], card["state"]) == ("alert", "red", "待认领")
        assert [b["text"] for b in card["buttons"]] == ["认领", "误报", "静音"]
    assert "12315" in text_of(stage.card())
    assert "王**" in text_of(stage.card())


def test_worse_findings_raise_the_same_card(stage: Stage) -> None:
    stage.customer("你们是骗子吧")
    first = stage.card()
    stage.customer("再不解决我就投诉到12315")
    second = stage.card()
    assert first["key"] == second["key"]
    assert (first["tone"], second["tone"]) == ("orange", "red")


def test_the_agent_is_named_only_to_leads(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    assert facts(stage.card("leads"))["接待"].startswith("小李")
    assert "小李" not in text_of(stage.card("team"))


def test_nor_is_the_agent_named_by_the_customer_where_the_team_reads(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.customer("你们客服小李骂我，我要投诉小李到12315")
    assert "客服小李骂我" in text_of(stage.card("leads"))
    assert "你们客服骂我，我要投诉客服到12315" in text_of(stage.card("team"))
    assert "小李" not in text_of(stage.card("team"))


def test_a_claim_is_seen_everywhere_with_who_and_when(stage: Stage) -> None:
    stage.angry()
    stage.passes(minutes=1)
    reply = stage.press("张主管", "claim")
    assert reply.ok
    assert reply.card is not None
    assert reply.card.state == "已认领"
    for room in ("leads", "team"):
        card = stage.card(room)
        assert card["state"] == "已认领"
        assert facts(card)["认领"] == "张主管 14:01 认领"
        assert [b["text"] for b in card["buttons"]] == ["私下提示", "接管", "解决", "误报"]


def test_a_second_claim_is_told_who_has_it(stage: Stage) -> None:
    stage.angry()
    stage.press("张主管", "claim")
    reply = stage.press("阿明", "claim")
    assert not reply.ok
    assert "张主管" in reply.toast


def test_the_same_press_twice_changes_nothing_more(stage: Stage) -> None:
    stage.angry()
    stage.press("张主管", "claim", event="e1")
    stage.press("张主管", "claim", event="e1")
    with stage.store.read() as tx:
        assert [s.step for s in alerts.steps(tx, 1)].count("claim") == 1


def test_a_card_closes_itself_when_the_conversation_ends_well(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.passes(minutes=2)
    stage.agent("让您久等了，退款已经打回原路，今天 18 点前到账，我盯着")
    stage.customer("好的谢谢")
    stage.resolved()
    card = stage.card()
    assert (card["state"], card["tone"], card["buttons"]) == ("已解决", "green", [])
    assert "好的谢谢" in card["title"]


def test_the_customers_last_words_are_masked_on_the_closed_card(stage: Stage) -> None:
    stage.angry()
    stage.agent("让您久等了，退款已经打回原路")
    stage.customer("好的谢谢，有事打我13812345678")
    stage.resolved()
    assert stage.card()["state"] == "已解决"
    assert "13812345678" not in text_of(stage.card())


def test_a_solved_alert_shows_who_solved_it(stage: Stage) -> None:
    stage.angry()
    stage.press("张主管", "claim")
    assert stage.press("张主管", "resolve").ok
    card = stage.card()
    assert card["state"] == "已解决"
    assert facts(card)["解决"] == "张主管 14:00 解决"


def test_a_false_alarm_keeps_its_reason_and_marks_the_findings(stage: Stage) -> None:
    stage.angry()
    stage.say("陈质检", "误报 A1 客户在开玩笑")
    card = next(c for c in stage.cards() if c["kind"] == "alert")
    assert card["state"] == "误报"
    assert "客户在开玩笑" in text_of(card)


def test_a_muted_alert_is_quiet_until_it_gets_worse(stage: Stage) -> None:
    stage.customer("你们是骗子吧")
    stage.press("张主管", "mute")
    assert stage.card()["state"] == "已静音"
    stage.customer("再不解决我就投诉到12315")
    assert stage.card()["state"] == "待认领"


def test_a_muted_alert_wakes_when_its_time_is_over(stage: Stage) -> None:
    stage.angry()
    stage.say("张主管", "静音 A1 5")
    assert facts(stage.cards()[0])["静音"] == "张主管 静音到 14:05"
    stage.passes(minutes=6)
    assert stage.cards()[0]["state"] == "待认领"


def test_nobody_claims_so_the_lead_is_called_and_then_the_admin(store: Store) -> None:
    stage = Stage(store, Policy(escalate_minutes=5, first_reply_seconds=9000, reply_seconds=9000))
    stage.angry()
    stage.passes(minutes=5)
    assert [c["mentions"] for c in stage.cards()] == [[], ["张主管"]]
    stage.passes(minutes=5)
    assert [c["mentions"] for c in stage.cards()] == [[], ["张主管"], ["老管"]]
    stage.passes(minutes=11)
    assert len(stage.cards()) == 3


def test_a_claim_stops_the_ladder_and_shows_on_every_post(store: Store) -> None:
    stage = Stage(store, Policy(escalate_minutes=5, first_reply_seconds=9000, reply_seconds=9000))
    stage.angry()
    stage.passes(minutes=5)
    stage.press("张主管", "claim", card=1)
    stage.passes(minutes=10)
    assert [c["state"] for c in stage.cards()] == ["已认领", "已认领"]


def test_a_slow_reply_warns_in_yellow_before_it_is_red_and_goes_when_answered(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.customer("在吗？我的尺码发错了怎么换")
    stage.passes(minutes=1, seconds=50)
    assert stage.cards() == []
    stage.passes(seconds=20)
    assert stage.card()["tone"] == "yellow"
    stage.passes(minutes=1)
    assert stage.card()["tone"] == "red"
    stage.passes(minutes=3)
    assert "客户已等 6 分钟" in stage.card()["title"]
    stage.agent("在的亲，马上给您换一双")
    assert stage.card()["state"] == "已解决"


def test_thanks_and_emoji_start_no_wait(stage: Stage) -> None:
    stage.customer("好的")
    stage.customer("[微笑]")
    stage.customer("谢谢")
    stage.passes(minutes=10)
    assert stage.cards() == []


def test_personal_data_never_reach_a_card(stage: Stage) -> None:
    stage.customer("我手机13812345678，住上海市浦东新区世纪大道100号5栋301室，再不退款我就投诉到12315")
    told = text_of(stage.card())
    assert "12315" in told
    assert "13812345678" not in told
    assert "世纪大道100号" not in told


def test_a_customer_cannot_call_everybody_or_place_a_link(stage: Stage) -> None:
    stage.customer("<at id=all></at> @所有人 [点我](http://evil.example) 再不退款我就投诉到12315")
    told = text_of(stage.card())
    assert "<at" not in told
    assert "http://" not in told
    assert "](" not in told


def test_the_conversations_own_agent_is_offered_a_hand_alone(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    card = stage.card("@小李")
    assert [b["text"] for b in card["buttons"]] == ["我来处理", "需要帮助"]
    assert stage.press("小李", "mine", "@小李").ok
    assert facts(stage.card("leads"))["客服"] == "我来处理"


def test_no_hand_is_offered_where_one_has_come_or_nobody_is_there_any_more(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.resolved()
    stage.rated(1)
    assert [b["text"] for b in stage.card("@小李")["buttons"]] == ["我来处理"]
    stage.say("张主管", "认领 A1")
    card = stage.card("@小李")
    assert (card["buttons"], "张主管来搭手了" in card["title"]) == ([], True)


def test_an_agent_who_asks_for_help_calls_the_lead(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    assert stage.press("小李", "help", "@小李").ok
    assert stage.cards()[-1]["mentions"] == ["张主管"]


def test_strangers_and_other_agents_are_refused_and_nothing_changes(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    before = stage.card()
    for person in ("路人", "小周", "小李", "王主管"):
        reply = stage.press(person, "claim")
        assert not reply.ok, person
        assert reply.card is None
    assert stage.card() == before
    with stage.store.read() as tx:
        assert [allowed for *_, allowed in audit.of(tx, "A1")] == [False] * 4


def test_a_button_speaks_only_for_the_card_it_stands_on(stage: Stage) -> None:
    stage.angry("c1")
    stage.angry("c2")
    forged = Pressed("sandbox", "forged", "leads", stage.cards()[0]["key"], "张主管", "claim", "A2")
    assert not asyncio.run(stage.hearing.pressed(forged)).ok
    stage.settle()
    assert [c["state"] for c in stage.cards()] == ["待认领", "待认领"]


def test_the_log_tells_of_each_alert_that_opens_and_closes_and_of_no_person(stage: Stage) -> None:
    with structlog.testing.capture_logs() as lines:
        stage.angry()
        stage.say("张主管", "解决 A1 王女士的退款到了")
    told = [line for line in lines if line["event"] in ("alert_opened", "alert_closed")]
    assert [(line["event"], line["log_level"], line["conversation"]) for line in told] == [
        ("alert_opened", "info", "shop:c1"),
        ("alert_closed", "info", "shop:c1"),
    ]
    assert [word for word in ("王", "退款", "张主管", "小李") if word in str(told)] == []


def test_the_cause_leads_however_often_the_customer_asks_whether_anybody_is_there(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    for _ in range(4):
        stage.passes(seconds=20)
        stage.customer("还在吗")
    card = stage.card()
    assert "客户提到监管投诉" in card["title"]
    assert next(b["text"] for b in card["blocks"] if b["type"] == "quote") == "再不解决我就投诉到12315"
    assert "多次表达不满（3 次/10 分钟）" in facts(card)["为什么提醒"], (
        "who only asks if somebody is there adds nothing"
    )


def test_who_asks_for_a_hand_on_a_muted_alert_is_heard(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.say("张主管", "静音 A1 60")
    stage.say("小李", "需要帮助 A1", "@小李")
    first, call = (card for card in stage.cards() if card["kind"] == "alert")
    assert (call["title"], call["tone"]) == ("🔴 接待的同事需要帮手", "red")
    assert "客户提到监管投诉" in text_of(call)
    assert first["state"] == "待认领"
