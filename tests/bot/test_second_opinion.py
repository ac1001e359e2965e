"""A second opinion over a real socket: after the alert, masked, marked, bounded, and only with what was said."""

import asyncio
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from bot.metrics import Counters
from bot.running.second_opinion import COUNTER, SecondOpinion
from bot.settings.sections import LLM
from handlers.alerting import opinions
from handlers.cards.opinion import MARK
from handlers.reviewing import review_queue
from storage import opinions as records
from storage import reviews
from storage.db import Store
from storage.opinions import Trust
from tests.emulators.llm import Answer, LLMServer
from tests.handlers.stage import Stage, facts, text_of

GOOD = {
    "real": True,
    "summary": "客户催退款，已经问了三遍",
    "reason": "客户说再不解决就投诉到 12315",
    "wording": "让您等这么久真的抱歉，我现在就去查退款到哪一步了。",
}


@pytest.fixture
def stage(sqlite_store: Store) -> Stage:
    return Stage(sqlite_store)


class Rig:
    def __init__(self, stage: Stage, says: Answer = GOOD, **more: Any):
        self.stage, self.server, self.counters, self.more = stage, LLMServer(says), Counters(), more
        self.woken = 0

    def asks(self, times: int = 1) -> list[bool]:
        """So many rounds against the server, which is there for them only."""
        return asyncio.run(self._asks(times))

    async def _asks(self, times: int) -> list[bool]:
        async with self.server as server, httpx.AsyncClient() as client:
            config = LLM.model_validate({"base_url": server.base_url, "model": "m", "api_key": "sk-1", **self.more})
            second = SecondOpinion(self.stage.ctx, config, client, self.counters, self._wake)
            done = [await second.work() for _ in range(times)]
            self.facts = second.facts()
        return done

    def _wake(self) -> None:
        self.woken += 1

    def counted(self, outcome: str) -> int:
        return self.counters.get(COUNTER, (("outcome", outcome),))


