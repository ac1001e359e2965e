"""A sub-account that several people share: who served then may read it, whatever the hour of looking."""

from dataclasses import replace
from datetime import timedelta

import pytest

from handlers import looks, permissions, serving
from handlers.counting import bindings
from handlers.talk import Line
from handlers.watching.live_view import Eyes, build
from rules.binding import Bound
from rules.model import Kind
from storage import conversations, judgements
from storage.db import Store
from tests.handlers.stage import Stage, text_of

SHIFTS = (Bound("shop:desk", "小李", "09:00-18:00"), Bound("shop:desk", "小周", "18:00-09:00"))


@pytest.fixture
def stage(store: Store) -> Stage:
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, shifts=SHIFTS)
    bindings.refresh(stage.ctx)
    return stage


def may_read(stage: Stage, conversation: str = "c1") -> list[str]:
    bindings.refresh(stage.ctx)
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, f"shop:{conversation}")
    assert stored is not None
    matter = looks.matter(stage.ctx, stored)
    people = [stage.ctx.people.named(name) for name in ("小李", "小周")]
    return [p.name for p in people if p and not permissions.refusal(p, "view", matter)]


def served(stage: Stage, conversation: str = "c1") -> None:
    stage.customer("快递到哪了", conversation)
    stage.agent("您好，今晚 8 点前送到，我盯着", conversation, "desk")
    stage.resolved(conversation)


def test_who_served_may_read_at_any_hour(stage: Stage) -> None:
    served(stage)
    assert may_read(stage) == ["小李"]
    stage.at += timedelta(hours=10)  # midnight: the account is 小周's
    assert may_read(stage) == ["小李"]


def test_a_customer_who_waits_is_whoevers_has_the_account_now(stage: Stage) -> None:
    stage.at += timedelta(hours=3, minutes=58)  # 17:58
    stage.customer("快递到哪了")
    stage.assigned("desk")
    assert may_read(stage) == ["小李"]
    stage.at += timedelta(minutes=5)
    assert may_read(stage) == ["小周"]
    stage.agent("您好，今晚到", agent="desk")
    stage.at += timedelta(days=1, hours=12)
    assert may_read(stage) == ["小周"]


def test_lines_name_who_said_them(stage: Stage) -> None:
    served(stage)
    stage.at += timedelta(hours=10)
    bindings.refresh(stage.ctx)
    with stage.store.read() as tx:
        stored = conversations.load(tx, ["shop:c1"], stage.ctx.engine.recalled)["shop:c1"]
        view = build(stage.ctx, tx, stored, Eyes(False, False))
    said = [line.by for line in view.lines if isinstance(line, Line) and line.side == "agent"]
    assert (view.agent, said) == ("小李", ["客服 小李"])


def test_a_finding_is_whoevers_had_the_account_when_it_happened(stage: Stage) -> None:
    stage.angry()
    stage.agent("亲，五星好评加微信返现 5 元", agent="desk")
    stage.say("张主管", "解决 A1 已退款")
    stage.at += timedelta(hours=10)
    bindings.refresh(stage.ctx)
    with stage.store.read() as tx:
        found = [f for kind in Kind for f in judgements.of(tx, "shop:c1", kind)]
        stored = conversations.load_one(tx, "shop:c1")
    assert stored is not None
    redlines = [f for f in found if f.finding.kind is Kind.REDLINE]
    assert [p.name for f in redlines if (p := serving.concerned(stage.ctx, stored, f.finding.message))] == ["小李"]
    stage.store.transact(
        lambda tx: judgements.judge(tx, {f.id: "shop:desk" for f in redlines}, "real", "张主管", stage.at)
    )
    stage.say("小李", "我的质检", "@小李")
    stage.say("小周", "我的质检", "@小周")
    assert redlines[0].code in text_of(stage.cards("@小李")[-1])
    assert redlines[0].code not in text_of(stage.cards("@小周")[-1])


def test_who_looked_is_told_to_whom_it_concerns(stage: Stage) -> None:
    served(stage)
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:c1")
    assert stored is not None
    lead = stage.ctx.people.named("张主管")
    assert lead is not None
    stage.store.transact(lambda tx: looks.note(stage.ctx, tx, lead, stored, "搜索"))
    stage.at += timedelta(hours=10)
    stage.say("小周", "谁看过", "@小周")
    stage.say("小李", "谁看过", "@小李")
    assert "张主管" not in text_of(stage.cards("@小周")[-1])
    assert "张主管" in text_of(stage.cards("@小李")[-1])
