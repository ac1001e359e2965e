"""Stepping in while the customer is still there: whispers and their answers, taking over, handing on."""

from dataclasses import replace
from typing import Any

from handlers.protocols import Reply
from storage import alerts, audit, whispers
from tests.handlers.stage import Stage, facts, text_of


def troubled(stage: Stage) -> None:
    """小李 serves a customer whose matter is red, and 张主管 looks after it."""
    stage.assigned("xiaoli")
    stage.angry()
    stage.press("张主管", "claim")


def cards(stage: Stage, room: str, kind: str) -> list[dict[str, Any]]:
    return [card for card in stage.cards(room) if card["kind"] == kind]


def alert_of(stage: Stage, room: str = "leads") -> dict[str, Any]:
    return cards(stage, room, "alert")[0]


def offered(coach: dict[str, Any]) -> str:
    return next(str(b["text"]) for b in coach["blocks"] if b["type"] == "text" and "①" in b["text"])


def press(stage: Stage, person: str, card: dict[str, Any], button: str, room: str, **form: str) -> Reply:
    found = next(b for b in card["buttons"] if b["text"] == button)
    return stage.press_value(person, card, found["action"], found["value"], room, form)


def test_after_a_claim_one_can_whisper_take_over_or_finish(stage: Stage) -> None:
    troubled(stage)
    assert [b["text"] for b in alert_of(stage)["buttons"]] == ["私下提示", "接管", "解决", "误报"]


def test_a_press_brings_the_coach_a_private_card_with_wordings_and_a_line_to_write(stage: Stage) -> None:
    troubled(stage)
    assert press(stage, "张主管", alert_of(stage), "私下提示", "leads").ok
    (card,) = cards(stage, "@张主管", "coach")
    assert card["title"] == "🌱 想私下对接待的同事说什么？"
    assert [b["type"] for b in card["blocks"]][-1] == "form"
    assert [text for b in card["blocks"] if b["type"] == "choices" for text, _ in b["options"]] == ["用①", "用②", "用③"]


def test_a_written_whisper_reaches_the_agent_alone_and_its_answer_the_coach(stage: Stage) -> None:
    troubled(stage)
    press(stage, "张主管", alert_of(stage), "私下提示", "leads")
    (coach,) = cards(stage, "@张主管", "coach")
    words = "先告诉她退款今天 18 点前到账，再解释原因。"
    assert stage.press_value("张主管", coach, "whisper", "A1", "@张主管", {"text": words}).ok
    (hint,) = cards(stage, "@小李", "whisper")
    assert hint["title"] == f"🌱 张主管私下提示你：{words}"
    assert [b["text"] for b in hint["buttons"]] == ["收到", "需要帮助"]
    for room in ("leads", "team"):
        assert "先告诉她" not in text_of(alert_of(stage, room))
    stage.passes(minutes=1)
    assert press(stage, "小李", hint, "收到", "@小李").ok
    assert cards(stage, "@小李", "whisper")[0]["state"] == "收到"
    (coach,) = cards(stage, "@张主管", "coach")
    assert coach["title"] == "🌱 小李收到了"
    assert facts(coach) == {"14:00 张主管": words, "14:01 小李": "收到"}
    assert facts(alert_of(stage))["提示"] == "张主管 14:00 私下提示 · 14:01 接待收到"
    assert "提示" not in facts(alert_of(stage, "team"))


