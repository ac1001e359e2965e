"""Voting on a page: one's own answers only while it is open, no names ever, the results once it is closed."""

from datetime import timedelta

import pytest

from storage import ballots
from storage.db import Store
from tests.bot.web.door import Browser, Door, token_of, words_of
from tests.handlers.calibration import WEDNESDAY, closed, goes, opened, ready, vote
from tests.handlers.stage import Stage

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)  # the stories run on both engines


@pytest.fixture
def door(store: Store) -> Door:
    return Door(ready(Stage(store)))


def send(browser: Browser, **fields: str) -> int:
    token = token_of(browser.get("/polls/1"))
    return browser.post("/polls/1", {"csrf": token, **fields}).status_code


def test_a_ballot_a_cause_and_a_wording_in_one_form_and_again_until_the_close(door: Door) -> None:
    case = opened(door.stage)[0]
    browser = door.browser("小周")
    assert browser.get("/polls").headers["location"] == "/polls/1"
    assert send(browser, case=case.code, choice="deduct", severity="2", cause="process", text="我先帮您申请价保") == 303
    assert "已记下：扣分 · 中 · 流程" in words_of(browser.get("/polls/1"))
    assert send(browser, case=case.code, choice="keep") == 303
    page = words_of(browser.get("/polls/1"))
    assert "已记下：不扣 · 流程" in page
    assert "已投 1 人" in page
    with door.stage.store.read() as tx:
        (only,) = ballots.votes(tx, case.id)
        assert only.choice == "keep"
        assert ballots.wordings(tx, case.id)[0].text == "我先帮您申请价保"


def test_the_page_and_the_chat_are_one_ballot(door: Door) -> None:
    case = opened(door.stage)[0]
    vote(door.stage, "小周", case, "deduct.1")
    send(door.browser("小周"), case=case.code, choice="unsure")
    with door.stage.store.read() as tx:
        assert [one.choice for one in ballots.votes(tx, case.id)] == ["unsure"]


def test_others_ballots_and_names_are_on_no_page_before_the_close_nor_after(door: Door) -> None:
    case = opened(door.stage)[0]
    for person in ("张主管", "陈质检", "阿明"):
        vote(door.stage, person, case, "keep")
    page = words_of(door.browser("小周").get("/polls/1"))
    assert "已投 3 人" in page
    assert not any(name in page for name in ("张主管", "阿明", "小李", "王女士"))
    closed(door.stage)
    after = words_of(door.browser("小周").get("/polls/1"))
    assert "3 人投票：扣 0 · 不扣 3 · 不确定 0 → 不扣" in after
    assert not any(name in after for name in ("张主管", "陈质检", "阿明", "小李", "王女士"))


def test_the_agent_of_the_case_has_a_word_and_no_vote(door: Door) -> None:
    case = opened(door.stage)[0]
    browser = door.browser("小李")
    assert "这题不用投" in words_of(browser.get("/polls/1"))
    assert send(browser, case=case.code, choice="keep") == 409
    assert send(browser, case=case.code, own="1", text="那天系统查不到") == 303
    assert "那天系统查不到" in words_of(door.browser("小周").get("/polls/1"))


def test_wordings_are_chosen_without_their_authors(door: Door) -> None:
    case = opened(door.stage)[0]
    send(door.browser("小周"), case=case.code, choice="keep", text="我先帮您申请价保")
    send(door.browser("阿明"), case=case.code, choice="keep", text="我查一下，5 分钟内给您准信")
    goes(door.stage, WEDNESDAY + timedelta(minutes=61))
    browser = door.browser("张主管")
    page = words_of(browser.get("/polls/1"))
    assert "我先帮您申请价保" in page
    assert "小周" not in page
    assert send(browser, case=case.code, wording="1") == 303
    with door.stage.store.read() as tx:
        assert ballots.liked(tx, case.id) == [1]
    after = browser.get("/polls/1")
    assert 'value="1" required checked' in after.text
    assert "选好了，公布前可以改" in words_of(after)


def test_what_is_refused_changes_nothing_of_what_was_sent_with_it(door: Door) -> None:
    case = opened(door.stage)[0]
    browser = door.browser("小周")
    assert send(browser, case=case.code, choice="deduct", severity="2", text="啊") == 409
    assert send(browser, case=case.code, choice="keep", cause="xxx") == 409
    with door.stage.store.read() as tx:
        assert ballots.votes(tx, case.id) == []
        assert ballots.from_ledger(tx, case.id) == {}


def test_strangers_log_in_first_and_nothing_is_shown_before_it_opens(door: Door) -> None:
    assert door.browser().get("/polls/1").status_code == 303
    assert door.browser("小周").get("/polls/1").status_code == 404
    assert "现在没有进行中的共评" in words_of(door.browser("小周").get("/polls"))
