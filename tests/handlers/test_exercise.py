"""The small exercise of a growth plan: from a vote among colleagues, over a press, to what it went with."""

from datetime import date, timedelta
from typing import Any

import pytest

from handlers.growing import growth
from storage import digests
from storage import growth as records
from storage.db import Store
from tests.handlers.calibration import closed, goes, of, opened, ready, vote
from tests.handlers.portrait_days import Worker, seed
from tests.handlers.stage import Stage, facts, text_of

WEAK, BETTER, OTHER = "退款退货", "降价我懂您的心疼", "我查一下规则马上给您准信"
YESTERDAY = date(2026, 11, 24)


@pytest.fixture
def voted(store: Store) -> Stage:
    """小李 solves few refunds; colleagues chose the better of two wordings."""
    workers = {"shop:xiaoli": Worker(worse_at=WEAK), "shop:xiaozhou": Worker(), "shop:aming": Worker()}
    seed(store, workers, YESTERDAY, days=28, n=20)
    stage = ready(Stage(store))
    (case,) = opened(stage)
    for person in ("张主管", "陈质检", "阿明"):
        assert vote(stage, person, case, "keep").ok
    stage.say("小周", f"说法 {case.code} {BETTER}", "@小周")
    stage.say("阿明", f"说法 {case.code} {OTHER}", "@阿明")
    stage.at += timedelta(minutes=61)
    goes(stage, stage.at)
    choosing = of(stage, case)
    options = next(b["options"] for b in choosing["blocks"] if b["type"] == "choices")
    for person in ("张主管", "陈质检", "林质检"):
        assert stage.press_value(person, choosing, "pick", options[0][1], "polls").ok
    closed(stage)
    return stage


def plan(stage: Stage) -> dict[str, Any]:
    stage.say("小李", "成长", "@小李")
    return [c for c in stage.cards("@小李") if c["kind"] == "growth"][-1]


def options_of(card: dict[str, Any]) -> list[list[str]]:
    return next((b["options"] for b in card["blocks"] if b["type"] == "choices"), [])


def best(stage: Stage) -> str:
    """As it stands on the card of the question."""
    with stage.store.read() as tx:
        return next(iter(records.exercises(tx))).better


def test_an_exercise_is_pressed_once_told_at_once_and_kept(voted: Stage) -> None:
    card = plan(voted)
    assert "哪个回复更好" in text_of(card)
    assert {facts(card)["甲"], facts(card)["乙"]} == {BETTER, OTHER}
    first, second = (value for _, value in options_of(card))
    right, wrong = (first, second) if facts(card)["甲"] == best(voted) else (second, first)
    assert not voted.press_value("小周", card, "drill", right, "@小李").ok
    told = voted.press_value("小李", card, "drill", wrong, "@小李")
    assert told.toast == f"大家更喜欢另一句：「{best(voted)}」"
    assert voted.press_value("小李", card, "drill", right, "@小李").toast == "这题做过了，和大家选的一样。"
    after = plan(voted)
    assert "小练习做过 1 题，和大家选得一样 0 题。" in text_of(after)
    assert options_of(after) == []


def test_what_was_practised_is_told_with_its_effect(voted: Stage, store: Store) -> None:
    card = plan(voted)
    value = options_of(card)[0][1]
    assert voted.press_value("小李", card, "drill", value, "@小李").ok
    same = {"shop:xiaoli": Worker(), "shop:xiaozhou": Worker(), "shop:aming": Worker()}
    seed(store, same, YESTERDAY + timedelta(days=33), days=28, n=20)
    voted.at += timedelta(days=33)
    told = text_of(plan(voted))
    assert "比大家的变化好" in told
    assert "确有变化" in told
    monday = voted.at + timedelta(days=-voted.at.weekday() % 7)
    voted.at = monday.replace(hour=1, minute=42)  # 09:42
    assert growth.look(voted.ctx) >= 1
    with store.read() as tx:
        assert "小李" in digests.waiting(tx)
        assert records.answers(tx, [goal.id for goal in records.of(tx, "小李")])[0]
