"""The way of a webhook's call from the socket into the inbox, or out again."""

import asyncio
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from time import monotonic
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot import routes
from bot.settings.sections import Config
from bot.webhooks import request_body
from bot.webhooks.request_body import LARGEST, Rejected
from handlers.errors import UserError
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW, SIGNERS, Call
from tests.bot.ingest_rig import Rig

MESSAGE = vendors.fixture("generic", "message")
BATCH = vendors.fixture("generic", "batch")
FIXTURES = [
    (desk, kind, name)
    for desk, kind in (("shop", "generic"), ("woot", "chatwoot"), ("mail", "django_helpdesk"))
    for name in vendors.names(kind)
]


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as opened:
        yield opened


def signed(kind: str, body: bytes) -> Call:
    return SIGNERS[kind][1](body)


def shop(body: Any) -> Call:
    return vendors.generic(body if isinstance(body, bytes) else vendors.dumped(body))


@pytest.mark.parametrize(("desk", "kind", "name"), FIXTURES)
def test_what_a_vendor_sends_is_taken(rig: Rig, desk: str, kind: str, name: str) -> None:
    answered = rig.post(f"/in/{desk}", signed(kind, vendors.fixture(kind, name)))
    assert answered.status == 200
    assert answered.json == {"ok": True, "accepted": len(rig.kept())}
    assert rig.asked == (1 if rig.kept() else 0)


def test_an_event_is_kept_with_its_conversation_its_key_and_the_defaults_of_the_config(rig: Rig) -> None:
    rig.post("/in/shop", shop({"type": "status", "conversation": {"id": "c1"}, "status": "open"}))
    (row,) = rig.kept()
    assert (row.source, row.conversation, row.kind, row.received_at) == ("shop", "shop:c1", "status", NOW)
    assert row.key == "shop:status:c1::open"
    assert json.loads(row.body)["conversation"] == {"id": "c1", "team": "售后", "shop": "青禾旗舰店"}


def test_what_the_source_says_of_its_team_is_left_as_it_is(rig: Rig) -> None:
    told = {"id": "c1", "team": "售前", "shop": "另一家店"}
    rig.post("/in/shop", shop({"type": "status", "conversation": told, "status": "open"}))
    assert json.loads(rig.kept()[0].body)["conversation"] == told


def test_orders_and_reviews_belong_to_no_conversation(rig: Rig) -> None:
    rig.post("/in/shop", shop(BATCH))
    assert {row.kind: row.conversation for row in rig.kept()}["order"] == ""


def test_where_the_work_lags_behind_the_answer_waits_and_the_event_is_kept_all_the_same(rig: Rig) -> None:
    rig.pause = 0.05
    began = monotonic()
    assert rig.post("/in/shop", shop(BATCH)).status == 200
    assert monotonic() - began >= 0.05
    assert rig.asked == 1


def test_what_is_not_used_is_counted_and_wakes_nobody(rig: Rig) -> None:
    assert rig.post("/in/woot", signed("chatwoot", vendors.fixture("chatwoot", "contact_updated"))).status == 200
    labels = (("helpdesk", "woot"), ("type", "contact_updated"))
    assert rig.counters.get("starling_events_ignored_total", labels) == 1
    assert (rig.kept(), rig.asked) == ([], 0)


def test_a_call_repeated_or_out_of_order_brings_the_same_keys(rig: Rig) -> None:
    told = json.loads(BATCH)["events"]
    for seed in range(5):
        random.Random(seed).shuffle(told)
        assert rig.post("/in/shop", shop({"events": told})).status == 200
    assert len(rig.kept()) == 5 * 7
    assert len({row.key for row in rig.kept()}) == 7


def test_a_secret_of_no_use_stops_the_start_with_a_sentence() -> None:
    config = Config.model_validate({"helpdesks": {"shop": {"kind": "generic", "secret": "whsec_%%%"}}})
    with pytest.raises(UserError, match="客服系统 shop"):
        routes.desks(config)


def test_an_unknown_helpdesk_has_no_address(rig: Rig) -> None:
    assert rig.post("/in/nobody", shop(MESSAGE)).status == 404
    assert rig.post("/in/shop/more", shop(MESSAGE)).status == 404


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE", "OPTIONS"])
def test_only_post_is_understood(rig: Rig, method: str) -> None:
    answered = rig.post("/in/shop", shop(MESSAGE), method=method)
    assert (answered.status, answered.headers["allow"]) == (405, "POST")
    assert rig.kept() == []


