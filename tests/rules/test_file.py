"""The conversation file's lines."""

from typing import Any

import pytest

from rules import events, file
from rules.model import Speaker

LINE: dict[str, Any] = {
    "id": "c-1", "shop": "旗舰店", "team": "售后", "customer": {"id": "u-9", "name": "王女士"}, "order_id": "E123",
    "messages": [
        {"id": "m2", "at": "2026-11-20T10:00:40+08:00", "from": "agent", "agent": "xiaoli", "text": "您好"},
        {"id": "m1", "at": "2026-11-20T10:00:00+08:00", "from": "customer", "text": "快递三天没动了"},
    ],
    "events": [
        {"type": "status", "status": "resolved", "at": "2026-11-20T10:15:00+08:00"},
        {"type": "assigned", "agent": "xiaoli", "at": "2026-11-20T10:00:20+08:00"},
        {"type": "invited", "at": "2026-11-20T10:16:00+08:00"},
    ],
    "rating": {"score": 5, "at": "2026-11-20T10:20:00+08:00"},
    "orders": [{"id": "E123", "customer": "u-9", "paid_at": "2026-11-19T10:00:00+08:00"}],
}  # fmt: skip


def test_a_line_becomes_a_conversation_in_the_order_of_time() -> None:
    read = file.read_conversation(LINE)
    assert [m.id for m in read.messages] == ["m1", "m2"]
    assert (read.agent, read.status, read.channel, read.customer_name) == ("xiaoli", "resolved", "chat", "王女士")
    assert read.rating is not None
    assert read.rating.score == 5


def test_what_is_optional_may_be_missing() -> None:
    read = file.read_conversation({"id": 5, "messages": [{"from": "customer", "text": "在吗"}]})
    assert (read.id, read.messages[0].id, read.messages[0].speaker) == ("5", "m1", Speaker.CUSTOMER)


def test_a_conversation_is_told_again_as_its_events() -> None:
    told = file.events_of(file.read_conversation(LINE))
    kinds = ["order", "message", "assigned", "message", "status", "invited", "rated"]
    assert [events.write(e)["type"] for e in told] == kinds
    assert [events.read(events.write(e)) for e in told] == told


def test_without_times_the_messages_keep_their_order() -> None:
    rows = [{"from": "customer", "text": str(n)} for n in range(3)]
    told = file.events_of(file.read_conversation({"id": "c", "messages": rows}))
    assert [e.message.text for e in told if isinstance(e, events.MessageAdded)] == ["0", "1", "2"]


@pytest.mark.parametrize(
    ("line", "field"),
    [
        ({"messages": []}, "id"),
        ({"id": "c"}, "messages"),
        ({"id": "c", "messages": [{"from": "customer"}]}, r"messages\[1\]\.text"),
        ({"id": "c", "messages": [{"id": 1, "from": "note", "text": ""}] * 2}, "messages"),
    ],
)
def test_a_wrong_line_says_which_field(line: dict[str, Any], field: str) -> None:
    with pytest.raises(ValueError, match=f"字段 {field}："):
        file.read_conversation(line)
