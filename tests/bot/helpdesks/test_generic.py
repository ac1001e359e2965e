"""The generic webhook: Standard Webhooks by the book, and the JSON form of DESIGN."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook

from bot.helpdesks import generic
from bot.helpdesks.signing import Forged
from handlers.errors import Unreadable
from rules.events import Assigned, MessageAdded, Ordered, Rated, Reviewed, StatusChanged
from rules.model import Speaker
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW, Call

BODY = vendors.fixture("generic", "message")
KEY = base64.b64encode(b"twenty-four bytes at least").decode()
WHSEC = f"whsec_{KEY}"


def signed_by_the_book(body: bytes, at: datetime = NOW) -> Call:
    signature = Webhook(WHSEC).sign("msg_2", at, body.decode())
    headers = {"webhook-id": "msg_2", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return Call(body, headers)


def test_what_the_reference_library_signs_is_accepted() -> None:
    vendors.verify("generic", signed_by_the_book(BODY), WHSEC)


def test_the_reference_library_accepts_what_our_rule_accepts() -> None:
    call = signed_by_the_book(BODY, datetime.now(UTC))
    vendors.verify("generic", call, WHSEC, datetime.now(UTC))
    assert Webhook(WHSEC).verify(call.body, call.headers) == json.loads(BODY)


def test_the_padding_of_a_secret_may_be_missing() -> None:
    vendors.verify("generic", signed_by_the_book(BODY), WHSEC.rstrip("="))


@pytest.mark.parametrize("others", ["v1,{0} {1}", "{1} v1,{0}", "v1a,{0} {1}", "v0,{0} {1} v2,{0}"])
def test_one_right_signature_among_several_is_enough(others: str) -> None:
    call = signed_by_the_book(BODY)
    several = others.format(base64.b64encode(b"x" * 32).decode(), call.headers["webhook-signature"])
    vendors.verify("generic", replace(call, headers=call.headers | {"webhook-signature": several}), WHSEC)


def test_the_signature_of_another_version_does_not_count() -> None:
    call = signed_by_the_book(BODY)
    other = call.headers["webhook-signature"].replace("v1,", "v2,")
    with pytest.raises(Forged):
        vendors.verify("generic", replace(call, headers=call.headers | {"webhook-signature": other}), WHSEC)


def test_the_id_is_part_of_what_is_signed() -> None:
    call = signed_by_the_book(BODY)
    with pytest.raises(Forged):
        vendors.verify("generic", replace(call, headers=call.headers | {"webhook-id": "msg_3"}), WHSEC)


def test_a_secret_that_is_no_base64_is_told_when_the_program_starts() -> None:
    assert generic.mistake("whsec_$$$")
    assert not generic.mistake(WHSEC)
    assert not generic.mistake("any words")
    with pytest.raises(Forged):
        vendors.verify("generic", signed_by_the_book(BODY), "whsec_$$$")


def test_one_event_stands_by_itself() -> None:
    (event,) = generic.read(BODY, {}, NOW).events
    assert isinstance(event, MessageAdded)
    assert (event.about.id, event.about.customer_name, event.message.speaker) == ("c-7001", "周女士", Speaker.CUSTOMER)


def test_several_events_come_in_their_order_and_unknown_ones_are_named() -> None:
    reading = generic.read(vendors.fixture("generic", "batch"), {}, NOW)
    kinds = [MessageAdded, MessageAdded, Assigned, StatusChanged, Rated, Ordered, Reviewed]
    assert [type(event) for event in reading.events] == kinds
    assert reading.ignored == ("typing",)


@pytest.mark.parametrize(
    ("body", "sentence"),
    [
        ({"events": {}}, "字段 events"),
        ({"events": [{"type": "typing"}, "x"]}, "第 2 条"),
        ({"events": [{"type": "message"}]}, "第 1 条：字段 conversation"),
        ({"events": [None]}, "第 1 条"),
        ({}, "字段 type"),
        ({"type": ["message"]}, "字段 type"),
    ],
)
def test_a_mistake_is_found_by_its_number_and_field(body: object, sentence: str) -> None:
    with pytest.raises(Unreadable, match=sentence):
        generic.read(vendors.dumped(body), {}, NOW)