def test_what_a_red_line_advises_the_lead_is_nothing_to_whisper(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.customer("能不能快点，都等了一天了，你们到底管不管")
    stage.agent("你是不是傻，爱买不买，滚")
    stage.say("张主管", "私下提示 A1", "@张主管")
    coach = text_of(cards(stage, "@张主管", "coach")[0])
    assert "①" in coach
    for words in ("换人接待", "单独聊", "今天接了多少段", "先道歉；"):
        assert words not in coach


def test_a_hint_too_long_to_read_meanwhile_is_not_cut_in_silence(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "私下提示 A1 " + "先安抚再解释，" * 40, "@张主管")
    assert "这句有 280 个字" in stage.cards("@张主管")[-1]["title"]
    assert cards(stage, "@小李", "whisper") == []
    stage.say("张主管", "私下提示 A1 " + "先安抚，" * 50, "@张主管")
    assert "先安抚，" * 50 in text_of(cards(stage, "@小李", "whisper")[0])


def test_a_suggested_wording_is_sent_with_one_tap_and_not_offered_again(stage: Stage) -> None:
    troubled(stage)
    press(stage, "张主管", alert_of(stage), "私下提示", "leads")
    (coach,) = cards(stage, "@张主管", "coach")
    first = offered(coach)
    first_tap = next(b["options"][0][1] for b in coach["blocks"] if b["type"] == "choices")
    assert stage.press_value("张主管", coach, "whisper", first_tap, "@张主管").ok
    said = first.split("① ")[1].split("\n")[0]
    assert said in text_of(cards(stage, "@小李", "whisper")[0])
    assert said not in offered(cards(stage, "@张主管", "coach")[0])


def test_a_whisper_can_be_typed_and_whoever_types_it_in_a_room_is_told_of_the_private_way(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
    assert cards(stage, "@小李", "whisper")[0]["title"] == "🌱 张主管私下提示你：先道歉"
    assert "群里" not in cards(stage, "@张主管", "reply")[-1]["title"]
    stage.say("张主管", "私下提示 A1 再给时间")
    assert "下次直接私聊" in cards(stage, "leads", "reply")[-1]["title"]
    assert len(cards(stage, "@小李", "whisper")) == 2


def test_an_agent_types_the_answer_or_asks_for_help(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
    stage.say("小李", "收到 A1", "@小李")
    assert cards(stage, "@小李", "whisper")[0]["state"] == "收到"
    assert press(stage, "小李", cards(stage, "@小李", "whisper")[0], "需要帮助", "@小李").ok
    assert cards(stage, "@张主管", "coach")[0]["title"] == "🌱 小李想要个帮手"
    assert alert_of(stage)["mentions"] == []
    assert cards(stage, "leads", "alert")[-1]["mentions"] == ["张主管"]


def test_only_whom_it_was_whispered_to_can_answer(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
    hint = cards(stage, "@小李", "whisper")[0]
    for person in ("小周", "张主管", "路人"):
        assert not stage.press_value(person, hint, "got_it", "A1/1", "@小李").ok
    with stage.store.read() as tx:
        assert [w.answer for w in whispers.of(tx, 1)] == [""]


def test_who_may_whisper(stage: Stage) -> None:
    """A lead of the team, its seniors, QA and admins; never the conversation's own agent."""
    troubled(stage)
    for person in ("张主管", "阿明", "陈质检", "老管", "王主管", "小周", "小李", "路人"):
        stage.say(person, "私下提示 A1 先道歉", f"@{person}")
    with stage.store.read() as tx:
        assert [w.by for w in whispers.of(tx, 1)] == ["张主管", "阿明", "陈质检", "老管"]
        told = [(actor, allowed) for _, actor, action, allowed in audit.of(tx, "A1") if action == "whisper"]
    assert [actor for actor, allowed in told if not allowed] == ["王主管", "小周", "小李", "路人"]


def test_without_a_known_agent_nobody_is_whispered_to(stage: Stage) -> None:
    stage.angry()
    stage.press("张主管", "claim")
    reply = press(stage, "张主管", alert_of(stage), "私下提示", "leads")
    assert not reply.ok
    assert "接管" in reply.toast


def test_personal_data_never_travel_in_a_whisper(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "私下提示 A1 给她回电话 13812345678 [点](http://evil.example)", "@张主管")
    told = text_of(cards(stage, "@小李", "whisper")[0])
    assert "13812345678" not in told
    assert "http://" not in told


def test_a_closed_matter_leaves_no_buttons_on_any_coaching_card(stage: Stage) -> None:
    troubled(stage)
    stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
    stage.press("张主管", "resolve")
    for room, kind in (("@小李", "whisper"), ("@张主管", "coach")):
        (card,) = cards(stage, room, kind)
        assert (card["buttons"], card["state"]) == ([], "已收尾")
        assert "form" not in [b["type"] for b in card["blocks"]]


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
    from tests.handlers.stage import PEOPLE

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
