"""The case library's pages: found by meaning, written and approved by those who may, taught with."""

import re
from dataclasses import replace

import pytest

from bot.files import talk_files
from storage import case_wordings, cases, outcomes
from storage.cases import Source, Told
from storage.db import Store
from tests.bot.web.door import Browser, Door, token_of, words_of
from tests.handlers.stage import Stage

REFUND = Told(
    "退款一直没到", "钱怎么还没到账，都五天了", "谢谢你，下次还来", "我这就去催，18 点前给您回话", "18 点前给您回话",
    "退款退货", "给准信", "数码",
)  # fmt: skip
PARCEL = Told("快递停住了", "快递停在中转站三天没动", line="我这就联系快递", reason="物流")


@pytest.fixture
def door(store: Store) -> Door:
    opened = Door(Stage(store))
    opened.tell_everybody()
    for key, told in (("one", REFUND), ("two", PARCEL)):
        source = Source(key, "star")
        store.transact(lambda tx, s=source, t=told: cases.collect(tx, s, t, "陈质检", opened.stage.at))  # type: ignore[misc]
    store.transact(lambda tx: cases.note(tx, Source("saved:x", "saved"), Told(before="还没收的一段"), opened.stage.at))
    return opened


def send(browser: Browser, what: str, **form: str) -> int:
    page = browser.get("/cases/1")
    return browser.post(f"/cases/1/{what}", {"csrf": token_of(page), **form}).status_code


def test_a_case_is_found_by_other_words_and_by_tags(door: Door) -> None:
    agent = door.browser("小李")
    found = words_of(agent.get("/cases?q=返钱 等太久"))
    assert "退款一直没到" in found
    assert "快递停住了" not in found
    assert "退款一直没到" not in words_of(agent.get("/cases?reason=物流"))


def test_qa_writes_and_approves_a_wording_and_agents_only_read(door: Door) -> None:
    qa, agent = door.browser("陈质检"), door.browser("小李")
    assert send(agent, "wording", text="改一改") == 403
    assert send(qa, "wording", text="今天 18 点前给您准信，我盯着。", why="更短") == 303
    assert "今天 18 点前给您准信" not in words_of(agent.get("/cases"))
    assert send(door.browser("阿明"), "approve", version="1") == 403
    assert send(qa, "approve", version="1") == 303
    assert "今天 18 点前给您准信，我盯着。" in words_of(agent.get("/cases"))
    assert "第 1 版" in words_of(agent.get("/cases/1"))


def test_what_waits_to_be_taken_in_is_for_those_who_keep_the_library(door: Door) -> None:
    qa, agent = door.browser("陈质检"), door.browser("小李")
    assert "还没收的一段" in words_of(qa.get("/cases?show=candidates"))
    assert "还没收的一段" not in words_of(agent.get("/cases?show=candidates"))
    assert agent.get("/cases/3").status_code == 403
    qa.post("/cases/3/collect", {"csrf": token_of(qa.get("/cases/3"))})
    assert agent.get("/cases/3").status_code == 200


def test_who_used_it_says_so(door: Door) -> None:
    assert send(door.browser("小李"), "used") == 303
    with door.stage.store.read() as tx:
        assert case_wordings.used(tx, [1]) == {1: 1}


def test_the_library_is_taken_away_for_training_as_markdown(door: Door) -> None:
    told = door.browser("小李").get("/cases.md?reason=退款退货").text
    assert re.search(r"## 退款退货\n\n### S1 退款一直没到", told)
    assert "- **客户进门时**：钱怎么还没到账，都五天了" in told
    assert "快递停住了" not in told


def test_one_minute_is_five_slides_with_captions(door: Door) -> None:
    page = door.browser("小李").get("/cases/1/play").text
    assert page.count("data-slide") == 5
    assert page.count('class="caption"') == 5
    for words in ("钱怎么还没到账", "这一招：给准信", "18 点前给您回话", "下次还来"):
        assert words in page


