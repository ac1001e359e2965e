"""Every adapter refuses every kind of forged call in the same way, and never breaks over one."""

import base64
import hmac
import re
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.helpdesks.signing import Forged, Stale
from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW, SECRET, SIGNERS, Call

BODY = vendors.dumped({"type": "typing", "event": "typing", "ticket": {"id": 1}, "text": "等了三天"})
PROOFS = ("webhook-signature", "x-chatwoot-signature", "x-zendesk-webhook-signature", "x-hub-signature",
          "authorization", "token")  # fmt: skip
TIMED = ("generic", "chatwoot", "zendesk")
SIGNED = (*TIMED, "zammad")
# Of the right length, and no time, or one that is written otherwise.
STRANGE = ("2026-11-20T02:00:01", "2026-11-20T02:00:01+00:00", "2026-11-20 02:00:01Z", "2026-13-20T02:00:01Z",
           "2026-11-31T02:00:01Z", "２０２６-11-20T02:00:01Z", "2026-11-20T02:00:01Z\n",
           "20261120T020001Z")  # fmt: skip
signed_call = pytest.mark.parametrize(("kind", "sign"), SIGNERS.values(), ids=SIGNERS)


def spoil(call: Call, change: Callable[[str], str]) -> Call:
    """The call with its proof, wherever that stands, changed."""
    headers = {name: change(value) if name in PROOFS else value for name, value in call.headers.items()}
    query = {name: change(value) for name, value in call.query.items()}
    return replace(call, headers=headers, query=query)


def confused(proof: str, body: bytes) -> str:
    """By the other one of two algorithms, with the right secret."""
    name = "sha256" if proof.startswith("sha1=") else "sha1"
    return f"{name}={hmac.digest(SECRET.encode(), body, name).hex()}"


