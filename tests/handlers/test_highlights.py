"""Stories about praise: the agent is asked first, the team is glad, and whoever wants it back gets it back."""

from typing import Any

import pytest

from storage import cases, highlights
from tests.handlers.stage import Stage, facts, text_of

CAME, LEFT = "你们是骗子吧，衣服怎么破的", "姐姐你人真好，服务态度特别好，下次还找你"
SAID = "这事搁我身上我也急，我盯到底，18 点前给您回话"


def serve(stage: Stage, agent: str = "xiaozhou", conversation: str = "c1") -> None:
    stage.assigned(agent, conversation)
    stage.customer(CAME, conversation)
    stage.agent(SAID, conversation, agent)
    stage.customer(LEFT, conversation)


def star(stage: Stage, room: str = "team") -> dict[str, Any]:
    (only,) = (card for card in stage.cards(room) if card["kind"] == "star")
    return only


def asked(stage: Stage, person: str = "小周") -> dict[str, Any]:
    (only,) = (card for card in stage.cards(f"@{person}") if card["kind"] == "ask")
    return only


def test_the_agent_is_asked_before_anybody_hears_of_it(stage: Stage) -> None:
    serve(stage)
    assert not [c for c in (*stage.cards("team"), *stage.cards("leads")) if c["kind"] == "star"]
    told = text_of(asked(stage))
    assert all(words in told for words in (CAME, "我盯到底", "同意公开", "匿名", "不公开", "60 分钟"))


def test_with_consent_the_team_sees_how_the_customer_came_and_left_and_what_turned_it(stage: Stage) -> None:
    serve(stage)
    assert stage.press_value("小周", asked(stage), "praise_open", "S1", "@小周").ok
    card = star(stage)
    assert card["title"].endswith("小周")
    quotes = {b["who"]: b["text"] for b in card["blocks"] if b["type"] == "quote"}
    assert quotes == {"客户进门时": CAME, "客户离开时": LEFT}
    assert "转折点，也是可以抄走的一句：先认领问题——" in text_of(card)
    assert text_of(card).count(SAID) == 1
    assert [b["text"] for b in card["buttons"]] == ["👍", "收入案例库", "提名服务之星", "不合适"]
    assert asked(stage)["state"] == "已公开"


def test_a_sentence_that_began_with_the_customer_s_name_reads_well_without_it(stage: Stage) -> None:
    stage.assigned("xiaozhou", "c1")
    stage.customer(CAME, "c1")
    stage.agent("王女士，这事我来负责到底。王女士，18 点前给您回话", "c1", "xiaozhou")
    stage.customer(LEFT, "c1")
    assert "「这事我来负责到底。18 点前给您回话」" in text_of(asked(stage))


def test_without_an_answer_the_default_counts_after_an_hour(stage: Stage) -> None:
    serve(stage)
    stage.passes(minutes=59)
    assert not [c for c in stage.cards("team") if c["kind"] == "star"]
    stage.passes(minutes=2)
    assert "小周" not in text_of(star(stage))
    assert star(stage, "leads")["title"].endswith("小周")
    assert asked(stage)["state"] == "已匿名分享"


def test_who_keeps_it_private_is_asked_no_more_and_nobody_hears_of_it(stage: Stage) -> None:
    serve(stage)
    assert stage.press_value("小周", asked(stage), "praise_private", "S1", "@小周").ok
    stage.passes(minutes=120)
    assert not [c for c in (*stage.cards("team"), *stage.cards("leads")) if c["kind"] == "star"]


def test_a_changed_mind_takes_the_name_or_the_card_back(stage: Stage) -> None:
    serve(stage)
    stage.press_value("小周", asked(stage), "praise_open", "S1", "@小周")
    stage.press_value("小周", asked(stage), "praise_anonymous", "S1", "@小周")
    assert "小周" not in text_of(star(stage))
    stage.press_value("小周", asked(stage), "praise_private", "S1", "@小周")
    assert star(stage)["state"] == "已收起"
    assert CAME not in text_of(star(stage))


