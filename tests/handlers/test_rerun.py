"""The stored past under other rules: exactly what is added and what disappears, and what people had said of it."""

from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any

from bot import engine as engines
from bot.engine import Engine
from handlers.cards.difference import difference_card, sentence
from handlers.reviewing.rerun import rerun
from rules import packs
from rules.difference import Difference
from rules.policy import Policy
from rules.rerun import Fate
from storage import past
from storage.db import Store
from tests.handlers.stage import START, Stage, engine

STRICTER = """
[keywords.kindly]
terms = "麻烦看一下"
[[rule]]
id = "asks_kindly"
version = 1
title = "客气地问"
kind = "risk"
severity = "orange"
says = "客户在问：「{term}」"
when = { any = ["kindly"] }
examples.yes = ["麻烦看一下"]
examples.no = ["好的"]
"""
THREAT = "再不退款我就投诉到12315"


@cache
def stricter() -> Engine:
    return engine().with_packs(packs.parse(engines.texts(engines.PACKS) | {"stricter.toml": STRICTER}))


@cache
def looser() -> Engine:
    """Without one rule."""
    read = engine().packs
    return engine().with_packs(packs.only(read, {rule.id for rule in read.rules} - {"threat_regulator"}))


def again(stage: Stage, new: Engine | None = None, **knobs: Any) -> Difference:
    policies = Policy(), replace(Policy(), **knobs)
    until = stage.at + timedelta(minutes=1)
    return rerun(stage.store, (engine(), new or engine()), policies, START - timedelta(days=1), until)


def test_a_stricter_pack_adds_exactly_what_its_rule_finds(store: Store) -> None:
    stage = Stage(store)
    stage.customer("你好，麻烦看一下我的订单", "c1")
    stage.customer("今天发货吗", "c2")
    found = again(stage, stricter())
    assert (found.conversations, found.messages, found.touched) == (2, 2, 1)
    assert (found.added.n, found.added.rules, found.added.verdicts) == (1, {"asks_kindly": 1}, {"": 1})
    assert found.removed.n == 0
    assert (found.calls[Fate.ADDED].n, found.calls[Fate.REMOVED].n) == (1, 0)


def test_a_looser_pack_takes_away_what_people_had_judged(store: Store) -> None:
    stage = Stage(store)
    for name, verdict in (("c1", "误报"), ("c2", "解决"), ("c3", "")):
        stage.customer(THREAT, name)
        if verdict:
            stage.say("张主管", f"{verdict} A{name[1]}", room="@张主管")
    found = again(stage, looser())
    assert found.added.n == 0
    assert found.removed.rules == {"threat_regulator": 3}
    assert found.removed.verdicts == {"false_alarm": 1, "real": 1, "": 1}
    assert [e.verdict for e in sorted(found.removed.examples, key=lambda e: e.conversation)] == [
        "false_alarm",
        "real",
        "",
    ]
    assert found.calls[Fate.REMOVED].n == 0, "the same words are a threat by another rule, too"


def test_waits_are_replayed_as_of_their_time(store: Store) -> None:
    stage = Stage(store)
    stage.customer("在吗，怎么退货", "c1")
    stage.passes(seconds=100)
    stage.agent("您好，这就帮您看", "c1")
    found = again(stage, first_reply_seconds=90, warn_before_seconds=30)
    assert found.added.rules == {"slow_first_reply": 1, "answered_late": 1}
    assert again(stage).touched == 0


def test_examples_are_masked_and_figures_carry_their_n(store: Store) -> None:
    stage = Stage(store)
    stage.customer("麻烦看一下，我电话13800001234", "c1")
    found = again(stage, stricter())
    card = str(difference_card(found, lambda rule: rule))
    assert "13800001234" not in card
    assert "麻烦看一下" in card
    assert "共 1 条（没判过 1）" in card
    assert sentence(found).startswith("近 1 天 1 段会话（1 条消息）重跑一遍：新增 1 条")


def test_only_the_wanted_stretch_of_time_is_read(store: Store) -> None:
    stage = Stage(store)
    stage.customer("麻烦看一下", "c1")
    until = stage.at + timedelta(days=3)
    late = rerun(store, (engine(), stricter()), (Policy(), Policy()), stage.at + timedelta(days=2), until)
    assert late.conversations == 0


def test_more_than_a_page_is_read_to_the_end(store: Store) -> None:
    stage = Stage(store)
    for n in range(7):
        stage.hears(stage.message("customer", "麻烦看一下", f"c{n}"))
    with store.read() as tx:
        first = past.page(tx, "", START - timedelta(days=1), stage.at + timedelta(days=1), 3)
        rest = past.page(tx, first[-1], START - timedelta(days=1), stage.at + timedelta(days=1), 300)
    assert sorted({*first, *rest}) == [f"shop:c{n}" for n in range(7)]
    assert again(stage, stricter()).added.n == 7
