"""Stories of the weekly private card: everybody hears of their own week once, and nobody of another's."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest

from bot.files import metric_packs
from handlers.counting import figures
from handlers.growing import own_week
from rules.binding import Bound
from rules.schedule import Schedule
from scheduler import calendar
from storage.db import Store
from tests.handlers.stage import PEOPLE, Stage, text_of


@pytest.fixture
def stage(store: Store) -> Stage:
    stage = Stage(store)
    stage.ctx = replace(
        stage.ctx, schedule=Schedule(workday=calendar.workdays()), metrics=metric_packs.choice("generic", {})
    )
    return stage


def at(stage: Stage, hour: int, minute: int, day: date) -> None:
    stage.at = datetime.combine(day, time(hour, minute), stage.ctx.zone).astimezone(UTC)
    own_week.look(stage.ctx)
    stage.settle()


def weeks(stage: Stage, name: str) -> list[str]:
    return [text_of(card) for card in stage.cards(f"@{name}") if card["kind"] == "own_week"]


def test_each_agent_hears_of_the_week_once(stage: Stage) -> None:
    for minute in (50, 53, 55):
        at(stage, 17, minute, date(2026, 11, 20))
    at(stage, 9, 0, date(2026, 11, 21))
    (told,) = weeks(stage, "小李")
    for head in ("保护你", "武装你", "成就你"):
        assert head in told
    assert "小周" not in told
    assert weeks(stage, "张主管") == []


def test_the_next_week_has_its_own(stage: Stage) -> None:
    for day in (date(2026, 11, 20), date(2026, 11, 23), date(2026, 11, 27)):
        at(stage, 17, 53, day)
    assert len(weeks(stage, "小李")) == 2


def test_a_week_ends_on_its_last_workday(stage: Stage) -> None:
    at(stage, 17, 53, date(2026, 2, 13))  # Friday, but the Saturday after it is worked
    assert weeks(stage, "小李") == []
    at(stage, 17, 53, date(2026, 2, 14))
    assert len(weeks(stage, "小李")) == 1


def test_whoever_takes_the_phone_only_is_told_of_their_conversations_too(stage: Stage) -> None:
    stage.at = datetime.combine(date(2026, 11, 18), time(10), stage.ctx.zone).astimezone(UTC)
    call = stage.message("agent", "您好，请讲", "p1", agent="xiaoli")
    call["conversation"]["channel"] = "phone"
    stage.hears(call)
    at(stage, 17, 53, date(2026, 11, 20))
    assert "接待 1 段" in weeks(stage, "小李")[0]
    assert "好好休息" in weeks(stage, "小周")[0]


def test_two_accounts_of_a_person_are_told_together(store: Store) -> None:
    stage = Stage(
        store, people=tuple(replace(p, accounts=("shop:a", "shop:b")) if p.name == "小李" else p for p in PEOPLE)
    )
    stage.ctx = replace(
        stage.ctx, schedule=Schedule(workday=calendar.workdays()), metrics=metric_packs.choice("generic", {})
    )
    for n, account in enumerate(("a", "b")):
        stage.at = datetime.combine(date(2026, 11, 18), time(10, n), stage.ctx.zone).astimezone(UTC)
        stage.customer("请问尺码怎么选", account)
        stage.agent("您好，告诉我身高体重，我来帮您选", account, agent=account)
        stage.rated(5, account)
    figures.roll_up(stage.ctx, date(2026, 11, 18))
    at(stage, 17, 53, date(2026, 11, 20))
    assert "接待 2 段" in weeks(stage, "小李")[0]
    assert "满意 100%（样本少，共 2）" in weeks(stage, "小李")[0]


def test_a_shared_account_s_week_is_told_to_whom_it_fell(stage: Stage) -> None:
    shifts = (Bound("shop:desk", "小李", "09:00-18:00"), Bound("shop:desk", "小周", "18:00-09:00"))
    stage.ctx = replace(stage.ctx, shifts=shifts)
    for conversation, hour in (("c1", 10), ("c2", 20), ("c3", 21)):
        stage.at = datetime.combine(date(2026, 11, 18), time(hour), stage.ctx.zone).astimezone(UTC)
        stage.customer("请问尺码怎么选", conversation)
        stage.agent("您好，告诉我身高体重，我来帮您选", conversation, agent="desk")
        stage.rated(5, conversation)
    figures.roll_up(stage.ctx, date(2026, 11, 18))
    at(stage, 17, 53, date(2026, 11, 20))
    assert "接待 1 段" in weeks(stage, "小李")[0]
    assert "满意 100%（样本少，共 1）" in weeks(stage, "小李")[0]
    assert "接待 2 段" in weeks(stage, "小周")[0]


def test_an_account_that_changed_hands_is_told_to_both_for_their_days(stage: Stage) -> None:
    for day in (17, 18, 19):
        stage.at = datetime.combine(date(2026, 11, day), time(10), stage.ctx.zone).astimezone(UTC)
        stage.customer("请问尺码怎么选", f"c{day}")
        stage.agent("您好，告诉我身高体重，我来帮您选", f"c{day}", agent="xiaoli")
        figures.roll_up(stage.ctx, date(2026, 11, day))
    stage.say("老管", "绑定 shop:xiaoli 小周 从 11-19", "@老管")
    at(stage, 17, 53, date(2026, 11, 20))
    assert "接待 2 段" in weeks(stage, "小李")[0]
    assert "接待 1 段" in weeks(stage, "小周")[0]