def test_nobody_answers_for_somebody_else(stage: Stage) -> None:
    serve(stage)
    stage.say("小李", "同意公开 S1", "@小李")
    assert "由 TA 自己来决定" in text_of(stage.cards("@小李")[-1])
    assert not [c for c in stage.cards("team") if c["kind"] == "star"]


def test_each_is_glad_once_and_nobody_cheers_for_themselves(stage: Stage) -> None:
    serve(stage, "xiaoli")
    for person, ok in (("小周", True), ("小周", True), ("张主管", True), ("小李", False)):
        assert stage.press_value(person, star(stage), "like", "S1", "team").ok is ok
    assert star(stage)["buttons"][0]["text"] == "👍 2"
    assert stage.press_value("小周", star(stage), "nominate", "S1", "team").ok
    assert facts(star(stage))["提名服务之星"] == "1 人"
    with stage.store.read() as tx:
        (one,) = highlights.nominations(tx, stage.at.replace(hour=0), stage.at.replace(hour=23))
    assert (one.person, one.by) == ("小李", ("小周",))


def test_what_does_not_fit_is_taken_back_kindly_and_is_a_verdict(stage: Stage) -> None:
    serve(stage, "xiaoli")
    assert not stage.press_value("小周", star(stage), "not_fitting", "S1", "team").ok
    assert stage.press_value("张主管", star(stage), "not_fitting", "S1", "team").ok
    for room in ("team", "leads"):
        card = star(stage, room)
        assert card["state"] == "已收起"
        assert not any(words in text_of(card) for words in (CAME, "小李", "张主管"))
    assert not stage.press_value("小周", star(stage), "like", "S1", "team").ok


@pytest.mark.parametrize(("text", "works"), [("收入案例库 S1", True), ("收入案例库 99", False)])
def test_a_highlight_joins_the_library_by_a_word(stage: Stage, text: str, works: bool) -> None:
    serve(stage, "xiaoli")
    stage.say("陈质检", text, "leads")
    assert (star(stage)["state"] == "已收入案例库") is works


def test_the_admin_sees_praise_and_alerts_side_by_side(stage: Stage) -> None:
    serve(stage, "xiaoli")
    stage.say("老管", "状态", "@老管")
    told = facts(stage.cards("@老管")[-1])
    assert told["公开的夸奖和告警"].startswith("近 7 天夸奖")


@pytest.mark.parametrize("answer", ["", "praise_private"])
def test_what_its_agent_did_not_agree_to_does_not_join_the_library(stage: Stage, answer: str) -> None:
    serve(stage)
    if answer:
        stage.press_value("小周", asked(stage), answer, "S1", "@小周")
    stage.say("陈质检", "收入案例库 S1", "@陈质检")
    assert "要当事人点头才能收" in text_of(stage.cards("@陈质检")[-1])
    with stage.store.read() as tx:
        assert cases.search(tx, "") == []


def test_who_keeps_it_private_after_all_takes_it_out_of_the_library_too(stage: Stage) -> None:
    serve(stage)
    stage.press_value("小周", asked(stage), "praise_open", "S1", "@小周")
    stage.say("陈质检", "收入案例库 S1", "@陈质检")
    with stage.store.read() as tx:
        assert [case.person for case in cases.search(tx, "骗子")] == ["小周"]
    stage.press_value("小周", asked(stage), "praise_anonymous", "S1", "@小周")
    with stage.store.read() as tx:
        assert [case.person for case in cases.search(tx, "骗子")] == [""]
    stage.press_value("小周", asked(stage), "praise_private", "S1", "@小周")
    with stage.store.read() as tx:
        assert cases.search(tx, "骗子") == []
    stage.press_value("小周", asked(stage), "praise_open", "S1", "@小周")
    assert [b["text"] for b in star(stage)["buttons"]][1] == "收入案例库"
