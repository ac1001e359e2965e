"""Our own format, signed as Standard Webhooks: for every shop system that can send a signed POST."""

import base64
import binascii
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any

from bot.helpdesks import contract, json_body, signing
from bot.helpdesks.contract import Reading
from bot.helpdesks.signing import Forged
from handlers.errors import Unreadable
from rules import events

PREFIX = "whsec_"
answer = contract.answer


def verify(body: bytes, headers: Mapping[str, str], query: Mapping[str, str], secret: str, now: datetime) -> None:
    """A replay within the window is harmless: its events have the keys they had before."""
    ident, stamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not ident or not secret:
        raise Forged("unsigned")
    said = b"%s.%s.%s" % (ident.encode("latin-1", "replace"), stamp.encode(), body)
    expected = "v1," + base64.b64encode(signing.sha256(key(secret), said)).decode()
    # Several signatures stand there while the sender changes its secret.
    if not any(signing.same(told, expected) for told in headers.get("webhook-signature", "").split(" ")):
        raise Forged("wrong signature")
    signing.require_fresh(stamp, now)


@lru_cache(maxsize=64)
def key(secret: str) -> bytes:
    """`whsec_` and Base64 as the standard has it; any other secret is taken as the text it is."""
    if not secret.startswith(PREFIX):
        return secret.encode()
    coded = secret.removeprefix(PREFIX)
    try:
        return base64.b64decode(coded + "=" * (-len(coded) % 4), validate=True)
    except (binascii.Error, ValueError) as error:
        raise Forged("our secret is no Base64") from error


def mistake(secret: str) -> str:
    """What is wrong with the secret, for whoever wrote the config; "" when nothing is."""
    try:
        key(secret)
    except Forged:
        return "secret 以 whsec_ 开头，后面却不是 Base64"
    return ""


def read(body: bytes, headers: Mapping[str, str], now: datetime) -> Reading:
    told = json_body.parse(body)
    listed = told.get("events", [told])
    if not isinstance(listed, list):
        raise Unreadable("字段 events：要是一个列表")
    read, ignored = [], []
    for number, item in enumerate(listed, start=1):
        event = _read(item, number)
        if event:
            read.append(event)
        else:
            ignored.append(item["type"])
    return Reading(tuple(read), tuple(ignored))


def _read(item: Any, number: int) -> events.Event | None:
    try:
        return events.read(item)
    except ValueError as mistake:
        raise Unreadable(f"第 {number} 条：{mistake}") from mistake