SPOILT: dict[str, Callable[[Call], Call]] = {
    "no proof at all": lambda call: Call(call.body),
    "an empty proof": lambda call: spoil(call, lambda _: ""),
    "a truncated proof": lambda call: spoil(call, lambda proof: proof[:-5]),
    "a proof that goes on": lambda call: spoil(call, lambda proof: proof + "AAAA"),
    "only the scheme": lambda call: spoil(call, lambda proof: proof[:3]),
    "without the scheme": lambda call: spoil(call, lambda proof: re.split("[ =,]", proof, maxsplit=1)[1]),
    "upside down letters": lambda call: spoil(call, str.swapcase),
    "not ASCII": lambda call: spoil(call, lambda proof: proof[:-1] + "é"),
    "a lone surrogate": lambda call: spoil(call, lambda proof: proof[:-1] + "\ud800"),
    "NUL": lambda call: spoil(call, lambda proof: proof[:-1] + "\0"),
    "garbage": lambda call: spoil(call, lambda _: ",,, ;;= v1 v1, sha256= %00 \xff"),
    "another algorithm": lambda call: spoil(call, lambda proof: confused(proof, call.body)),
    "the signature of an empty secret": lambda call: spoil(
        call, lambda _: "sha256=" + hmac.digest(b"", call.body, "sha256").hex()
    ),
    "the signature of an empty secret, sha1": lambda call: spoil(
        call, lambda _: "sha1=" + hmac.digest(b"", call.body, "sha1").hex()
    ),
    "the secret of another helpdesk": lambda call: spoil(
        call, lambda proof: proof[: len(proof) // 2] + base64.b64encode(b"another").decode()
    ),
}


@signed_call
def test_the_right_call_is_accepted(kind: str, sign: Callable[..., Call]) -> None:
    vendors.verify(kind, sign(BODY))


@signed_call
@pytest.mark.parametrize("spoilt", SPOILT.values(), ids=SPOILT)
def test_a_forged_call_is_refused(kind: str, sign: Callable[..., Call], spoilt: Callable[[Call], Call]) -> None:
    with pytest.raises(Forged):
        vendors.verify(kind, spoilt(sign(BODY)))


@signed_call
def test_a_call_made_with_another_secret_is_refused(kind: str, sign: Callable[..., Call]) -> None:
    with pytest.raises(Forged):
        vendors.verify(kind, sign(BODY, secret="not the secret"))


@signed_call
def test_without_a_secret_of_our_own_nothing_is_accepted(kind: str, sign: Callable[..., Call]) -> None:
    with pytest.raises(Forged):
        vendors.verify(kind, sign(BODY, secret=""), secret="")


@pytest.mark.parametrize("kind", SIGNED)
@pytest.mark.parametrize("changed", [BODY + b" ", BODY[:-1], BODY.replace(b"1", b"2"), b"", b"\xff" + BODY])
def test_a_signature_belongs_to_one_body(kind: str, changed: bytes) -> None:
    call = SIGNERS[kind][1](BODY)
    with pytest.raises(Forged):
        vendors.verify(kind, replace(call, body=changed))


@pytest.mark.parametrize("kind", TIMED)
@pytest.mark.parametrize("seconds", [-301, 301, -86_400, 10**11])
def test_a_call_out_of_its_time_is_refused(kind: str, seconds: int) -> None:
    call = SIGNERS[kind][1](BODY)
    with pytest.raises(Forged):
        vendors.verify(kind, replace(call, headers=moved(call, seconds)))
    if abs(seconds) < 10**9:
        with pytest.raises(Stale):
            vendors.verify(kind, SIGNERS[kind][1](BODY, at=NOW + timedelta(seconds=seconds)))


def moved(call: Call, seconds: int) -> dict[str, str]:
    return {n: shifted(v, seconds) if n.endswith("timestamp") else v for n, v in call.headers.items()}


def shifted(stamp: str, seconds: int) -> str:
    if stamp.isdigit():
        return str(int(stamp) + seconds)
    return f"{datetime.fromisoformat(stamp) + timedelta(seconds=min(seconds, 10**9)):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize("kind", TIMED)
@pytest.mark.parametrize("seconds", [-300, -1, 1, 299])
def test_clocks_may_differ_by_five_minutes(kind: str, seconds: int) -> None:
    vendors.verify(kind, SIGNERS[kind][1](BODY, at=NOW + timedelta(seconds=seconds)))


@pytest.mark.parametrize("kind", TIMED)
@pytest.mark.parametrize(
    "stamp", ["", "now", "1e9", "-1", "1.5", "²", "１７９５１４００００", "1" * 400, " 1795140001", "0x1", *STRANGE]
)
def test_a_strange_timestamp_is_refused(kind: str, stamp: str) -> None:
    call = SIGNERS[kind][1](BODY)
    headers = {name: stamp if name.endswith("timestamp") else value for name, value in call.headers.items()}
    with pytest.raises(Forged):
        vendors.verify(kind, replace(call, headers=headers))


def test_a_signed_chatwoot_cannot_be_stripped_to_an_unsigned_one() -> None:
    call = vendors.chatwoot(BODY)
    with pytest.raises(Forged):
        vendors.verify("chatwoot", replace(call, headers={}))
    with pytest.raises(Forged):
        vendors.verify("chatwoot", Call(BODY, {"x-chatwoot-signature": "sha256=00"}, {"token": SECRET}))


HEADER = st.text(st.characters(max_codepoint=255), max_size=60)
LIKELY = st.sampled_from(["v1,", "sha256=", "Basic ", "Basic Og==", "1795140001", "v1,AAAA v1,", "msg_1", "sha1=",
                           "2026-11-20T02:00:01Z"])  # fmt: skip
NAMES = ("webhook-id", "webhook-timestamp", "webhook-signature", "x-chatwoot-timestamp", "x-chatwoot-signature",
         "x-zendesk-webhook-signature", "x-zendesk-webhook-signature-timestamp", "x-hub-signature")  # fmt: skip
HEADERS = st.fixed_dictionaries({}, optional=dict.fromkeys((*NAMES, "authorization"), HEADER | LIKELY))


@settings(deadline=None, max_examples=400)
@given(st.binary(max_size=50), HEADERS, st.dictionaries(st.just("token"), st.text(max_size=20)))
def test_garbage_is_refused_and_breaks_nothing(body: bytes, headers: dict[str, str], query: dict[str, str]) -> None:
    for kind in (*SIGNED, "django_helpdesk"):
        with pytest.raises(Forged):
            vendors.verify(kind, Call(body, headers, query))
