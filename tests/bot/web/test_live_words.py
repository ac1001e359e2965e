"""What the live view and the front page say: findings at their words, for those who may know them, true by now."""

import re
from datetime import timedelta

import pytest

from storage.db import Store
from tests.bot.web.door import Door, serve, token_of, words_of
from tests.handlers.stage import Stage, text_of


@pytest.fixture
def door(store: Store) -> Door:
    opened = Door(Stage(store))
    opened.tell_everybody()
    return opened


def test_red_lines_are_not_shown_to_the_agent_they_speak_of(door: Door) -> None:
    door.stage.assigned("xiaoli")
    door.stage.customer("能不能快点")
    door.stage.agent("你有病吧，爱买不买")
    address = door.address_of()
    assert 'class="note' in door.browser("张主管").get(address).text
    mine = door.browser("小李").get(address).text
    assert "redline" not in mine
    assert not re.search(r"<mark>(有病|爱买不买)", mine)


def test_what_a_red_line_says_of_a_colleague_is_for_those_who_answer_for_them(door: Door) -> None:
    """Neither on the page, nor at its desk, nor on the front page, nor in the answer why nobody was called."""
    door.stage.assigned("xiaoli")
    door.stage.customer("能不能快点")
    door.stage.agent("你是不是傻，爱买不买，滚")
    address = door.address_of()
    for person in ("张主管", "陈质检", "阿明", "小李"):
        told = person in ("张主管", "陈质检")
        page = door.browser(person).get(address).text
        assert ("red_rude" in page) == told, person
        assert ("#A1" in page) == told, person
        assert ("/do/" in page) == told, person
        assert ("#A1" in door.browser(person).get("/").text) == told, person
    for person, told in (("张主管", True), ("阿明", False)):
        door.stage.say(person, "为什么没提醒 c1", f"@{person}")
        answer = text_of(door.stage.cards(f"@{person}")[-1])
        assert ("A1" in answer, "红色" in answer) == (told, told), person


def test_what_was_found_in_earlier_words_stays_marked_there(door: Door) -> None:
    serve(door)
    door.stage.customer("你们客服就是傻逼")
    door.stage.customer("一群没用的东西")
    page = door.browser("张主管").get(door.address_of()).text
    for word in ("傻逼", "没用的东西"):
        assert re.search(f"<mark>[^<]*{word}", page), word


def test_an_alert_has_one_first_line_wherever_it_is_told(door: Door) -> None:
    address = serve(door)
    line = str(door.stage.card()["title"]).removeprefix("🔴 ")
    lead = door.browser("张主管")
    assert line in words_of(lead.get(address))
    assert line in words_of(lead.get("/"))
    door.stage.say("张主管", "告警", "@张主管")
    assert line in text_of(door.stage.cards("@张主管")[-1])


def test_checks_and_calls_are_told_in_plain_words(door: Door) -> None:
    address = serve(door)
    door.stage.customer("到底有没有人管")
    assert "多次表达不满 · repeated_dissatisfaction@" in words_of(door.browser("张主管").get(address))
    door.stage.passes(minutes=20)
    page = words_of(door.browser("张主管").get(address))
    assert "叫了张主管" in page
    assert "请人来看" not in page


def test_a_wait_is_told_as_long_as_it_is_now(door: Door) -> None:
    door.stage.assigned("xiaoli")
    door.stage.customer("在吗，我的尺码发错了，能换一件吗")
    door.stage.passes(minutes=12)
    door.stage.at += timedelta(minutes=3)  # nobody has looked again since
    lead = door.browser("张主管")
    assert "客户已等 15 分钟" in words_of(lead.get("/"))
    page = words_of(lead.get(door.address_of()))
    assert "客户在等回复" in page
    assert "已等 1" not in page


def test_a_customer_who_was_calmed_is_not_called_pressing(door: Door) -> None:
    address, lead = serve(door), door.browser("张主管")
    assert ">很着急<" in lead.get(address).text
    door.stage.customer("好的谢谢，你们真好")
    door.stage.say("张主管", "解决 A1 已退款", "@张主管")
    assert ">很着急<" not in lead.get(address).text


def test_an_agents_front_page_does_not_speak_of_alerts_they_cannot_see(door: Door) -> None:
    serve(door)
    agent = door.browser("小李")
    agent.post("/known", {"csrf": token_of(agent.get("/"))})
    assert "客户着急时，我会私下找你" in words_of(agent.get("/"))
    assert "大家都被照顾到了" not in words_of(agent.get("/"))


def test_findings_stand_at_their_words_with_rule_and_advice(door: Door) -> None:
    page = door.browser("张主管").get(serve(door)).text
    assert "<mark>12315</mark>" in page
    assert "threat_regulator@1" in page
    assert "由主管接手" in page