@pytest.mark.parametrize(("helped", "shown"), [(170, True), (105, False)])
def test_what_a_wording_goes_with_stands_beside_it_once_it_is_measured(door: Door, helped: int, shown: bool) -> None:
    stage = door.stage
    stage.ctx = replace(stage.ctx, talk_tracks=talk_files.tracks())
    measured = {"with": {"退款退货/hard": [200.0, float(helped)]}, "without": {"退款退货/hard": [200.0, 100.0]}}
    day = {"~exact_time": {**measured, "examples": []}}
    stage.store.transact(lambda tx: outcomes.put(tx, stage.at.date(), day, stage.at))
    agent = Door(stage, address=door.address).browser("小李")
    refund, parcel = (words_of(agent.get(f"/cases/{n}")) for n in (1, 2))
    assert ("说了 85%（共 200），没说 50%（共 200）" in refund) is shown
    assert ("相关，不等于因果" in refund) is shown
    assert "量过" not in parcel


def praised(door: Door, answer: str) -> None:
    """小周's highlight S4, and what they said when they were asked."""
    stage = door.stage
    stage.assigned("xiaozhou", "c9")
    stage.customer("你们是骗子吧，衣服怎么破的", "c9")
    stage.agent("这事搁我身上我也急，我盯到底，18 点前给您回话", "c9", "xiaozhou")
    stage.customer("姐姐你人真好，服务态度特别好，下次还找你", "c9")
    (card,) = (card for card in stage.cards("@小周") if card["kind"] == "ask")
    stage.press_value("小周", card, answer, "S4", "@小周")


def test_a_private_highlight_is_seen_by_its_agent_alone(door: Door) -> None:
    praised(door, "praise_private")
    statuses = {
        name: door.browser(name).get("/cases/4").status_code for name in ("小周", "小李", "张主管", "陈质检", "老管")
    }
    assert statuses == {"小周": 200, "小李": 404, "张主管": 404, "陈质检": 404, "老管": 404}
    qa = door.browser("陈质检")
    csrf = token_of(qa.get("/cases/1"))
    assert qa.post("/cases/4/collect", {"csrf": csrf}).status_code == 409
    assert [qa.post(f"/cases/4/{what}", {"csrf": csrf}).status_code for what in ("retire", "wording", "describe")] == [
        404
    ] * 3
    assert qa.get("/cases/4").status_code == 404


def test_a_highlight_that_waits_to_be_collected_is_its_team_s(door: Door) -> None:
    praised(door, "praise_open")
    for name, status in (("张主管", 200), ("王主管", 403)):
        browser = door.browser(name)
        assert browser.get("/cases/4").status_code == status
        assert ("/cases/4" in browser.get("/cases?show=candidates").text) is (status == 200)


def test_nothing_is_done_to_a_case_that_is_not_in_the_library_but_to_put_it_back(door: Door) -> None:
    qa = door.browser("陈质检")
    csrf = token_of(qa.get("/cases/1"))
    assert qa.post("/cases/1/retire", {"csrf": csrf}).status_code == 303
    for what in ("retire", "wording", "approve", "describe", "confirm", "used"):
        assert qa.post(f"/cases/1/{what}", {"csrf": csrf, "text": "改", "version": "1"}).status_code == 404
    assert "放回案例库" in qa.get("/cases/1").text
    assert qa.post("/cases/1/collect", {"csrf": csrf}).status_code == 303
    assert "退款一直没到" in words_of(qa.get("/cases"))


def test_a_wording_that_people_chose_is_told_as_such_and_not_as_said_to_the_customer(door: Door) -> None:
    chosen = Told("共评：降价了", before="刚买就降价了", line="差价我帮您申请", says="共评定为不扣，这句最多人选")
    source = Source("poll:1", "poll")
    number = door.stage.store.transact(lambda tx: cases.collect(tx, source, chosen, "大家", door.stage.at))
    agent = door.browser("小李")
    slides = words_of(agent.get(f"/cases/{number}/play"))
    assert "差价我帮您申请" in slides
    assert "投票选出来" in slides
    assert not any(words in slides for words in ("接待的同事", "客户是这样离开的", "这一招"))
    assert "**大家选出的说法**：差价我帮您申请" in agent.get("/cases.md").text


def test_a_case_without_words_to_copy_has_no_slides_yet(door: Door) -> None:
    lesson = Told(before="快递三天没动了")
    source = Source("finding:shop:c1", "finding")
    number = door.stage.store.transact(lambda tx: cases.collect(tx, source, lesson, "陈质检", door.stage.at))
    agent = door.browser("小李")
    assert "/play" not in agent.get(f"/cases/{number}").text
    assert agent.get(f"/cases/{number}/play").status_code == 404
