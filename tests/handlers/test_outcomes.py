"""Outcomes in the running bot: orders and reviews that came in, rolled up at night, told to whom they concern."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from bot.files import talk_files
from handlers import tick
from handlers.counting import again, exports, outcome_figures, outcomes
from rules.spans import Span
from storage import cursors, erasure
from storage import outcomes as records
from storage.db import Store
from tests.handlers.stage import Stage, facts, text_of

MONDAY = datetime(2026, 11, 2, 2, 0, tzinfo=UTC)  # 10:00 in Shanghai
DAY = date(2026, 11, 2)


@pytest.fixture
def open_stage(store: Store) -> Stage:
    stage = Stage(store, at=MONDAY)
    stage.ctx = replace(stage.ctx, talk_tracks=talk_files.tracks())
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    return stage


def talk(stage: Stage, n: int, *said: tuple[str, str], agent: str = "xiaoli") -> None:
    """It is worked on when the stage settles next: many at once are much less work."""
    events = []
    for who, words in said:
        more = {"agent": agent} if who == "agent" else {}
        event = stage.message(who, words, f"c{n}", **more)
        event["conversation"]["customer"] = {"id": f"u{n}", "name": "王女士"}
        events.append(event)
        stage.at += timedelta(seconds=20)
    stage.keeps(*events)


def order(stage: Stage, n: int, at: datetime, title: str = "氨基酸洁面乳", id_: str = "") -> None:
    items = [{"sku": title, "title": title, "amount": 59.0}]
    told = {"id": id_ or f"E{n}", "customer": f"u{n}", "shop": "云雀旗舰店", "paid_at": at.isoformat(), "items": items}
    stage.hears({"type": "order", "order": told})


def cells(stage: Stage, account: str) -> Any:
    with stage.store.read() as tx:
        return {a: told for a, _, told in records.read(tx, [account], DAY, DAY)}[account]


def test_an_inquiry_that_was_paid_next_day_counts_for_the_last_who_spoke(open_stage: Stage) -> None:
    stage = open_stage
    talk(stage, 1, ("customer", "这款适合敏感肌吗"), ("agent", "适合的"))
    talk(stage, 2, ("customer", "这款有货吗"), ("agent", "有的"))
    order(stage, 1, MONDAY + timedelta(hours=5))
    stage.at = MONDAY + timedelta(days=2, hours=1)
    outcomes.roll_up(stage.ctx, DAY)
    assert cells(stage, "shop:xiaoli")["converted"] == {"商品咨询/easy": [2.0, 1.0]}


def test_the_nights_on_which_more_is_known_are_taken_once(open_stage: Stage) -> None:
    stage = open_stage
    talk(stage, 1, ("customer", "有货吗"), ("agent", "有的"))
    order(stage, 1, MONDAY + timedelta(hours=5))
    stage.at = datetime(2026, 11, 3, 18, 22, tzinfo=UTC)  # 02:22
    assert outcomes.look(stage.ctx) == 0
    stage.at += timedelta(minutes=2)
    assert outcomes.look(stage.ctx) == len(outcomes.AGES)
    assert outcomes.look(stage.ctx) == 0


def test_orders_told_long_after_are_counted_at_once(open_stage: Stage) -> None:
    stage = open_stage
    talk(stage, 1, ("customer", "这款适合敏感肌吗"), ("agent", "适合的"))
    stage.settle()
    stage.at = MONDAY + timedelta(days=20, hours=-9)  # 01:00, before the night's looks
    assert outcomes.look(stage.ctx) == 0
    order(stage, 1, MONDAY + timedelta(hours=5))
    assert outcomes.look(stage.ctx) == 1
    assert cells(stage, "shop:xiaoli")["converted"] == {"商品咨询/easy": [1.0, 1.0]}
    with stage.store.read() as tx:
        assert [cursors.get(tx, key) for key in (again.FIGURES, again.OUTCOMES)] == [DAY.isoformat(), ""]


def test_two_talk_tracks_are_compared_where_only_one_of_them_was_said(open_stage: Stage) -> None:
    stage = open_stage
    own, both = "这事交给我，我盯到底", "这事交给我，我盯到底，今天18点前给您答复"
    for n, words in enumerate([own, both, "今天18点前给您答复"] * 4):
        talk(stage, n, ("customer", "到底管不管，我要投诉"), ("agent", words), ("customer", "好的谢谢你"))
    stage.settle()
    stage.at = MONDAY + timedelta(days=1, hours=1)
    outcomes.roll_up(stage.ctx, DAY)
    with stage.store.read() as tx:
        known = {one.track.id: one for one in outcome_figures.proven(stage.ctx, tx)}
    got = outcome_figures.versus(known["own_it"], known["exact_time"])
    assert got is not None
    assert got.n == (4, 4)
    assert [words for _, words in known["own_it"].examples] == [own, both]
    with stage.store.read() as tx:
        sheet = exports.TABLES["talk_tracks"](stage.ctx, tx, ["小李"], Span(DAY, DAY, ""))
    assert {row[0]: row[4] for row in sheet.rows}[known["own_it"].track.title] == 8


def test_examples_forget_the_erased_and_go_in_their_time(open_stage: Stage) -> None:
    stage, words = open_stage, "这事交给我，我盯到底"
    for n in range(3):
        talk(stage, n, ("customer", "到底管不管，我要投诉"), ("agent", f"{n} 号，{words}"), ("customer", "好的谢谢你"))
    stage.settle()
    stage.at = MONDAY + timedelta(days=1, hours=1)
    outcomes.roll_up(stage.ctx, DAY)
    said = sorted(example[0] for example in cells(stage, "~own_it")["examples"])
    assert len(said) > 1
    stage.store.transact(lambda tx: erasure.erase_conversations(tx, said[:1], stage.at))
    assert sorted(example[0] for example in cells(stage, "~own_it")["examples"]) == said[1:]
    stage.at += stage.ctx.keep_masked + timedelta(days=1)
    tick.tidy(stage.ctx)
    with pytest.raises(KeyError):
        cells(stage, "~own_it")


def test_a_talk_track_is_held_against_the_same_situation_without_it(open_stage: Stage) -> None:
    stage = open_stage
    for n in range(24):
        talk(
            stage,
            n,
            ("customer", "到底管不管，我要投诉"),
            ("agent", "这事交给我，我盯到底"),
            ("customer", "好的谢谢你"),
        )
        talk(
            stage, 100 + n, ("customer", "到底管不管，我要投诉"), ("agent", "请您稍等"), ("customer", "气死我了，骗子")
        )
    stage.settle()
    stage.at = MONDAY + timedelta(days=1, hours=1)
    outcomes.roll_up(stage.ctx, DAY)
    told = cells(stage, "~own_it")
    assert sum(cell[0] for cell in told["with"].values()) == sum(cell[0] for cell in told["without"].values()) == 24
    with stage.store.read() as tx:
        first = outcome_figures.proven(stage.ctx, tx)[0]
    assert (first.track.id, first.n, first.examples[0][1]) == ("own_it", 24, "这事交给我，我盯到底")
    assert first.compared is not None
    assert first.compared.word == "确有差别"
    stage.say("小李", "话术", "team")
    (card,) = [c for c in stage.cards("team") if c["kind"] == "reply"]
    assert "确有差别" in facts(card)["1. 先认领问题"]
    assert "相关，不等于因果" in text_of(card)


def test_outcomes_are_told_alone_and_another_s_only_to_their_lead(open_stage: Stage) -> None:
    stage = open_stage
    talk(stage, 1, ("customer", "这款适合敏感肌吗"), ("agent", "适合的"))
    order(stage, 1, MONDAY + timedelta(hours=5))
    stage.at = MONDAY + timedelta(days=2)
    outcomes.roll_up(stage.ctx, DAY)
    stage.say("小李", "成交", "team")
    (card,) = [c for c in stage.cards("@小李") if c["kind"] == "reply"]
    assert facts(card)["询单转化"] == "样本少（共 1）"
    assert "转化算给最后接待的人" in text_of(card)
    assert "口径第 1 版" in text_of(card)
    stage.say("小周", "成交 小李", "@小周")
    assert "只有本人、本组主管和质检看得到" in text_of(stage.cards("@小周")[-1])
    stage.say("张主管", "成交 小李", "@张主管")
    assert stage.cards("@张主管")[-1]["title"].startswith("🌱 小李 · 本月")


def test_a_team_is_told_together_with_its_talk_tracks_and_names_nobody(open_stage: Stage) -> None:
    stage, n = open_stage, 20
    angry = ("customer", "到底管不管，我要投诉")
    for i in range(n):
        talk(stage, i, angry, ("agent", "这事交给我，我盯到底"), ("customer", "好的谢谢你"))
        talk(stage, 100 + i, angry, ("agent", "请您稍等"), ("customer", "气死我了，骗子"), agent="xiaozhou")
    for i in (200, 201):
        talk(stage, i, ("customer", "这款适合敏感肌吗"), ("agent", "适合的"), agent="xiaozhou")
        order(stage, i, MONDAY + timedelta(hours=7))
    refunded = {"id": "E200", "customer": "u200", "paid_at": (MONDAY + timedelta(hours=7)).isoformat(),
                "refunded_at": (MONDAY + timedelta(hours=9)).isoformat()}  # fmt: skip
    stage.hears({"type": "order", "order": refunded})
    stage.at = MONDAY + timedelta(days=2)
    outcomes.roll_up(stage.ctx, DAY)
    stage.say("小李", "成交 售后", "team")
    (card,) = [c for c in stage.cards("@小李") if c["kind"] == "reply"]
    assert card["title"] == "🌱 售后组 · 本月（截至 4 日）服务以后"
    told = facts(card)
    assert told["询单转化"].startswith("2%（0.5%–10%，共 42）")
    assert "确有差别" in told["先认领问题"]
    assert "回购 30、60、90 天" in text_of(card)
    assert "相关，不等于因果" in text_of(card)
    assert "小周" not in text_of(card)
    with stage.store.read() as tx:
        sheet = exports.outcomes(stage.ctx, tx, ["小李", "小周"], Span(DAY, DAY, ""))
    rows = {(row[0], row[2]): row for row in sheet.rows}
    assert rows["小周", "询单转化"][-1] == 22
    assert rows["小周", "询单转化"][5] == 1 / 22


def test_abuse_counts_for_nobody(open_stage: Stage) -> None:
    stage = open_stage
    talk(stage, 1, ("customer", "你个傻逼，全家死光"), ("agent", "您好"))
    stage.settle()
    stage.at = MONDAY + timedelta(days=2)
    outcomes.roll_up(stage.ctx, DAY)
    with stage.store.read() as tx:
        assert records.read(tx, ["shop:xiaoli"], DAY, DAY) == []
