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
