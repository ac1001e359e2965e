"""JSON from outside: read, or refused with a sentence; never a crash."""

import json
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.helpdesks import json_body
from handlers.errors import Unreadable

BAD = {
    "empty": b"",
    "not an object": b"[]",
    "a bare text": b'"x"',
    "null": b"null",
    "cut off": b'{"a":',
    "two documents": b"{}{}",
    "BOM": b"\xef\xbb\xbf{}",
    "UTF-16": '{"a":1}'.encode("utf-16"),
    "GBK": '{"a":"退款"}'.encode("gbk"),
    "overlong UTF-8": b'{"a":"\xc0\xaf"}',
    "surrogates as UTF-8": b'{"a":"\xed\xa0\x80"}',
    "NaN": b'{"a":NaN}',
    "infinity": b'{"a":-Infinity}',
    "beyond every measure": b'{"a":1e999}',
    "a number of 5,000 digits": b'{"a":' + b"9" * 5000 + b"}",
    "a key twice": b'{"type":"message","type":"status"}',
    "a key twice, deep inside": b'{"a":[{"b":1,"b":2}]}',
    "depth 33": b'{"a":' * 33 + b"1" + b"}" * 33,
    "depth 5,000": b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
    "depth 300,000": b"[" * 300_000,
    "a control character in a text": b'{"a":"\x00"}',
    "a comment": b"{} // x",
    "single quotes": b"{'a':1}",
}


@pytest.mark.parametrize("body", BAD.values(), ids=BAD)
def test_what_is_no_proper_json_is_refused(body: bytes) -> None:
    with pytest.raises(Unreadable):
        json_body.parse(body)


def test_depth_32_is_still_read() -> None:
    assert json_body.parse(b'{"a":' * 32 + b"1" + b"}" * 32)


def test_many_shallow_objects_are_not_deep() -> None:
    assert len(json_body.parse(b'{"a":[' + b",".join([b"{}"] * 5000) + b"]}")["a"]) == 5000


NUMBERS = st.integers(-(10**300), 10**300) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | st.text() | NUMBERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=15,
)


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=5), VALUES, max_size=4))
def test_proper_json_is_read_as_it_is(body: dict[str, Any]) -> None:
    assert json_body.parse(json.dumps(body).encode()) == body
    assert json_body.parse(json.dumps(body, ensure_ascii=False).encode()) == body


@settings(deadline=None, max_examples=300)
@given(st.binary(max_size=60) | st.text('{}[]":,\\u019adeftrnl eE+-.', max_size=60).map(str.encode))
def test_anything_else_is_refused(body: bytes) -> None:
    with suppress(Unreadable):
        assert isinstance(json_body.parse(body), dict)
