"""Zendesk's events of tickets as ours."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from bot.helpdesks import zendesk
from bot.helpdesks.contract import Reading
from handlers.errors import Unreadable
from rules import events
from rules.events import About, Assigned, MessageAdded, StatusChanged
from rules.model import Message, Speaker
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW

ABOUT = About("5158", "email", customer_id="9")
SAID = About("5158", "email", customer_id="9", customer_name="周女士")
AT = datetime(2026, 11, 20, 2, 0, 0, 318123, tzinfo=UTC)  # of nine digits six are kept


def read(name: str, **changes: Any) -> Reading:
    body = json.loads(vendors.fixture("zendesk", name)) | changes
    return zendesk.read(vendors.dumped(body), {}, NOW)


@pytest.mark.parametrize(
    ("name", "about", "message"),
    [
        ("comment_by_customer", SAID, Message("9876543210", Speaker.CUSTOMER, "到底什么时候能到？", AT)),
        ("comment_by_agent", ABOUT, Message("9876543211", Speaker.AGENT, "您好，马上帮您催一下", AT, "3")),
        ("internal_note", ABOUT, Message("9876543212", Speaker.NOTE, "老客户，优先处理", AT, "3")),
        ("comment_by_trigger", ABOUT, Message("9876543213", Speaker.SYSTEM, "您的工单已收到", AT)),
    ],
)
def test_a_comment_is_told_by_the_one_who_wrote_it(name: str, about: About, message: Message) -> None:
    assert read(name).events == (MessageAdded(about, message),)


def test_messaging_is_a_chat() -> None:
    (event,) = read("by_messaging").events
    assert isinstance(event, MessageAdded)
    assert event.about.channel == "chat"


def test_a_new_ticket_is_told_with_its_first_words_and_nobody_who_has_it() -> None:
    words = Message("opening", Speaker.CUSTOMER, "物流没有更新\n等了三天，物流一直没有更新", AT)
    told = read("created").events
    about = About("5158", "email", customer_id="9")
    assert told == (StatusChanged(about, "open", AT), Assigned(about, None, AT), MessageAdded(about, words))


def test_the_first_words_told_again_as_a_comment_are_the_same_message() -> None:
    comment = json.loads(vendors.fixture("zendesk", "comment_by_customer"))["event"]
    comment["comment"]["body"] = "等了三天，物流一直没有更新"
    again = read("comment_by_customer", event=comment).events[0]
    assert events.key(again) == events.key(read("created").events[2])


@pytest.mark.parametrize(("name", "status"), [("status_changed", "resolved"), ("held", "pending")])
def test_a_status_is_read(name: str, status: str) -> None:
    assert read(name).events == (StatusChanged(ABOUT, status, AT),)


@pytest.mark.parametrize(("name", "agent"), [("assigned", "5"), ("unassigned", None)])
def test_an_assignment_is_read(name: str, agent: str | None) -> None:
    assert read(name).events == (Assigned(ABOUT, agent, AT),)


def test_numbers_may_be_numbers() -> None:
    detail = {"id": 5158, "requester_id": 9, "via": {"channel": "web"}}
    event = {"current": 5, "previous": 3}
    assert read("assigned", detail=detail, event=event).events == (Assigned(ABOUT, "5", AT),)


def test_a_ticket_may_be_named_by_the_subject_alone() -> None:
    assert read("assigned", detail=None).events == (Assigned(About("5158"), "5", AT),)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("priority_changed", {}),
        ("status_changed", {"event": {"current": "ARCHIVED"}}),
        ("comment_by_agent", {"event": {}}),
        ("assigned", {"detail": {}, "subject": "zen:user:7"}),
        ("assigned", {"detail": {"id": "../5158"}, "subject": ""}),
    ],
)
def test_what_is_no_news_is_counted_under_its_name(name: str, changes: dict[str, Any]) -> None:
    told = json.loads(vendors.fixture("zendesk", name))["type"].removeprefix("zen:event-type:")
    assert read(name, **changes) == Reading((), (told,))


@pytest.mark.parametrize("body", [{}, {"type": 5}, {"type": None, "id": 1}])
def test_a_body_without_a_type_is_unreadable(body: object) -> None:
    with pytest.raises(Unreadable, match="type"):
        zendesk.read(vendors.dumped(body), {}, NOW)


@pytest.mark.parametrize("name", vendors.names("zendesk"))
@pytest.mark.parametrize("instead", [None, 5, "x", [], {}, [[]], True, 1e300])
def test_any_part_may_have_any_shape(name: str, instead: object) -> None:
    told = json.loads(vendors.fixture("zendesk", name))
    for field in told.keys() - {"type"}:
        assert isinstance(zendesk.read(vendors.dumped(told | {field: instead}), {}, NOW), Reading)
    for field in told["detail"]:
        body = told | {"detail": told["detail"] | {field: instead}}
        assert isinstance(zendesk.read(vendors.dumped(body), {}, NOW), Reading)
