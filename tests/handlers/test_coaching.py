"""Stepping in while the customer is still there: whispers and their answers, taking over, handing on."""

from typing import Any

from handlers.protocols import Reply
from storage import audit, whispers
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
