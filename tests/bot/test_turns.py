"""Nobody asks so much that others have to wait: a limit for each person, on the chat and on the pages."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot import turns
from bot.turns import Turn, Turns
from handlers.protocols import Pressed
from storage.db import Store
from storage.tables import AUDIT, POST
from tests.bot.web.door import Door, token_of
from tests.handlers.stage import START, Stage, text_of

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def stage(store: Store) -> Stage:
    """With the limit that people have."""
    stage = Stage(store)
    stage.hearing = replace(stage.hearing, turns=Turns())
    return stage


def said_to(stage: Stage, person: str) -> list[str]:
    with stage.store.read() as tx:
        return [text_of(row.card) for row in tx.execute(select(POST)) if row.room == person or row.room == "leads"]


def test_a_hundred_commands_at_once_are_answered_as_far_as_a_hand_types(stage: Stage) -> None:
    for _ in range(100):
        stage.say("张主管", "帮助")
    told = said_to(stage, "张主管")
    assert len(told) == turns.MOST // turns.COMMAND + 1
    assert sum("一下子问得太多了" in one for one in told) == 1
    with stage.store.read() as tx:
        refused = [(row.actor, row.action) for row in tx.execute(select(AUDIT)) if not row.allowed]
    assert refused == [("张主管", "too_many")]


def test_others_are_answered_meanwhile_and_they_again_after_a_minute(stage: Stage) -> None:
    for _ in range(100):
        stage.say("张主管", "帮助")
    before = len(said_to(stage, "老管"))
    stage.say("老管", "帮助")
    assert len(said_to(stage, "老管")) == before + 1
    stage.at += timedelta(minutes=1)
    stage.say("张主管", "帮助")
    assert len(said_to(stage, "老管")) == before + 2


def test_a_press_too_many_does_nothing_and_says_so(stage: Stage) -> None:
    stage.angry()
    card = stage.card()
    press = Pressed("sandbox", "", "leads", card["key"], "小周", "claim", "A1")
    for _ in range(int(turns.MOST)):
        stage.hearing.turns.take(("sandbox", "小周"), stage.at)
    reply = stage._told(stage.hearing.pressed(press))
    assert (reply.ok, "太快了" in reply.toast) == (False, True)
    assert stage.press_value("张主管", card, "claim", "A1", "leads").ok


def test_forms_of_the_pages_have_the_same_limit(stage: Stage) -> None:
    door = Door(stage)
    door.tell_everybody()
    browser = door.browser("小李")
    token = token_of(browser.get("/"))
    answers = [browser.post("/known", {"csrf": token}).status_code for _ in range(int(turns.MOST) + 1)]
    assert answers.count(429) == 1
    assert browser.get("/").status_code == 200
    assert "歇一分钟" in browser.post("/known", {"csrf": token}).text


def test_who_has_rested_is_forgotten(store: Store) -> None:
    limits = Turns()
    for number in range(turns.KNOWN + 10):
        assert limits.take(number, START + timedelta(minutes=number)) is Turn.FREE
    assert len(limits._left) < turns.KNOWN


def test_a_clock_that_goes_back_gives_no_turns(store: Store) -> None:
    limits = Turns(2)
    at = [START, START - timedelta(hours=1), START - timedelta(hours=1), START]
    assert [limits.take("张主管", one) for one in at] == [Turn.FREE, Turn.FREE, Turn.TELL, Turn.OVER]
