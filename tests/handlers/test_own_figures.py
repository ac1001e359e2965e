"""Portraits in chat: told to the person alone, like compared with like, and nobody's faults before others."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from bot.files import metric_packs
from handlers.cards import amounts
from handlers.cards import portrait as cards
from handlers.counting import account_owners, figures
from handlers.people import Directory, Person
from rules.metrics.cells import MEASURED
from rules.portrait import Standing
from storage import figure_cells
from storage.db import Store
from tests.handlers.portrait_days import Worker, seed
from tests.handlers.stage import PEOPLE, START, Stage, facts, text_of

TODAY = date(2026, 11, 20)  # a Friday


@pytest.fixture
def stage(store: Store) -> Stage:
    """小李 is quick, and weak at refunds; 小周 has hard cases only; 阿明 is like most."""
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, metrics=metric_packs.choice("wangwang", {}))
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    workers = {
        "shop:xiaoli": Worker(first=15, worse_at="退款退货"),
        "shop:xiaozhou": Worker(hard=0.9),
        "shop:aming": Worker(),
        "shop:newcomer": Worker(),
    }
    seed(store, workers, TODAY)
    stage.tell_everybody()
    return stage


def last(stage: Stage, room: str) -> dict[str, Any]:
    return stage.cards(room)[-1]


def test_my_figures_come_alone_and_the_room_only_hears_where(stage: Stage) -> None:
    stage.say("小李", "我的数据 本周", "team")
    card = last(stage, "@小李")
    assert "本周（截至周五）接待 60 段" in text_of(card)
    assert "首响" in facts(card)
    assert "共 60 段" in facts(card)["首响"]
    told = text_of(last(stage, "team"))
    assert "私下发给你了" in told
    assert "60" not in told


@pytest.mark.parametrize(
    "span",
    [
        "今天",
        "昨天",
        "上周",
        "本月",
        "上月",
        "11-18",
        "11-10 至 11-12",
        "前天",
        "近8周",
        "近 7 天",
        "",
    ],
)
def test_every_span_is_understood(stage: Stage, span: str) -> None:
    stage.say("小李", f"我的数据 {span}", "@小李")
    assert "接待" in text_of(last(stage, "@小李"))


def test_days_in_the_wrong_order_are_named_as_such(stage: Stage) -> None:
    stage.say("小李", "我的数据 11-20 至 11-16", "@小李")
    assert "倒过来" in text_of(last(stage, "@小李"))


def test_of_two_shops_that_begin_alike_the_one_that_was_named_is_shown(stage: Stage) -> None:
    seed(stage.store, {"~旗舰店": Worker(), "~旗舰店二店": Worker()}, TODAY, days=14)
    for words in ("店铺 旗舰店二店 上周", "店铺 旗舰店二店上周", "画像 旗舰店二店"):
        stage.say("张主管", words, "@张主管")
        assert "旗舰店二店 · " in text_of(last(stage, "@张主管")), words


def test_a_blank_before_the_time_may_be_left_out(stage: Stage) -> None:
    stage.say("小李", "我的数据上周", "@小李")
    assert "上周接待" in text_of(last(stage, "@小李"))


def test_a_span_nobody_understands_is_explained(stage: Stage) -> None:
    stage.say("小李", "我的数据 大前天", "@小李")
    assert "我的数据 今天" in text_of(last(stage, "@小李"))


def test_a_portrait_says_what_is_good_and_what_to_practise(stage: Stage) -> None:
    stage.say("小李", "我的画像", "@小李")
    card = last(stage, "@小李")
    assert "首响" in facts(card)["拿手"]
    assert "退款退货的一次解决" in facts(card)["可以练"]
    assert any(block["type"] == "picture" for block in card["blocks"])


def test_hard_cases_are_not_held_against_who_takes_them(stage: Stage) -> None:
    stage.say("小周", "我的画像", "@小周")
    assert "一次解决" not in facts(last(stage, "@小周")).get("可以练", "").replace("退款退货的一次解决", "")


def test_intervals_are_one_tap_away(stage: Stage) -> None:
    stage.say("小李", "我的数据 本周", "@小李")
    card = last(stage, "@小李")
    value = card["buttons"][0]["value"]
    reply = stage.press_value("小李", card, "intervals", value, "@小李")
    assert reply.ok
    assert "90% 区间" in text_of(last(stage, "@小李"))


def test_anothers_portrait_is_for_their_lead_and_qa_only(stage: Stage) -> None:
    for person, may in (("小周", False), ("王主管", False), ("老管", False), ("张主管", True), ("陈质检", True)):
        stage.say(person, "画像 小李", f"@{person}")
        assert ("拿手" in facts(last(stage, f"@{person}"))) is may, person


def test_nobodys_portrait_is_opened_before_they_were_told(store: Store) -> None:
    stage = Stage(store)
    seed(store, {"shop:xiaoli": Worker()}, TODAY, days=7)
    for words in ("画像 小李", "成长 小李"):
        stage.say("张主管", words, "@张主管")
        assert "告知卡片还没有送到小李手里" in text_of(last(stage, "@张主管")), words
    stage.say("小李", "我的画像", "@小李")
    assert "告知" not in text_of(last(stage, "@小李"))
    stage.tell_everybody()
    stage.say("张主管", "画像 小李", "@张主管")
    assert "告知" not in text_of(last(stage, "@张主管"))


def test_a_button_does_not_open_what_its_person_may_not_see(stage: Stage) -> None:
    stage.say("小周", "看区间 whole/2026-09-28~2026-11-20/小李", "@小周")
    assert "只有本人" in text_of(last(stage, "@小周"))


def test_the_team_is_told_together_and_names_nobody(stage: Stage) -> None:
    stage.say("小周", "团队 上周", "team")
    told = text_of(last(stage, "team"))
    assert "售后组" in told
    assert "252 段" in told  # three people, twelve a day, seven days
    assert not any(name in told for name in ("小李", "小周", "阿明"))


def test_another_team_is_not_for_everybody(stage: Stage) -> None:
    stage.say("王主管", "团队 售后", "@王主管")
    assert "接待" in text_of(last(stage, "@王主管"))


def test_an_unbound_account_is_asked_about_once_a_day_and_bound_by_a_tap(stage: Stage) -> None:
    assert account_owners.look(stage.ctx) == 1
    assert account_owners.look(stage.ctx) == 0
    stage.settle()
    card = next(c for c in stage.cards("leads") if c["kind"] == "binding")
    assert "shop:newcomer" in text_of(card)
    options = next(block["options"] for block in card["blocks"] if block["type"] == "choices")
    value = next(value for name, value in options if name == "小周")
    assert not stage.press_value("小周", card, "bind", value, "leads").ok
    assert stage.press_value("张主管", card, "bind", value, "leads").ok
    after = next(c for c in stage.cards("leads") if c["kind"] == "binding")
    assert after["state"] == "已绑定"
    stage.say("小周", "我的数据 本周", "@小周")
    assert "接待 120 段" in text_of(last(stage, "@小周"))
    assert stage.ctx.people.holder("shop", "newcomer") is None
    account_owners.look(stage.ctx)
    holder = stage.ctx.people.holder("shop", "newcomer")
    assert holder is not None
    assert holder.name == "小周"


def test_that_nobody_uses_an_account_is_said_by_an_admin(stage: Stage) -> None:
    """A lead asks for it; otherwise they could listen to somebody who was never told."""
    stage.say("张主管", "绑定 shop:newcomer 没有人", "@张主管")
    assert "由管理员来定" in text_of(last(stage, "@张主管"))
    account_owners.look(stage.ctx)
    assert stage.ctx.people.nobodys == set()
    card = next(c for c in stage.cards("leads") if c["kind"] == "binding")
    assert "张主管说" in card["title"]
    (_, value), *_ = next(block["options"] for block in card["blocks"] if block["type"] == "choices")
    assert not stage.press_value("张主管", card, "bind", value, "leads").ok
    assert stage.press_value("老管", card, "bind", value, "leads").ok
    assert next(c for c in stage.cards("leads") if c["kind"] == "binding")["state"] == "已绑定"
    account_owners.look(stage.ctx)
    assert stage.ctx.people.nobodys == {"shop:newcomer"}


def test_a_corrected_binding_corrects_the_past(stage: Stage) -> None:
    stage.say("张主管", "绑定 shop:xiaoli 阿明 从 11-19", "@张主管")
    stage.say("小李", "我的数据 本周", "@小李")
    assert "接待 36 段" in text_of(last(stage, "@小李"))
    stage.say("阿明", "我的数据 本周", "@阿明")
    assert "接待 84 段" in text_of(last(stage, "@阿明"))
    stage.say("张主管", "绑定 shop:xiaoli 小李", "@张主管")
    stage.say("小李", "我的数据 本周", "@小李")
    assert "接待 60 段" in text_of(last(stage, "@小李"))


def test_a_drawn_shift_counts_its_account_s_whole_past_anew(store: Store) -> None:
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, metrics=metric_packs.choice("generic", {}))
    long_ago = START - timedelta(days=60)
    for at, conversation in ((long_ago, "old"), (START - timedelta(days=2), "new")):
        stage.at = at
        stage.customer("快递到哪了", conversation)
        stage.agent("您好，今晚 8 点前送到", conversation, "desk")
        figures.roll_up(stage.ctx, at.date())
    stage.at = START
    stage.say("张主管", "绑定 shop:desk 小李 09:00-18:00", "@张主管")
    assert "以前的 2 天正在重新数" in text_of(last(stage, "@张主管"))
    figures.work(stage.ctx)
    with store.read() as tx:
        assert figure_cells.days_of(tx, "shop:desk@09:00", "", "") == ["2026-11-18", "2026-09-21"]


def test_no_lead_takes_the_past_of_another_teams_colleague(stage: Stage) -> None:
    stage.say("老管", "绑定 shop:aming 没有人 从 11-20", "@老管")
    people = (*PEOPLE, Person("小陈", "agent", "售前", ids={"sandbox": "小陈"}))
    stage.ctx = replace(stage.ctx, people=Directory(people, stage.rooms))
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    for words in ("从 11-01 到 11-10", "09:00-18:00", "从 11-19"):
        stage.say("王主管", f"绑定 shop:aming 小陈 {words}", "@王主管")
        assert "别的组的同事" in text_of(last(stage, "@王主管")), words
    stage.say("王主管", "绑定 shop:aming 小陈 从 11-21", "@王主管")
    assert "shop:aming 从 2026-11-21 起 算小陈的；之前的不变" in text_of(last(stage, "@王主管"))


@pytest.mark.parametrize(
    ("told", "since", "until"),
    [("从 12-25", "2026-12-25", ""), ("从 10-01 到 10-31", "2026-10-01", "2026-10-31"),
     ("从 2025-12-25", "2025-12-25", ""), ("从 昨天 到 本周", "2026-11-19", "2026-11-20"), ("从 2-30", None, None)],
)  # fmt: skip
def test_days_of_a_binding_may_be_to_come(told: str, since: str | None, until: str | None) -> None:
    bound = account_owners.read(f"shop:x 小李 {told}", TODAY, "张主管")
    assert (bound and bound.since, bound and bound.until) == (since, until)


def test_what_cannot_be_is_asked_again_and_what_nobody_saw_is_said(stage: Stage) -> None:
    stage.say("张主管", "绑定 shop:xiaoli 小周 从 11-21 到 11-20", "@张主管")
    assert "倒过来" in text_of(last(stage, "@张主管"))
    stage.say("张主管", "绑定 shop:nosuch 小周", "@张主管")
    assert "还没有见过这个子账号" in text_of(last(stage, "@张主管"))
    stage.say("张主管", "绑定 shop:xiaoli 小周 从 11-19 到 11-20", "@张主管")
    assert "好，shop:xiaoli 在 2026-11-19 至 11-20 算小周的；其他日子不变。" in text_of(last(stage, "@张主管"))


def test_nobodys_account_is_not_asked_about_any_more(stage: Stage) -> None:
    stage.say("老管", "绑定 shop:newcomer 没有人", "@老管")
    assert account_owners.look(stage.ctx) == 0
    stage.say("老管", "子账号", "@老管")
    told = text_of(last(stage, "@老管"))
    assert told.count("shop:newcomer") == 1
    assert "不算任何人的（机器人或停用）" in told


def test_tomorrow_it_is_asked_again(stage: Stage) -> None:
    account_owners.look(stage.ctx)
    stage.at = START + timedelta(days=1)
    assert account_owners.look(stage.ctx) == 1


def test_who_is_compared_is_not_counted_among_colleagues(stage: Stage) -> None:
    stage.say("小李", "我的画像", "@小李")
    assert "和组里另外 2 位同事的同类会话比" in text_of(last(stage, "@小李"))


def test_of_somebody_alone_no_comparison_is_said(store: Store) -> None:
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, metrics=metric_packs.choice("generic", {}))
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    seed(store, {"shop:xiaoli": Worker()}, TODAY, days=14)
    for words in ("我的数据 本周", "我的画像"):
        stage.say("小李", words, "@小李")
        told = text_of(last(stage, "@小李"))
        assert "先不和谁比" in told, words
        assert "组里同类" not in told
        assert "拿手：" not in told


def test_a_strength_is_said_as_one() -> None:
    few = Standing(MEASURED["transfer"], 0.01, (0.0, 0.02), 0.01, 0.05, 0.97, 80, "物流")
    assert cards.strength(few) == "物流里很少要转给别人"
    assert amounts.percent(0.0027) == "0.3%"
    assert [amounts.percent(v) for v in (0.0, 0.5, 0.995, 1.0)] == ["0%", "50%", "99.5%", "100%"]
