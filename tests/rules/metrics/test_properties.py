"""What must hold for every conversation: order and repetition change nothing, and figures stay in their bounds."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rules.metrics import figures
from rules.model import Assignment, Conversation, Message, Order, OrderItem, Rating, Speaker, StatusChange
from tests.rules.metrics.chats import at, packs, scene

MOMENTS = st.integers(0, 3000).map(lambda s: at("20T21:30") + timedelta(seconds=s * 7))
AGENTS = st.sampled_from(["an", "bo", None])


def once(values: list[Any]) -> list[Any]:
    return list({value.at: value for value in values}.values())


@st.composite
def conversations(draw: st.DrawFn, name: str) -> Conversation:
    said = draw(st.lists(st.tuples(MOMENTS, st.sampled_from(Speaker), AGENTS), min_size=1, max_size=9))
    messages = [Message(f"m{i}", who, "话", when, agent) for i, (when, who, agent) in enumerate(said)]
    held = once(draw(st.lists(st.builds(Assignment, AGENTS, MOMENTS), max_size=3)))
    became = once(
        draw(st.lists(st.builds(StatusChange, st.sampled_from(["open", "pending", "resolved"]), MOMENTS), max_size=4))
    )
    rating = draw(st.none() | st.builds(Rating, st.integers(1, 5), st.just(""), MOMENTS))
    paid = draw(st.none() | MOMENTS)
    orders = (Order(f"E{name}", "", "", paid, (OrderItem("S", "杯子", 10.0),)),) if paid else ()
    return Conversation(
        name, tuple(messages), customer_id=draw(st.sampled_from(["", "u1", "u2"])), assignments=tuple(held),
        statuses=tuple(became), rating=rating, orders=orders, invited=tuple(draw(st.lists(MOMENTS, max_size=1))),
    )  # fmt: skip


FILES = st.tuples(conversations("c1"), conversations("c2"), conversations("c3"))


@pytest.mark.parametrize("pack", ["generic", "wangwang", "jd", "pdd"])
@settings(max_examples=25, deadline=None)
@given(chats=FILES, mix=st.randoms(use_true_random=False))
def test_the_order_of_arrival_and_repetition_do_not_matter(pack: str, chats: Any, mix: Any) -> None:
    shuffled = []
    for c in chats:
        parts: dict[str, Any] = {}
        for name in ("messages", "assignments", "statuses"):
            told = [*getattr(c, name)]
            told += told[:2]  # told again
            mix.shuffle(told)
            parts[name] = tuple(told)
        shuffled.append(replace(c, **parts))
    mix.shuffle(shuffled)
    assert [*figures.compute(scene(shuffled), packs()[pack])] == [*figures.compute(scene(chats), packs()[pack])]


@pytest.mark.parametrize("pack", ["generic", "wangwang", "doudian"])
@settings(max_examples=25, deadline=None)
@given(chats=FILES)
def test_rates_are_shares_and_intervals_hold_their_value(pack: str, chats: Any) -> None:
    units = {d.name: d.unit for d in packs()[pack].definitions}
    for figure in figures.compute(scene(chats), packs()[pack]):
        assert (figure.value is None) == (figure.n == 0) or units[figure.name] == "ratio", figure
        assert (figure.n == 0) == (figure.conversations == ()), figure
        if figure.value is None:
            continue
        assert figure.value >= 0
        assert units[figure.name] != "rate" or figure.value <= 1
        if figure.interval and units[figure.name] == "rate":
            assert 0 <= figure.interval[0] <= figure.value <= figure.interval[1] <= 1


@settings(max_examples=25, deadline=None)
@given(chats=FILES)
def test_agents_turns_add_up_to_the_total(chats: Any) -> None:
    """Every turn belongs to one agent, or to nobody who is named."""
    found = [f for f in figures.compute(scene(chats), packs()["generic"]) if f.name == "generic.mean_reply"]
    assert found[0].n >= sum(f.n for f in found[1:])


@settings(max_examples=25, deadline=None)
@given(chats=FILES)
def test_the_bot_s_words_change_no_wait(chats: Any) -> None:
    """Where a human has the conversation, leaving out what bot, system and notes said leaves every turn as it was."""
    silent = {Speaker.BOT, Speaker.SYSTEM, Speaker.NOTE}
    human = [replace(c, messages=(*c.messages, Message("h", Speaker.AGENT, "话", at("21T06:00"), "an"))) for c in chats]
    quiet = [replace(c, messages=tuple(m for m in c.messages if m.speaker not in silent)) for c in human]
    loud_figures, quiet_figures = (
        {(f.name, f.agent): (f.value, f.n) for f in figures.compute(scene(told), packs()["wangwang"])}
        for told in (human, quiet)
    )
    for name in ("wangwang.mean_reply", "wangwang.reply_rate_3min", "wangwang.reply_rate_60s"):
        assert loud_figures[(name, None)] == quiet_figures[(name, None)]
