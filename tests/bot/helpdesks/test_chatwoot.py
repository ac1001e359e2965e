"""Chatwoot's payloads as events."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.helpdesks import chatwoot
from bot.helpdesks.contract import Reading
from handlers.errors import Unreadable
from rules import events
from rules.events import About, Assigned, MessageAdded, Rated, StatusChanged
from rules.model import Message, Rating, Speaker
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW

ABOUT = About("1-42", "chat", customer_id="9", customer_name="周女士", order_id="E20261120001")
SENT = datetime(2026, 11, 20, 2, 0, 0, 318000, tzinfo=UTC)
CHANGED = datetime(2026, 11, 20, 2, 0, 1, 250000, tzinfo=UTC)


def read(name: str) -> Reading:
    return chatwoot.read(vendors.fixture("chatwoot", name), {"x-chatwoot-timestamp": str(int(NOW.timestamp()))}, NOW)


def changed(name: str, **changes: Any) -> Reading:
    body = json.loads(vendors.fixture("chatwoot", name)) | changes
    return chatwoot.read(vendors.dumped(body), {}, NOW)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("message_incoming", Message("123", Speaker.CUSTOMER, "等了三天，物流一直没有更新", SENT)),
        (
            "message_outgoing",
            Message("124", Speaker.AGENT, "您好，马上帮您催一下，查看物流 https://wuliu.example.com/t/1", SENT, "3"),
        ),
        ("message_by_bot", Message("125", Speaker.BOT, "您好，我是小助手", SENT)),
        ("message_by_automation", Message("126", Speaker.BOT, "我们的工作时间是 9 点到 22 点", SENT)),
        ("message_template", Message("127", Speaker.BOT, "请为本次服务打分", SENT)),
        ("message_activity", Message("128", Speaker.SYSTEM, "对话已分配给 阿宁", SENT)),
        ("private_note", Message("129", Speaker.NOTE, "老客户，优先处理", SENT, "3")),
        ("message_with_picture", Message("130", Speaker.CUSTOMER, "【图片】", SENT)),
    ],
)
def test_a_message_is_told_by_the_one_who_said_it(name: str, message: Message) -> None:
    assert read(name).events == (MessageAdded(ABOUT, message),)


def test_mail_is_read_without_its_html() -> None:
    (event,) = read("message_from_mail").events
    assert isinstance(event, MessageAdded)
    assert event.about.channel == "email"
    assert event.message.text == "你好，\n包裹破了\n请处理 & 回复"


def test_the_kind_of_a_message_may_be_a_number() -> None:
    assert changed("message_incoming", message_type=0).events == read("message_incoming").events


def test_newer_names_of_a_message_event_mean_the_same_message() -> None:
    assert changed("message_incoming", event="message_incoming").events == read("message_incoming").events


def test_a_message_that_was_deleted_meanwhile_is_not_told() -> None:
    assert changed("message_incoming", content_attributes={"deleted": True}).events == ()


def test_a_rating_is_news_and_its_feedback_is_kept() -> None:
    assert read("rated").events == (Rated(ABOUT, Rating(1, "太慢", NOW.replace(microsecond=0))),)


@pytest.mark.parametrize(
    ("name", "status"), [("status_changed", "resolved"), ("snoozed", "pending"), ("opened_for_bot", "open")]
)
def test_a_status_is_read_from_the_conversation(name: str, status: str) -> None:
    assert StatusChanged(ABOUT, status, CHANGED) in read(name).events


@pytest.mark.parametrize(("name", "agent"), [("assigned", "5"), ("unassigned", None), ("team_changed", "3")])
def test_a_new_agent_or_team_is_an_assignment(name: str, agent: str | None) -> None:
    (assigned,) = [event for event in read(name).events if isinstance(event, Assigned)]
    assert (assigned.agent, assigned.at) == (agent, CHANGED)
    assert assigned.about.team == ("售后" if name == "team_changed" else "")


def test_a_conversation_brings_the_newest_message_with_it() -> None:
    (healed,) = [event for event in read("status_changed").events if isinstance(event, MessageAdded)]
    assert healed.message == Message("124", Speaker.AGENT, "已经催了，明天到", SENT, "3")
    assert events.key(healed) == events.key(read("message_outgoing").events[0])


def test_a_new_conversation_is_told_with_its_status_and_first_message() -> None:
    created = read("conversation_created").events
    assert [type(event) for event in created] == [StatusChanged, MessageAdded]
    assert isinstance(created[0], StatusChanged)
    assert created[0].status == "pending"


@pytest.mark.parametrize("name", ["contact_updated", "labelled", "message_deleted"])
def test_what_is_no_news_is_counted_under_its_name(name: str) -> None:
    told = json.loads(vendors.fixture("chatwoot", name))["event"]
    assert read(name) == Reading((), (told,))


def test_a_status_changed_twice_the_same_way_is_told_by_one_key() -> None:
    both = read("status_changed"), changed("status_changed", event="conversation_updated")
    assert events.key(both[0].events[0]) == events.key(both[1].events[0])


@pytest.mark.parametrize("body", [{}, {"event": 5}, {"event": None, "id": 1}])
def test_a_body_without_an_event_is_unreadable(body: object) -> None:
    with pytest.raises(Unreadable, match="event"):
        chatwoot.read(vendors.dumped(body), {}, NOW)


@pytest.mark.parametrize("name", vendors.names("chatwoot"))
@pytest.mark.parametrize("instead", [None, 5, "x", [], {}, [[]], True, 1e300])
def test_any_part_may_have_any_shape(name: str, instead: object) -> None:
    told = json.loads(vendors.fixture("chatwoot", name))
    for field in told:
        if field != "event":
            assert isinstance(chatwoot.read(vendors.dumped(told | {field: instead}), {}, NOW), Reading)
