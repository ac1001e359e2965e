"""The generic webhook's events: read, written, and told apart by their keys."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules import events, fields
from rules.events import About, Assigned, Invited, MessageAdded, Ordered, Rated, Reviewed, StatusChanged
from rules.model import Message, Order, OrderItem, Rating, Speaker

BEIJING = timezone(timedelta(hours=8))
TEN = datetime(2026, 11, 20, 10, tzinfo=BEIJING)
ABOUT = About("c1", "chat", "旗舰店", "售后", "u9", "王女士", "E1")
ALL = (
    MessageAdded(ABOUT, Message("m1", Speaker.CUSTOMER, "快递三天没动了", TEN)),
    MessageAdded(About("c1"), Message("m2", Speaker.AGENT, "", None, "3")),
    Assigned(About("c1"), "3", TEN),
    Assigned(About("c1"), None),
    StatusChanged(About("c1"), "resolved", TEN),
    Rated(About("c1"), Rating(1, "太慢", TEN)),
    Invited(About("c1"), TEN),
    Ordered(Order("E1", "u9", "旗舰店", TEN, (OrderItem("S1", "洁面乳", 59.0),))),
    Reviewed("E1", "u9", 5, True, TEN),
)


def message(**changes: Any) -> dict[str, Any]:
    said = {"id": "m1", "at": "2026-11-20T10:00:00+08:00", "from": "customer", "text": "在吗"} | changes
    return {"type": "message", "conversation": {"id": "c1"}, "message": said}


@pytest.mark.parametrize("event", ALL)
def test_what_is_written_is_read_back(event: events.Event) -> None:
    assert events.read(json.loads(json.dumps(events.write(event)))) == event


def test_an_unknown_type_is_no_mistake() -> None:
    assert events.read({"type": "typing", "conversation": {"id": "c1"}}) is None


def test_ids_that_arrive_as_numbers_are_taken_as_text() -> None:
    read = events.read(message(id=7, agent=3, **{"from": "agent"}))
    assert isinstance(read, MessageAdded)
    assert (read.message.id, read.message.agent) == ("7", "3")


def test_control_characters_and_lone_surrogates_are_taken_out_and_long_texts_are_cut() -> None:
    read = events.read(message(text="a\x00b\ud800c\r\n" + "长" * 30_000))
    assert isinstance(read, MessageAdded)
    assert read.message.text.startswith("abc\n长")
    assert len(read.message.text) <= fields.TEXT_LIMIT
    read.message.text.encode()


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"conversation": {}}, "type"),
        ({"type": "message"}, "conversation"),
        ({"type": "message", "conversation": {"id": ""}}, "conversation.id"),
        (message(id=True), "message.id"),
        (message(id="x" * 300), "message.id"),
        (message(at="2026-11-20T10:00:00"), "message.at"),
        (message(at="昨天"), "message.at"),
        (message(at="0001-01-01T00:00:00+14:00"), "message.at"),
        (message(text=None), "message.text"),
        (message(**{"from": "buyer"}), "message.from"),
        ({"type": "status", "conversation": {"id": "c1"}, "status": "gone"}, "status"),
        ({"type": "rated", "conversation": {"id": "c1"}, "rating": {"score": float("nan")}}, "rating.score"),
        ({"type": "rated", "conversation": {"id": "c1"}, "rating": {"score": 6}}, "rating.score"),
        ({"type": "order", "order": {"id": "E1", "items": [{"amount": float("inf")}]}}, "order.items.amount"),
        ({"type": "order", "order": {"id": "E1", "items": "S1"}}, "order.items"),
        ({"type": "review", "review": {"order": "E1", "score": 5, "has_picture": "yes"}}, "review.has_picture"),
    ],
)
def test_a_wrong_field_is_named(body: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=f"字段 {field}："):
        events.read(body)


def test_the_same_event_told_in_another_time_zone_has_the_same_key() -> None:
    assert events.key(Assigned(About("c1"), "3", TEN)) == events.key(Assigned(About("c1"), "3", TEN.astimezone(UTC)))
    assert events.key(ALL[0]) == "msg:c1:m1"


def test_different_events_have_different_keys() -> None:
    changed = Ordered(Order("E1", "u9", "旗舰店", TEN, (OrderItem("S1", "洁面乳", 58.0),)))
    colons = (
        MessageAdded(About("a:b"), Message("c", Speaker.NOTE, "")),
        MessageAdded(About("a"), Message("b:c", Speaker.NOTE, "")),
    )
    told = (*ALL, changed, *colons)
    assert len({events.key(event) for event in told}) == len(told)


JSON = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5), st.just([{}]), st.just({"id": 1})
)
NAMES = ("id", "from", "text", "at", "score", "order", "items", "customer", "channel", "agent")
PART = st.dictionaries(st.sampled_from(NAMES), JSON, max_size=4) | JSON
NAMED = st.fixed_dictionaries(
    {
        "type": st.sampled_from(list(events.READERS)),
        "conversation": PART,
        "message": PART,
        "order": PART,
        "review": PART,
    },
    optional=dict.fromkeys(("agent", "status", "rating", "at"), JSON),
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(NAMED)
def test_any_body_is_read_or_refused_with_a_sentence(body: dict[str, Any]) -> None:
    refusal = ""
    try:
        assert events.read(body) is not None
    except ValueError as mistake:
        refusal = str(mistake)
    assert not refusal or refusal.startswith("字段 ")
