"""Portraits from what happened: whose it was by shift, what is left out, and weeks that say what their days say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from bot.files import metric_packs
from handlers.counting import bindings, figures, tables
from rules.binding import Bound
from rules.metrics.cells import Cells, added
from rules.spans import Span
from storage import bindings as records
from storage import figure_cells
from storage.db import Store
from storage.tables import FINDING
from tests.handlers.portrait_days import Worker, seed
from tests.handlers.stage import Stage, text_of

TODAY = date(2026, 11, 20)


@pytest.fixture
def stage(store: Store) -> Stage:
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, metrics=metric_packs.choice("generic", {}))
    return stage


def of(stage: Stage, name: str) -> Cells:
    with stage.store.read() as tx:
        return tables.table(stage.ctx, tx, [name], TODAY, TODAY).cells(name)


def served(stage: Stage, conversation: str, agent: str, asked: str = "快递到哪了") -> None:
    stage.customer(asked, conversation)
    stage.passes(seconds=20)
    stage.agent("您好，今晚 8 点前送到，我盯着", conversation, agent)


def test_a_shared_account_counts_for_who_had_the_shift(stage: Stage) -> None:
    shifts = (Bound("shop:desk", "小李", "13:00-14:30"), Bound("shop:desk", "小周", "14:30-22:00"))
    stage.ctx = replace(stage.ctx, shifts=shifts)
    served(stage, "c1", "desk")
    stage.passes(minutes=40)
    served(stage, "c2", "desk")
    served(stage, "c3", "desk")
    figures.roll_up(stage.ctx, TODAY)
    assert [sum(one[0] for one in of(stage, name)["first_reply"].values()) for name in ("小李", "小周")] == [1, 2]
    bindings.refresh(stage.ctx)
    holder = stage.ctx.people.holder("shop", "desk")
    assert holder is not None
    assert holder.name == "小周"


def test_what_was_overturned_is_nobodys_fault(stage: Stage) -> None:
    stage.angry()
    stage.agent("您好，退款我现在就查", "c1", "xiaoli")
    stage.say("张主管", "解决 A1 已退款")
    figures.roll_up(stage.ctx, TODAY)
    assert sum(one[1] for one in of(stage, "小李")["calm"].values()) == 0
    stage.at += timedelta(days=6)
    figures.work(stage.ctx)
    stage.store.transact(lambda tx: tx.execute(FINDING.update().values(verdict="overturned")))
    assert figures.work(stage.ctx) == 0
    stage.store.transact(lambda tx: figures.anew(stage.ctx, tx, ["shop:c1"]))
    assert figures.work(stage.ctx) == 1
    assert sum(one[1] for one in of(stage, "小李")["calm"].values()) == 1


def test_abuse_counts_for_nobody(stage: Stage) -> None:
    stage.customer("你妈死了，傻逼客服，去死吧", "c1")
    stage.agent("您好，我先帮您查订单", "c1", "xiaoli")
    served(stage, "c2", "xiaoli")
    figures.roll_up(stage.ctx, TODAY)
    assert sum(one[0] for one in of(stage, "小李")["calm"].values()) == 1
    with stage.store.read() as tx:
        assert figure_cells.left_out(tx, ["shop:xiaoli"], TODAY, TODAY) == 1


def test_weeks_say_what_their_days_say(stage: Stage) -> None:
    seed(stage.store, {"shop:xiaoli": Worker(), "shop:aming": Worker()}, TODAY, days=40, n=4)
    names = ("小李", "阿明")
    for moved in (False, True):
        with stage.store.read() as tx:
            for back, length in ((0, 40), (3, 7), (5, 21), (11, 14), (20, 1)):
                until = TODAY - timedelta(days=back)
                since = until - timedelta(days=length - 1)
                whole = tables.table(stage.ctx, tx, names, since, until).together()
                days = [since + timedelta(days=i) for i in range(length)]
                apart = added(tables.table(stage.ctx, tx, names, day, day).together() for day in days)
                assert _flat(whole) == pytest.approx(_flat(apart)), (back, length, moved)
                weeks = tables.weekly(stage.ctx, tx, names, Span(since, until, ""))
                assert _flat(added(week.together() for week in weeks.values())) == pytest.approx(_flat(apart))
        bound = Bound("shop:aming", "阿明", since="2026-11-01")
        stage.store.transact(lambda tx, bound=bound: records.add(tx, bound, stage.at))  # type: ignore[misc]


def test_a_day_that_is_counted_anew_is_told_anew(stage: Stage) -> None:
    """What was unpacked is kept, but never longer than it is true."""
    for n in (4, 7):
        seed(stage.store, {"shop:xiaoli": Worker()}, TODAY, days=12, n=n)
        with stage.store.read() as tx:
            cells = tables.table(stage.ctx, tx, ["小李"], TODAY - timedelta(days=11), TODAY).cells("小李")
        assert sum(one[0] for one in cells["calm"].values()) == 12 * n


def test_a_shop_is_told_whoever_served_and_only_to_who_looks_after_it(stage: Stage) -> None:
    served(stage, "c1", "xiaoli")
    stage.assigned("xiaozhou", "c1")
    stage.agent("我来接着帮您看", "c1", "xiaozhou")
    served(stage, "c2", "xiaozhou")
    figures.roll_up(stage.ctx, TODAY)
    stage.say("张主管", "店铺 云雀旗舰店 今天", "@张主管")
    card = stage.cards("@张主管")[-1]
    assert card["title"] == "🌱 云雀旗舰店 · 今天接待 2 段"
    assert "小李" not in text_of(card)
    drawn = next(block["spec"]["svg"] for block in card["blocks"] if block["type"] == "picture")
    assert "云雀旗舰店 · 今天 · 共 2 段" in drawn
    assert ">0%</text>" in drawn
    assert ">100%</text>" in drawn
    assert stage.press_value("张主管", card, "intervals", card["buttons"][0]["value"], "@张主管").ok
    assert stage.cards("@张主管")[-1]["title"] == "🌱 云雀旗舰店 · 11 月 20 日的区间"
    stage.say("张主管", "画像 云雀旗舰店", "@张主管")
    assert stage.cards("@张主管")[-1]["title"].startswith("🌱 云雀旗舰店 · 近 8 周接待 2 段")
    stage.say("张主管", "店铺 没有这家", "@张主管")
    assert "有数据的店：云雀旗舰店" in text_of(stage.cards("@张主管")[-1])
    stage.say("小李", "店铺 云雀旗舰店", "@小李")
    assert "给主管、质检和管理员看" in text_of(stage.cards("@小李")[-1])


def _flat(whole: Cells) -> dict[tuple[str, str, int], float]:
    return {(m, key, i): v for m, sums in whole.items() for key, one in sums.items() for i, v in enumerate(one)}
