"""Growth plans: what somebody weak at refunds is offered, how it is put aside or set, and the line of the week."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest

from handlers.growing import growth
from storage import audit, digests
from storage import growth as records
from storage.db import Store
from tests.handlers.portrait_days import Worker, seed
from tests.handlers.stage import START, Stage, facts, text_of

YESTERDAY = date(2026, 11, 19)
WEAK = "退款退货"


@pytest.fixture
def grown(store: Store) -> Stage:
    workers = {"shop:xiaoli": Worker(worse_at=WEAK), "shop:xiaozhou": Worker(), "shop:aming": Worker()}
    seed(store, workers, YESTERDAY, days=28, n=20)
    stage = Stage(store)
    stage.tell_everybody()
    return stage


def plan(stage: Stage, room: str) -> dict[str, Any]:
    return [c for c in stage.cards(room) if c["kind"] == "growth"][-1]


def test_the_plan_is_told_alone_with_what_would_help_most(grown: Stage) -> None:
    grown.say("小李", "成长", "team")
    card = plan(grown, "@小李")
    assert card["title"] == "🌱 小李 · 新手，这阵子练什么"
    assert facts(card)["1. 退款退货的一次解决"].startswith("现在 ")
    assert "练的时间还短，样本少" in text_of(card)
    assert [c for c in grown.cards("team") if c["kind"] == "growth"] == []


def test_another_s_plan_is_for_their_lead_and_that_is_written_down(grown: Stage) -> None:
    grown.say("小周", "成长 小李", "@小周")
    assert [c for c in grown.cards("@小周") if c["kind"] == "growth"] == []
    grown.say("张主管", "成长 小李", "@张主管")
    assert plan(grown, "@张主管")["title"].startswith("🌱 小李")
    with grown.store.read() as tx:
        assert [(who, allowed) for _, who, _, allowed in audit.of(tx, "小李")] == [("小周", False), ("张主管", True)]


def test_a_goal_that_is_put_aside_does_not_come_back(grown: Stage) -> None:
    grown.say("小李", "成长", "@小李")
    card = plan(grown, "@小李")
    value = card["buttons"][0]["value"]
    assert grown.press_value("小李", card, "goal_decline", value, "@小李").ok
    assert "1. 退款退货的一次解决" not in facts(plan(grown, "@小李"))
    with grown.store.read() as tx:
        first = records.of(tx, "小李")[0]
    assert (first.measure, first.reason, first.state) == ("solved", WEAK, "declined")


def test_what_was_put_aside_does_not_come_back_in_another_dress(grown: Stage) -> None:
    for _ in range(6):
        grown.say("小李", "成长", "@小李")
        with grown.store.read() as tx:
            standing = growth.open_goals(tx, "小李")
        measures = [goal.measure for goal in standing]
        assert len(measures) == len(set(measures))
        if standing:
            grown.say("小李", f"先不练 {standing[0].code}", "@小李")
    with grown.store.read() as tx:
        declined = [goal.measure for goal in records.of(tx, "小李") if goal.state == "declined"]
    assert len(declined) == len(set(declined))
    assert declined


def test_looking_at_another_s_plan_gives_no_goals(grown: Stage) -> None:
    grown.say("张主管", "成长 小李", "@张主管")
    with grown.store.read() as tx:
        assert records.of(tx, "小李") == []


def test_who_is_set_a_goal_hears_of_it_and_who_sets_it_what_makes_room(grown: Stage) -> None:
    for words in ("定目标 小周 满意度", "定目标 小周 首响 物流", "定目标 小周 一次解决 物流"):
        grown.say("张主管", words, "@张主管")
    told = text_of(grown.cards("@张主管")[-1])
    assert "小周 从下周一（11-23）开始练「物流的一次解决」，「满意度」先放下" in told
    grown.at = datetime(2026, 11, 21, 14, 8, tzinfo=START.tzinfo)  # 22:08, more than a day later
    grown.settle()
    (heard,) = [text_of(c) for c in grown.cards("@小周") if c["kind"] == "digest"]
    assert "张主管给你定了目标" in heard


def test_who_loses_a_goal_to_their_lead_hears_of_it(grown: Stage) -> None:
    grown.say("小周", "定目标 小周 满意度", "@小周")
    grown.say("张主管", "先不练 L1", "@张主管")
    grown.at = datetime(2026, 11, 21, 14, 8, tzinfo=START.tzinfo)
    grown.settle()
    (heard,) = [text_of(c) for c in grown.cards("@小周") if c["kind"] == "digest"]
    assert "张主管把「满意度」从你的成长计划里拿下来了" in heard


def test_a_lead_sets_a_goal_and_two_are_the_most(grown: Stage) -> None:
    for words in ("定目标 小周 满意度", "定目标 小周 首响 物流", "定目标 小周 一次解决 物流"):
        grown.say("张主管", words, "@张主管")
    with grown.store.read() as tx:
        told = [(g.measure, g.reason, g.state, g.set_by) for g in records.of(tx, "小周")]
    assert told == [("csat", "", "replaced", "张主管"), ("first_reply", "物流", "open", "张主管"),
                    ("solved", "物流", "open", "张主管")]  # fmt: skip
    grown.say("小李", "定目标 小周 满意度", "@小李")
    with grown.store.read() as tx:
        assert len(records.of(tx, "小周")) == 3


def test_on_monday_goals_are_given_once_and_the_week_waits_for_the_end_of_the_shift(grown: Stage) -> None:
    grown.at = datetime(2026, 11, 23, 1, 42, tzinfo=START.tzinfo)  # 09:42
    assert growth.look(grown.ctx) >= 1
    assert growth.look(grown.ctx) == 0
    with grown.store.read() as tx:
        assert "小李" in digests.waiting(tx)
        assert growth.open_goals(tx, "小李")[0].reason == WEAK


def test_practice_is_held_against_the_colleagues_drift(grown: Stage, store: Store) -> None:
    grown.say("小李", "定目标 小李 一次解决 退款退货", "@小李")
    workers = {"shop:xiaoli": Worker(), "shop:xiaozhou": Worker(), "shop:aming": Worker()}
    seed(store, workers, YESTERDAY + timedelta(days=31), days=28, n=20)
    grown.at += timedelta(days=32)
    with store.read() as tx:
        told = growth.known(grown.ctx, tx, "售后")
        (goal,) = growth.open_goals(tx, "小李")
        practice = growth._practice(grown.ctx, tx, told, goal)
    assert practice.effect is not None
    assert practice.effect.better
    assert 0.2 < practice.effect.value < 0.6