def angry(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()


def test_in_the_shadow_it_is_asked_and_noted_and_nothing_is_shown(stage: Stage) -> None:
    rig = Rig(stage)
    assert rig.asks() == [False]
    angry(stage)
    before = stage.card()
    assert rig.asks(2) == [True, False]
    stage.settle()
    assert stage.card() == before
    with stage.store.read() as tx:
        said = records.of(tx, 1)
    assert said is not None
    assert (said.state, said.real, said.summary) == ("told", True, GOOD["summary"])


def test_as_a_hint_it_is_added_to_the_leads_card_marked_as_a_machines(stage: Stage) -> None:
    rig = Rig(stage, start="hint")
    angry(stage)
    rig.asks()
    stage.settle()
    told = facts(stage.card("leads"))
    assert told[f"小结（{MARK}）"] == GOOD["summary"]
    assert told["可以这样说（机器）"] == GOOD["wording"]
    assert "机器" not in text_of(stage.card("team"))
    assert "机器" not in text_of(stage.card("@小李"))
    assert rig.woken == 1


def test_what_is_sent_holds_no_personal_data(stage: Stage) -> None:
    rig = Rig(stage)
    stage.assigned("xiaoli")
    stage.customer("我是王女士，电话13812345678，地址杭州市西湖区文三路 100 号 3 幢")
    stage.angry()
    rig.asks()
    sent = json.dumps(rig.server.asked, ensure_ascii=False)
    for secret in ("13812345678", "文三路", "王女士", "小李", "xiaoli"):
        assert secret not in sent
    assert "再不解决" in sent
    assert rig.server.keys == ["Bearer sk-1"]


@pytest.mark.parametrize(
    "made_up",
    [
        {"summary": "客户等了 48 小时"},
        {"wording": "我给您补偿二十元"},
        {"reason": "张经理已经答应了"},
        {"wording": "顺丰明天就到"},
        {"summary": "客户说「我要起诉你们」"},
        {"wording": "我是小芳，马上处理"},
    ],
)
def test_a_draft_with_a_figure_or_a_name_nobody_said_is_thrown_away(stage: Stage, made_up: dict[str, str]) -> None:
    rig = Rig(stage, GOOD | made_up, start="hint")
    angry(stage)
    before = stage.card()
    rig.asks()
    stage.settle()
    assert stage.card() == before
    assert rig.counted("dropped") == 1


@pytest.mark.parametrize("answer", ["我不能回答", "{", '{"real": "yes", "summary": "x"}', "[1]", ""])
def test_an_answer_that_is_not_what_was_asked_for_is_thrown_away(stage: Stage, answer: str) -> None:
    rig = Rig(stage, answer, start="hint")
    angry(stage)
    rig.asks()
    assert rig.counted("dropped") == 1


def test_too_slow_is_silent_and_counted_and_not_asked_again(stage: Stage) -> None:
    rig = Rig(stage, timeout_seconds=0.05)
    rig.server.waits = 0.5
    angry(stage)
    before = stage.card()
    assert rig.asks(2) == [True, False]
    assert rig.counted("late") == 1
    assert stage.card() == before


def test_an_endpoint_that_fails_is_silent_and_counted(stage: Stage) -> None:
    rig = Rig(stage)
    rig.server.status = 500
    angry(stage)
    rig.asks()
    assert rig.counted("failed") == 1


@pytest.mark.parametrize(("knob", "most"), [("calls_per_day", 1), ("characters_per_day", 500)])
def test_over_budget_nothing_is_sent_and_the_next_day_it_goes_on(stage: Stage, knob: str, most: int) -> None:
    rig = Rig(stage, GOOD, **{knob: most})
    for name in ("a", "b"):
        stage.angry(name)
    rig.asks(3)
    assert len(rig.server.asked) == 1
    assert rig.counted("over_budget") == 1
    assert "超预算 1" in rig.facts[0][1]
    stage.passes(minutes=1)
    stage.at = stage.at.replace(day=21)
    stage.angry("c")
    rig.asks()
    assert len(rig.server.asked) == 2


def judged(stage: Stage, n: int, right: Callable[[int], bool]) -> None:
    """Alerts with opinions, closed by people who agree or not."""
    for i in range(n):
        stage.customer("再不退款我就投诉到12315", f"c{i}")
    with stage.store.read() as tx:
        alerts = tx.exec_driver_sql("select id from alert order by id").scalars().all()
    for i, id_ in enumerate(alerts):
        said = right(i)

        def note(tx: Any, id_: int = id_, said: bool = said) -> None:
            records.claim(tx, id_, "threat", stage.at)
            records.keep(tx, id_, state="told", real=said)

        stage.store.transact(note)
        stage.say("张主管", f"解决 A{id_}")
    stage.store.transact(lambda tx: records.set_trust(tx, Trust("threat", "shadow", 0, 0), stage.at))


def trust(stage: Stage) -> Trust:
    with stage.store.read() as tx:
        found = records.trust(tx, "threat")
    assert found is not None
    return found


def test_it_steps_up_only_with_proven_agreement_and_says_so(stage: Stage) -> None:
    judged(stage, 21, lambda i: i != 0)
    assert opinions.grade(stage.ctx) == 1
    assert (trust(stage).stage, trust(stage).agreed, trust(stage).judged) == ("hint", 20, 21)
    stage.settle()
    assert "共 21 次" in text_of(stage.cards("leads")[-1])
    assert opinions.grade(stage.ctx) == 0


def test_agreement_by_chance_stays_in_the_shadow(stage: Stage) -> None:
    judged(stage, 24, lambda i: i % 2 == 0)
    assert opinions.grade(stage.ctx) == 0
    assert trust(stage).stage == "shadow"


@pytest.mark.parametrize(("stage_of_trust", "why"), [("counted", {"doubt"}), ("hint", {"risk"})])
def test_where_it_counts_what_it_denies_is_reviewed_first(stage: Stage, stage_of_trust: str, why: set[str]) -> None:
    rig = Rig(stage, GOOD | {"real": False})
    angry(stage)
    rig.asks()
    with stage.store.read() as tx:
        said = records.of(tx, 1)
    assert said is not None
    proven = Trust(said.criterion, stage_of_trust, 60, 60)
    stage.store.transact(lambda tx: records.set_trust(tx, proven, stage.at))
    stage.at += timedelta(minutes=11)
    review_queue.work(stage.ctx)
    with stage.store.read() as tx:
        drawn_for = {one.why for one in reviews.of_day(tx, "2026-11-20") if not one.chance}
    assert drawn_for == why