@pytest.mark.parametrize("desk", ["shop", "woot", "mail"])
def test_forged_calls_get_one_answer_whatever_is_wrong_with_them(rig: Rig, desk: str) -> None:
    other = {"shop": "chatwoot", "woot": "generic", "mail": "generic"}[desk]
    forged = [Call(MESSAGE), Call(b""), signed(other, MESSAGE), Call(MESSAGE, {"authorization": "Basic é"})]
    answers = {rig.post(f"/in/{desk}", call).body for call in forged}
    assert len(answers) == 1
    assert rig.post(f"/in/{desk}", forged[0]).status == 401
    assert rig.refused(desk, "forged") == len(forged) + 1
    assert (rig.kept(), rig.quarantined()) == ([], [])


def test_header_names_in_any_case_are_the_same(rig: Rig) -> None:
    call = shop(MESSAGE)
    assert rig.post("/in/shop", replace(call, headers={n.title(): v for n, v in call.headers.items()})).status == 200


def test_a_replay_is_harmless_in_its_window_and_refused_after_it(rig: Rig) -> None:
    call = shop(MESSAGE)
    assert [rig.post("/in/shop", call).status for _ in range(2)] == [200, 200]
    assert len({row.key for row in rig.kept()}) == 1
    rig.at(NOW + timedelta(seconds=302))
    assert rig.post("/in/shop", call).status == 401


@pytest.mark.parametrize(
    ("headers", "chunks"),
    [
        ({"content-length": str(LARGEST + 1)}, [b"x"]),
        ({"content-length": "9" * 40}, [b"x"]),
        ({"content-length": "10"}, [b"x" * LARGEST, b"x"]),
        ({"content-length": "-5"}, [b"x" * (LARGEST + 1)]),
        ({}, [b"x" * 1000] * 2000),
    ],
    ids=["told", "told beyond every number", "lying", "negative", "untold"],
)
def test_a_body_is_not_read_beyond_its_limit(rig: Rig, headers: dict[str, str], chunks: list[bytes]) -> None:
    answered = rig.post("/in/shop", Call(b"", headers), chunks)
    assert (answered.status, answered.headers["connection"]) == (413, "close")
    assert rig.refused("shop", "too_large") == 1


def test_a_body_just_within_the_limit_is_read(rig: Rig) -> None:
    body = vendors.dumped({"type": "typing", "padding": "x" * (LARGEST - 40)})
    assert LARGEST - 40 < len(body) <= LARGEST
    assert rig.post("/in/shop", shop(body), [body[:500_000], body[500_000:]]).status == 200


@pytest.mark.parametrize(("coding", "status"), [("gzip", 415), ("br, gzip", 415), ("identity", 200), ("", 200)])
def test_a_compressed_body_is_not_opened(rig: Rig, coding: str, status: int) -> None:
    call = shop(MESSAGE)
    assert rig.post("/in/shop", replace(call, headers=call.headers | {"content-encoding": coding})).status == status


async def test_a_body_that_does_not_come_is_waited_for_only_so_long() -> None:
    async def never() -> Any:
        await asyncio.Event().wait()

    with pytest.raises(Rejected, match="too_slow") as rejected:
        await request_body.read_body(never, {}, seconds=0.01)
    assert rejected.value.answer.status == 408


def test_a_sender_who_hangs_up_is_not_answered(rig: Rig) -> None:
    part = [{"type": "http.request", "body": MESSAGE[:20], "more_body": True}]
    assert rig.runner.run(rig.ask("POST", "/in/shop", shop(MESSAGE), part)).status == 0
    assert rig.kept() == []


def test_an_unreadable_body_is_set_aside_without_personal_data(rig: Rig) -> None:
    said = "我的手机号13800138000，住址浙江省杭州市西湖区文三路 90 号 3 幢 502 室"
    told = {"type": "message", "conversation": {"id": "c1"}, "message": {"id": "m1", "from": "buyer", "text": said}}
    answered = rig.post("/in/shop", shop(json.dumps(told).encode()))
    assert (answered.status, answered.json["error"]) == (
        400,
        "第 1 条：字段 message.from：要是 customer、agent、bot、system、note 之一",
    )
    ((source, reason, body),) = rig.quarantined()
    assert (source, reason) == ("shop", answered.json["error"])
    assert "138****8000" in body
    assert "13800138000" not in body
    assert "90 号" not in body
    assert (rig.refused("shop", "unreadable"), rig.kept()) == (1, [])


