"""/review and /mine: who may open them, whose words they show, and that a look is a look."""

from datetime import timedelta

import pytest

from handlers.reviewing import review_queue
from storage import appeals, reviews
from storage.db import Store
from tests.bot.web.door import Door, token_of, words_of
from tests.handlers.stage import Stage


@pytest.fixture
def door(stage: Stage) -> Door:
    opened = Door(stage)
    opened.tell_everybody()
    stage.assigned("xiaoli")
    stage.angry()
    return opened


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store)


def confirmed(stage: Stage) -> None:
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已退款")
    stage.say("张主管", "原因 A1 知识", "@张主管")


def queued(stage: Stage) -> None:
    stage.at += timedelta(minutes=11)
    review_queue.work(stage.ctx)


@pytest.mark.parametrize(
    ("person", "status", "sees"),
    [("陈质检", 200, True), ("张主管", 200, True), ("老管", 200, True), ("王主管", 200, False), ("阿明", 403, False),
     ("小李", 403, False)],
)  # fmt: skip
def test_who_reviews_what(door: Door, person: str, status: int, sees: bool) -> None:
    queued(door.stage)
    page = door.browser(person).get("/review")
    assert page.status_code == status
    assert ("再不解决我就投诉" in page.text) is sees
    looked = [actor for actor, action, _ in door.looked() if action == "view"]
    assert looked == ([person] if sees else [])


def test_strangers_log_in_first(door: Door) -> None:
    assert door.browser().get("/review").headers["location"].startswith("/login")
    assert door.browser().get("/mine").headers["location"].startswith("/login")


def test_a_verdict_needs_the_page_it_came_from_and_the_right_to_give_it(door: Door) -> None:
    queued(door.stage)
    qa = door.browser("陈质检")
    assert qa.post("/review/1", {"verdict": "real"}).status_code == 403  # no token
    other = door.browser("王主管")
    token = token_of(other.get("/mine"))
    assert other.post("/review/1", {"verdict": "real", "csrf": token}).status_code == 409
    token = token_of(qa.get("/review"))
    assert qa.post("/review/1", {"verdict": "nonsense", "csrf": token}).status_code == 409
    assert qa.post("/review/99", {"verdict": "real", "csrf": token}).status_code == 404
    assert qa.post("/review/1", {"verdict": "real", "csrf": token}).headers["location"] == "/review?last=1"
    with door.stage.store.read() as tx:
        (one,) = reviews.of_day(tx, "2026-11-20")
    assert (one.verdict, one.reviewed_by) == ("real", "陈质检")


def test_an_agent_appeals_on_their_page_and_a_judge_answers_on_theirs(door: Door) -> None:
    confirmed(door.stage)
    mine = door.browser("小李")
    page = mine.get("/mine")
    assert "原因：知识" in words_of(page)
    code = page.text.partition('action="/mine/appeal/')[2].partition('"')[0]
    assert mine.post(f"/mine/appeal/{code}", {"reason": "", "csrf": token_of(page)}).status_code == 303
    with door.stage.store.read() as tx:
        assert appeals.waiting(tx) == 0
    mine.post(f"/mine/appeal/{code}", {"reason": "当时已经退了", "csrf": token_of(page)})
    assert "待复核" in words_of(mine.get("/mine"))
    assert "当时已经退了" not in words_of(door.browser("小周").get("/mine"))
    judge = door.browser("陈质检")
    asked = judge.get("/mine")
    assert "当时已经退了" in words_of(asked)
    assert "小李" not in words_of(asked)
    told = {"action": "appeal_accept", "reason": "确实退了", "csrf": token_of(asked)}
    stranger = door.browser("小周")
    refused = stranger.post("/mine/judge/AP1", {**told, "csrf": token_of(stranger.get("/mine"))})
    assert refused.status_code == 409
    assert judge.post("/mine/judge/AP1", told).status_code == 303
    with door.stage.store.read() as tx:
        one = appeals.get(tx, 1)
    assert one is not None
    assert (one.state, one.decided_by) == ("accepted", "陈质检")


def test_whoever_judges_does_not_learn_from_the_talk_whom_it_is_about(door: Door) -> None:
    confirmed(door.stage)
    door.stage.say("小李", "申诉 A1 当时已经退了", "@小李")
    door.stage.agent("您好，我是小李，已经在查了")
    talk = door.browser("陈质检").get(f"{door.address_of()}?from=appeal")
    assert "再不解决我就投诉" in words_of(talk)
    assert "已经在查了" in words_of(talk)
    for name in ("小李", "xiaoli"):
        assert name not in talk.text
    assert "接待 小李" in words_of(door.browser("张主管").get(door.address_of()))


def test_a_sample_of_yesterday_still_opens_from_its_card(door: Door) -> None:
    queued(door.stage)
    page = door.browser("陈质检").get("/review/1")
    door.stage.at += timedelta(days=1)
    later = door.browser("陈质检").get("/review/1")
    assert (page.status_code, later.status_code) == (200, 200)
    assert "再不解决我就投诉" in words_of(later)
    assert door.browser("王主管").get("/review/1").status_code == 404


def test_what_was_found_soon_after_midnight_has_the_date_of_the_day_here(door: Door) -> None:
    door.stage.at += timedelta(hours=11)  # 01:00 on the 21st in Shanghai, still the 20th elsewhere
    door.stage.assigned("xiaoli", "c2")
    door.stage.angry("c2")
    for words in ("认领 A2", "解决 A2 已退款", "原因 A2 知识"):
        door.stage.say("张主管", words, "@张主管")
    assert "11-21 01:00" in words_of(door.browser("小李").get("/mine"))
