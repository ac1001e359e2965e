"""Stepping in from the live view: the same acts and permissions as on cards, and nothing by a forged form."""

import re

import pytest

from storage import alerts, whispers
from storage.db import Store
from tests.bot.web.door import Browser, Door, token_of, words_of
from tests.handlers.stage import Stage


@pytest.fixture
def door(store: Store) -> Door:
    opened = Door(Stage(store))
    opened.tell_everybody()
    opened.stage.assigned("xiaoli")
    opened.stage.angry()
    return opened


def do(door: Door, browser: Browser, act: str, **form: str) -> int:
    """Fill in the desk's form on the page and send it."""
    address = door.address_of()
    page = browser.get(address)
    answer = browser.post(f"{address}/do/{act}", {"csrf": token_of(page), "value": "A1", **form})
    door.stage.settle()
    return answer.status_code


def test_a_whisper_and_its_answer_go_over_the_page(door: Door) -> None:
    lead, agent = door.browser("张主管"), door.browser("小李")
    assert do(door, lead, "claim") == 303
    assert do(door, lead, "whisper", text="先道歉，再给时间") == 303
    assert "先道歉，再给时间" in words_of(agent.get(door.address_of()))
    assert do(door, agent, "got_it", value="A1/1") == 303
    told = words_of(lead.get(door.address_of()))
    assert "先道歉，再给时间 14:00 收到" in told
    assert "小李 收到了提示" in told


def test_a_suggestion_is_whispered_with_one_tap_and_answered_in_place(door: Door) -> None:
    lead, address = door.browser("张主管"), door.address_of()
    page = lead.get(address)
    found = re.search(r'name="choice" value="(\w+)">([^<]+)<', page.text)
    assert found
    form = {"csrf": token_of(page), "value": "A1", "choice": found[1]}
    answer = lead.post(f"{address}/do/whisper", form, x_desk="1")
    assert answer.status_code == 200
    assert "已经悄悄告诉接待的同事了" in words_of(answer)
    assert "<html" not in answer.text
    with door.stage.store.read() as tx:
        assert [w.words for w in whispers.of(tx, 1)] == [found[2]]


def test_taking_over_and_handing_on_from_the_page(door: Door) -> None:
    lead = door.browser("张主管")
    assert do(door, lead, "hand_to", text="阿明") == 303
    assert do(door, lead, "take_over") == 303
    with door.stage.store.read() as tx:
        assert [s.step for s in alerts.steps(tx, 1)][-2:] == ["hand_to", "take_over"]


def test_who_may_not_gets_a_kind_word_and_nothing_happens(door: Door) -> None:
    agent = door.browser("小李")
    assert do(door, agent, "whisper", text="自言自语") == 409
    assert do(door, agent, "take_over") == 409
    assert "私下提示" not in agent.get(door.address_of()).text
    assert door.browser("小周").post(f"{door.address_of()}/do/claim", {"value": "A1"}).status_code == 403
    with door.stage.store.read() as tx:
        assert whispers.of(tx, 1) == []
        assert alerts.get(tx, 1).state == "open"


def test_a_form_speaks_only_for_the_conversation_of_its_page(door: Door) -> None:
    door.stage.angry("c2")
    lead = door.browser("张主管")
    assert do(door, lead, "claim", value="A2") == 409
    assert do(door, lead, "mute") == 404
    assert lead.post(f"{door.address_of()}/do/claim", {"value": "A1"}).status_code == 403  # without its token
    with door.stage.store.read() as tx:
        assert [a.state for a in alerts.not_closed(tx)] == ["open", "open"]
