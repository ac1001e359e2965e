"""The page of growth: one's own plan, the team's for its lead, and changes by the same acts as on cards."""

from datetime import date

import pytest

from storage import growth as records
from storage.db import Store
from tests.bot.web.door import Browser, Door, token_of
from tests.handlers.portrait_days import Worker, seed
from tests.handlers.stage import Stage

YESTERDAY = date(2026, 11, 19)


@pytest.fixture
def door(store: Store) -> Door:
    workers = {"shop:xiaoli": Worker(worse_at="退款退货"), "shop:xiaozhou": Worker(), "shop:aming": Worker()}
    seed(store, workers, YESTERDAY, days=28, n=20)
    door = Door(Stage(store))
    door.tell_everybody()
    return door


def send(browser: Browser, path: str, **form: str) -> int:
    return browser.post(path, {**form, "csrf": token_of(browser.get("/growth"))}).status_code


def goals(door: Door, name: str) -> list[tuple[str, str, str, str]]:
    with door.stage.store.read() as tx:
        return [(g.measure, g.reason, g.state, g.set_by) for g in records.of(tx, name)]


def test_a_look_gives_no_goals_a_press_does_and_one_may_be_put_aside(door: Door) -> None:
    browser = door.browser("小李")
    page = browser.get("/growth").text
    assert "练这些帮助最大" in page
    assert "退款退货的一次解决" in page
    assert goals(door, "小李") == []
    assert send(browser, "/growth/小李/take") == 200
    assert "1. 退款退货的一次解决" in browser.get("/growth").text
    with door.stage.store.read() as tx:
        code = records.of(tx, "小李")[0].code
    assert send(browser, "/growth/小李/decline", goal=code) == 200
    assert goals(door, "小李")[0][:3] == ("solved", "退款退货", "declined")
    assert "退款退货的一次解决" not in browser.get("/growth").text
    assert send(browser, "/growth/小李/decline", goal=code) == 409


def test_a_lead_sees_the_team_s_plans_and_sets_a_goal(door: Door) -> None:
    lead = door.browser("张主管")
    assert 'href="/team/%E5%94%AE%E5%90%8E/growth"' in lead.get("/growth").text
    assert send(lead, "/growth/小周/set", measure="一次解决", reason="物流") == 200
    assert goals(door, "小周") == [("solved", "物流", "open", "张主管")]
    assert "物流的一次解决" in lead.get("/team/售后/growth").text
    assert "张主管 定的" in lead.get("/growth/小周").text
    assert send(lead, "/growth/小周/set", measure="没有", reason="") == 409
    assert send(lead, "/growth/小周/nothing") == 404


def test_plans_are_nobody_else_s(door: Door) -> None:
    other = door.browser("小周")
    assert [other.get(path).status_code for path in ("/growth/小李", "/team/售后/growth")] == [403, 403]
    assert send(other, "/growth/小李/set", measure="满意度", reason="") == 403
    assert goals(door, "小李") == []
