"""django-helpdesk's tickets as events."""

import base64
import json
from datetime import datetime

import pytest

from bot.helpdesks import django_helpdesk
from bot.helpdesks.contract import Reading
from bot.helpdesks.signing import Forged
from handlers.errors import Unreadable
from rules import events
from rules.events import Assigned, MessageAdded, StatusChanged
from rules.model import Message, Speaker
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW, SECRET, Call


def read(name: str) -> Reading:
    return django_helpdesk.read(vendors.fixture("django_helpdesk", name), {}, NOW)


def messages(name: str) -> list[Message]:
    return [event.message for event in read(name).events if isinstance(event, MessageAdded)]


def at(text: str) -> datetime:
    return datetime.fromisoformat(f"2026-11-20T{text}+08:00")


OPENING = "打开箱子就发现碎了，怎么处理？"


def test_a_new_ticket_is_its_subject_and_the_customers_words() -> None:
    assert messages("new_ticket") == [
        Message("11", Speaker.CUSTOMER, f"收到的杯子碎了\n{OPENING}", at("10:00:00.218045"))
    ]
    (event,) = read("new_ticket").events
    assert isinstance(event, MessageAdded)
    assert (event.about.id, event.about.channel, event.about.customer_id) == ("7", "email", "zhou@example.com")


def test_the_first_words_are_the_customers_even_when_a_program_files_the_ticket() -> None:
    (opening,) = messages("new_ticket_by_api")
    assert (opening.speaker, opening.agent) == (Speaker.CUSTOMER, None)


def test_an_answer_of_staff_names_the_agent() -> None:
    assert messages("reply")[1] == Message("12", Speaker.AGENT, "您好，给您重新寄一个", at("10:06:00.493172"), "3")


def test_every_follow_up_of_the_snapshot_is_told_so_that_lost_ones_are_healed() -> None:
    told = messages("resolved")
    assert [m.id for m in told] == ["11", "12", "13", "14", "15"]
    assert [m.speaker.value for m in told] == ["customer", "agent", "note", "customer", "agent"]
    assert told[3].text == "好的，请尽快\n【附件】"


def test_a_follow_up_told_again_has_the_key_it_had() -> None:
    first = {events.key(event) for event in read("reply").events if isinstance(event, MessageAdded)}
    again = {events.key(event) for event in read("resolved").events}
    assert len(first) == 2
    assert first < again


def test_a_status_is_told_with_the_time_of_its_follow_up() -> None:
    (status,) = [event for event in read("resolved").events if isinstance(event, StatusChanged)]
    assert (status.status, status.at) == ("resolved", at("11:00:00"))


def test_a_follow_up_without_words_is_no_message() -> None:
    assert [m.id for m in messages("status_only")] == ["11"]
    assert any(isinstance(e, StatusChanged) and e.status == "open" for e in read("status_only").events)


def test_the_agent_of_the_ticket_is_told() -> None:
    assert Assigned(read("reply").events[0].about, "3", at("10:06:00.493172")) in read("reply").events  # type: ignore[union-attr]


def test_the_password_may_hold_a_colon() -> None:
    coded = base64.b64encode(f"anyone:{SECRET}:more".encode()).decode()
    vendors.verify("django_helpdesk", Call(b"", {"authorization": f"basic {coded}"}), f"{SECRET}:more")
    with pytest.raises(Forged):
        vendors.verify("django_helpdesk", Call(b"", {"authorization": f"Bearer {SECRET}"}))


@pytest.mark.parametrize("body", [{}, {"ticket": None}, {"ticket": []}, {"ticket": {}}, {"ticket": {"id": True}}])
def test_a_body_without_a_ticket_is_unreadable(body: object) -> None:
    with pytest.raises(Unreadable, match=r"ticket\.id"):
        django_helpdesk.read(vendors.dumped(body), {}, NOW)


@pytest.mark.parametrize("instead", [None, 5, "x", [], {}, [[]], True, 1e300])
def test_any_part_may_have_any_shape(instead: object) -> None:
    told = json.loads(vendors.fixture("django_helpdesk", "resolved"))
    for field in told["ticket"]:
        if field != "id":
            spoilt = told | {"ticket": told["ticket"] | {field: instead}}
            assert isinstance(django_helpdesk.read(vendors.dumped(spoilt), {}, NOW), Reading)
    for field in told["ticket"]["followup_set"][0]:
        spoilt = told | {"ticket": told["ticket"] | {"followup_set": [{field: instead}, instead]}}
        assert isinstance(django_helpdesk.read(vendors.dumped(spoilt), {}, NOW), Reading)
