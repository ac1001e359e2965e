"""Pages of portraits: each sees what is theirs, and every number leads to its conversations."""

import re
from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.files import metric_packs
from handlers.counting import figures
from storage.db import Store
from tests.bot.web.door import Door
from tests.handlers.portrait_days import Worker, seed
from tests.handlers.stage import Stage

TODAY = date(2026, 11, 20)


@pytest.fixture
def door(store: Store) -> Door:
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, metrics=metric_packs.choice("wangwang", {}))
    workers = {"shop:xiaoli": Worker(first=15, worse_at="退款退货"), "shop:xiaozhou": Worker(), "shop:aming": Worker()}
    seed(store, workers, TODAY - timedelta(days=1), days=28)
    stage.customer("快递到哪了，怎么还没到")
    stage.assigned("xiaoli")
    stage.passes(seconds=20)
    stage.agent("您好，今晚 8 点前送到，我盯着")
    stage.resolved()
    door = Door(stage)
    figures.roll_up(door.stage.ctx, TODAY)
    door.tell_everybody()
    return door


def test_mine_shows_what_i_am_good_at_and_how_each_platform_counts(door: Door) -> None:
    page = door.browser("小李").get("/me").text
    assert "拿手：<b>首响" in page
    assert "可以练：<b>退款退货的一次解决" in page
    assert "<svg" in page
    assert "近似" in page
    assert "旺旺" in page
    assert "style=" not in page


def test_a_number_leads_to_its_conversations(door: Door) -> None:
    browser = door.browser("小李")
    page = browser.get("/me?span=今天").text
    more = re.search(r'href="(/me/conversations\?measure=first_reply[^"]*)"', page)
    assert more is not None
    behind = browser.get(more[1].replace("&amp;", "&")).text
    assert "20 秒" in behind
    link = re.search(r'href="(/c/[^"]+)"', behind)
    assert link is not None
    assert browser.get(link[1]).status_code == 200


@pytest.mark.parametrize(
    ("person", "status"),
    [("小周", 403), ("王主管", 403), ("老管", 403), ("张主管", 200), ("陈质检", 200), ("小李", 200)],
)
def test_anothers_portrait_is_for_their_lead_and_qa(door: Door, person: str, status: int) -> None:
    browser = door.browser(person)
    assert browser.get("/portrait/小李").status_code == status
    assert browser.get("/portrait/小李/conversations").status_code == status


def test_a_team_shows_people_only_to_who_looks_after_them(door: Door) -> None:
    lead, agent = door.browser("张主管").get("/team/售后").text, door.browser("小周").get("/team/售后").text
    assert "每位同事" in lead
    assert "/portrait/%E5%B0%8F%E6%9D%8E" in lead
    assert "每位同事" not in agent
    assert "小李" not in agent
    assert door.browser("小周").get("/team/售后/conversations").status_code == 403
    assert door.browser("张主管").get("/team/售后/conversations").status_code == 200


def test_a_team_or_a_person_that_is_not_there(door: Door) -> None:
    browser = door.browser("陈质检")
    assert browser.get("/team/没有").status_code == 404
    assert browser.get("/portrait/没有").status_code == 404
    assert browser.get("/me?span=乱写").status_code == 200
    assert browser.get("/me/conversations?measure=nothing&span=x").status_code == 200


def test_what_does_not_fit_on_a_page_is_on_the_next(door: Door) -> None:
    browser = door.browser("小李")
    first = browser.get("/me/conversations").text
    assert "第 1–200 段" in first
    assert "上一页" not in first
    more = re.search(r'href="(\?[^"]*page=2[^"]*)"', first)
    assert more
    second = browser.get("/me/conversations" + more[1].replace("&amp;", "&")).text
    assert re.search(r"第 201–\d+ 段", second)
    assert "上一页" in second
    assert "下一页" not in second


def test_a_shop_is_for_leads_and_qa_and_leads_to_its_conversations(door: Door) -> None:
    lead = door.browser("张主管")
    assert 'href="/shop"' in lead.get("/team/售后").text
    assert lead.get("/shop").headers["location"] == "/shop/%E4%BA%91%E9%9B%80%E6%97%97%E8%88%B0%E5%BA%97"
    page = lead.get("/shop/云雀旗舰店?span=今天").text
    assert "<b>今天，1 段</b>" in page
    more = re.search(r'href="(/shop/[^"]*/conversations\?measure=first_reply[^"]*)"', page)
    assert more is not None
    behind = lead.get(more[1].replace("&amp;", "&")).text
    assert "20 秒" in behind
    assert "小李" not in behind
    assert lead.get("/shop/没有").status_code == 404
    agent = door.browser("小李")
    assert [agent.get(path).status_code for path in ("/shop", "/shop/云雀旗舰店")] == [403, 403]
    assert 'href="/shop"' not in agent.get("/team/售后").text
