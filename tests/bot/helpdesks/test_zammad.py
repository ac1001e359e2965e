"""Zammad's tickets and articles as events."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from bot.helpdesks import zammad
from bot.helpdesks.contract import Reading
from handlers.errors import Unreadable
from rules import events
from rules.events import About, Assigned, MessageAdded, StatusChanged
from rules.model import Message, Speaker
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW

AT = datetime(2026, 11, 20, 2, 0, 0, 318000, tzinfo=UTC)
CHANGED = datetime(2026, 11, 20, 2, 0, 0, 333000, tzinfo=UTC)


def about(channel: str = "") -> About:
    return About("81", channel, team="售后", customer_id="8", customer_name="周女士")


def read(name: str, now: datetime = NOW, **changes: Any) -> Reading:
    body = json.loads(vendors.fixture("zammad", name))
    return zammad.read(vendors.dumped(body | {"ticket": body["ticket"] | changes}), {}, now)


@pytest.mark.parametrize(
    ("name", "channel", "message"),
    [
        ("customer", "email", Message("104", Speaker.CUSTOMER, "等了三天，物流一直没有更新", AT)),
        ("created", "email", Message("104", Speaker.CUSTOMER, "物流没有更新\n等了三天，物流一直没有更新", AT)),
        ("agent", "email", Message("105", Speaker.AGENT, "您好，马上帮您催一下", AT, "5")),
        ("internal_note", "", Message("106", Speaker.NOTE, "老客户，优先处理", AT, "5")),
        ("system", "email", Message("107", Speaker.SYSTEM, "您的工单已收到", AT)),
        ("by_phone", "phone", Message("108", Speaker.CUSTOMER, "客户来电催件", AT)),
        ("attachment", "email", Message("109", Speaker.CUSTOMER, "【附件】", AT)),
    ],
)
def test_an_article_is_told_by_the_one_who_wrote_it(name: str, channel: str, message: Message) -> None:
    assert read(name).events[0] == MessageAdded(about(channel), message)


def test_the_first_words_have_one_key_with_and_without_the_title() -> None:
    assert events.key(read("created").events[0]) == events.key(read("customer").events[0])


@pytest.mark.parametrize(
    ("name", "status"), [("customer", "open"), ("created", "open"), ("closed", "resolved"), ("pending", "pending")]
)
def test_a_status_is_read_from_the_ticket(name: str, status: str) -> None:
    (told,) = [event for event in read(name).events if isinstance(event, StatusChanged)]
    assert told.status == status


@pytest.mark.parametrize(("name", "agent"), [("customer", "5"), ("unowned", None), ("without_article", "5")])
def test_who_has_it_is_read_from_the_ticket(name: str, agent: str | None) -> None:
    assert read(name).events[-1] == Assigned(about(), agent, CHANGED)


def test_states_of_a_shop_s_own_say_nothing() -> None:
    assert not any(isinstance(event, StatusChanged) for event in read("customer", state="等仓库").events)


def test_an_article_without_a_known_writer_is_its_owner_s() -> None:
    body = json.loads(vendors.fixture("zammad", "agent"))
    del body["article"]["created_by_id"]
    (message,) = [e for e in zammad.read(vendors.dumped(body), {}, NOW).events if isinstance(e, MessageAdded)]
    assert message.message.agent == "5"


def test_a_signed_ticket_of_long_ago_is_a_replay() -> None:
    late = NOW + timedelta(days=31)
    assert read("customer", late) == Reading((), ("old",))
    assert read("customer", NOW + timedelta(days=29)).events


def test_a_replay_has_the_keys_it_had_before() -> None:
    first, again = read("customer"), read("customer", NOW + timedelta(days=3))
    assert [events.key(e) for e in first.events] == [events.key(e) for e in again.events]


@pytest.mark.parametrize("body", [{}, {"ticket": {}}, {"ticket": [1]}, {"article": {"id": 4}}])
def test_a_body_without_a_ticket_is_unreadable(body: object) -> None:
    with pytest.raises(Unreadable, match=r"ticket\.id"):
        zammad.read(vendors.dumped(body), {}, NOW)


@pytest.mark.parametrize("name", vendors.names("zammad"))
@pytest.mark.parametrize("instead", [None, 5, "x", [], {}, [[]], True, 1e300])
def test_any_part_may_have_any_shape(name: str, instead: object) -> None:
    told = json.loads(vendors.fixture("zammad", name))
    for part in ("ticket", "article"):
        for field in (told[part] or {}).keys() - {"id"}:
            body = told | {part: told[part] | {field: instead}}
            assert isinstance(zammad.read(vendors.dumped(body), {}, NOW), Reading)
