"""How far a rule is trusted decides what counts about people before anybody has looked: portraits and 我的质检."""

from dataclasses import replace
from datetime import date, datetime

import pytest
from sqlalchemy import update

from bot.files import metric_packs
from handlers.counting import figures, tables
from rules.model import Kind
from storage import decisions, judgements
from storage.db import Store
from storage.decisions import Criterion
from storage.tables import CONVERSATION
from tests.handlers.stage import Stage, text_of

TODAY = date(2026, 11, 20)


@pytest.fixture
def stage(store: Store) -> Stage:
    stage = Stage(store)
    stage.ctx = replace(stage.ctx, metrics=metric_packs.choice("generic", {}))
    stage.assigned("xiaoli")
    stage.angry()
    stage.agent("您好，退款我现在就查，18 点前给您回话", "c1", "xiaoli")
    return stage


def trust(stage: Stage, to: str, risk: float = 0.9) -> None:
    """Every rule that was found is at this stage, and the conversation is that risky."""

    def job(tx) -> None:  # type: ignore[no-untyped-def]
        for one in judgements.of(tx, "shop:c1", Kind.RISK):
            decisions.set_criterion(tx, Criterion(one.finding.check, to, "", "", "陈质检", stage.at))
        tx.execute(update(CONVERSATION).values(risk=risk))

    stage.store.transact(job)


def calm(stage: Stage) -> float:
    """The share of 小李's conversations that nobody had to be called for."""
    figures.roll_up(stage.ctx, TODAY)
    with stage.store.read() as tx:
        cells = tables.table(stage.ctx, tx, ["小李"], TODAY, TODAY).cells("小李")["calm"]
    return sum(one[1] for one in cells.values())


def mine(stage: Stage) -> str:
    stage.say("小李", "我的质检", "@小李")
    return text_of(stage.cards("@小李")[-1])


def test_at_first_only_what_a_person_confirmed_counts(stage: Stage) -> None:
    assert calm(stage) == 1
    assert "没有关于你的判定" in mine(stage)
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已退款")
    assert calm(stage) == 0
    assert "申诉 F" in mine(stage)


@pytest.mark.parametrize(("risk", "counted"), [(0.9, True), (0.2, False)])
def test_together_it_counts_only_when_it_is_likely(stage: Stage, risk: float, counted: bool) -> None:
    trust(stage, "hybrid", risk)
    assert (calm(stage) == 0) is counted
    assert ("还没人看过" in mine(stage)) is counted


def test_a_trusted_rule_counts_by_itself_and_is_taken_back_when_it_is_not_trusted_any_more(stage: Stage) -> None:
    trust(stage, "auto", 0.1)
    assert calm(stage) == 0
    assert "还没人看过" in mine(stage)
    trust(stage, "human_only", 0.1)
    assert calm(stage) == 1
    assert "没有关于你的判定" in mine(stage)


def test_a_person_goes_before_a_trusted_rule(stage: Stage) -> None:
    trust(stage, "auto")
    stage.say("张主管", "误报 A1 客户在说别家")
    assert calm(stage) == 1
    assert "没有关于你的判定" in mine(stage)


def test_what_a_rule_said_alone_can_be_appealed_and_then_a_person_has_judged_it(stage: Stage) -> None:
    trust(stage, "auto")
    with stage.store.read() as tx:
        one = judgements.of(tx, "shop:c1", Kind.RISK)[0]
    stage.say("小李", f"申诉 {one.code} 客户当时已经收到退款了", "@小李")
    stage.say("陈质检", "不成立 AP1 客户是到傍晚才收到的", "@陈质检")
    with stage.store.read() as tx:
        judged = judgements.get(tx, one.id)
    assert judged is not None
    assert (judged.verdict, judged.judged_by, judged.account) == ("real", "陈质检", "shop:xiaoli")
    assert isinstance(judged.judged_at, datetime)