@pytest.mark.parametrize("coded", ["utf-16", "utf-16-be", "gbk", "utf-8"])
def test_a_number_cannot_hide_behind_an_encoding_or_the_end_of_what_is_kept(rig: Rig, coded: str) -> None:
    for before in range(4060, 4100, 4):
        body = ("{" + "x" * before + " 13800138000 电话").encode(coded, "replace")
        rig.post("/in/shop", shop(body))
    short = "{ 电话13800138000 ".encode(coded, "replace")
    rig.post("/in/shop", shop(short))
    kept = [body for _, _, body in rig.quarantined()]
    assert len(kept) == 11
    assert "138****8000" in kept[-1]
    assert not any("13800138" in body for body in kept)


def test_one_wrong_event_leaves_the_others_of_its_call_to_be_sent_again(rig: Rig) -> None:
    told = json.loads(BATCH)["events"] + [{"type": "message"}]
    assert rig.post("/in/shop", shop({"events": told})).status == 400
    assert rig.kept() == []


def test_what_cannot_be_stored_is_not_acknowledged(rig: Rig) -> None:
    rig.store.close()
    for body in (MESSAGE, b"{"):
        answered = rig.post("/in/shop", shop(body))
        assert (answered.status, answered.headers["retry-after"]) == (503, "5")
    assert rig.counters.get("starling_webhooks_unkept_total", (("helpdesk", "shop"),)) == 2
    assert rig.asked == 0


def test_nul_surrogates_and_endless_texts_reach_the_inbox_cleaned(rig: Rig) -> None:
    text = "退\\u0000款\\ud83d" + "长" * 30_000
    body = (
        b'{"type":"message","conversation":{"id":"c\\u0000\\udc00"},"message":{"id":"m","from":"customer","text":"%s"}}'
    )
    assert rig.post("/in/shop", shop(body % text.encode())).status == 200
    (row,) = rig.kept()
    assert row.conversation == "shop:c"
    kept = json.loads(row.body)["message"]["text"]
    assert kept.startswith("退款长")
    assert len(kept) <= 20_000


ODD = st.sampled_from(["c1", "open", "\ud800", 10**400])
JUNK = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | ODD,
    lambda part: st.lists(part, max_size=3) | st.dictionaries(st.sampled_from(["id", "text"]), part, max_size=3),
    max_leaves=10,
)
PATHS = st.lists(st.integers(0, 40), max_size=7)
HEADERS = st.dictionaries(
    st.text("abcdefghijklmnopqrstuvwxyz-", min_size=1, max_size=20),
    st.text(st.characters(max_codepoint=255), max_size=40),
)
QUERIES = st.dictionaries(st.text(max_size=5), st.text(max_size=20))


def spoilt(told: Any, path: list[int], junk: Any) -> Any:
    """The fixture with one of its parts, found by the path, turned into junk."""
    if not path or not isinstance(told, dict | list) or not told:
        return junk
    if isinstance(told, list):
        at = path[0] % len(told)
        return [spoilt(part, path[1:], junk) if n == at else part for n, part in enumerate(told)]
    name = list(told)[path[0] % len(told)]
    return told | {name: spoilt(told[name], path[1:], junk)}


BYTES: dict[str, Callable[[bytes, int], bytes]] = {
    "as it is": lambda body, at: body,
    "cut": lambda body, at: body[: at % (len(body) + 1)],
    "a byte changed": lambda body, at: body[: at % len(body)] + bytes([at % 256]) + body[at % len(body) + 1 :],
    "twice": lambda body, at: body * 2,
}


def test_whatever_a_sender_with_the_secret_sends_nothing_breaks() -> None:
    """The fuzz runs over one store; a database error or a bug would be a 5xx or an exception."""
    with Rig() as opened:

        @settings(deadline=None, max_examples=400)
        @given(st.sampled_from(FIXTURES), PATHS, JUNK, st.sampled_from(list(BYTES)), st.integers(0))
        def throw(which: tuple[str, str, str], path: list[int], junk: Any, way: str, at: int) -> None:
            desk, kind, name = which
            told = spoilt(json.loads(vendors.fixture(kind, name)), path, junk)
            body = BYTES[way](json.dumps(told).encode(), at)
            assert opened.post(f"/in/{desk}", signed(kind, body)).status in (200, 400)

        throw()


def test_whatever_a_stranger_sends_nothing_breaks_and_nothing_is_kept() -> None:
    with Rig() as opened:

        @settings(deadline=None, max_examples=200)
        @given(st.sampled_from(["shop", "woot", "mail"]), st.binary(max_size=300), HEADERS, QUERIES)
        def throw(desk: str, body: bytes, headers: dict[str, str], query: dict[str, str]) -> None:
            assert opened.post(f"/in/{desk}", Call(body, headers, query)).status in (401, 413, 415)

        throw()
        assert (opened.kept(), opened.quarantined()) == ([], [])
