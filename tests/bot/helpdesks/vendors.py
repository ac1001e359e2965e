"""What each vendor sends: its fixtures, and calls signed the way the vendor signs them."""

import base64
import hmac
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot.helpdesks.registry import ADAPTERS

FIXTURES = Path(__file__).parents[2] / "fixtures"
NOW = datetime(2026, 11, 20, 2, 0, 1, tzinfo=UTC)
SECRET = "a secret of at least 24 bytes, 密钥"


@dataclass
class Call:
    """One call of a webhook, before it is sent or spoilt."""

    body: bytes
    headers: dict[str, str] = field(default_factory=dict)
    query: dict[str, str] = field(default_factory=dict)


def fixture(vendor: str, name: str) -> bytes:
    return (FIXTURES / vendor / f"{name}.json").read_bytes()


def names(vendor: str) -> list[str]:
    return sorted(path.stem for path in (FIXTURES / vendor).glob("*.json"))


def generic(body: bytes, secret: str = SECRET, at: datetime = NOW) -> Call:
    stamp = int(at.timestamp())
    digest = hmac.digest(secret.encode(), b"msg_1.%d.%s" % (stamp, body), "sha256")
    signature = "v1," + base64.b64encode(digest).decode()
    return Call(body, {"webhook-id": "msg_1", "webhook-timestamp": str(stamp), "webhook-signature": signature})


def chatwoot(body: bytes, secret: str = SECRET, at: datetime = NOW) -> Call:
    stamp = int(at.timestamp())
    digest = hmac.digest(secret.encode(), b"%d.%s" % (stamp, body), "sha256").hex()
    return Call(body, {"x-chatwoot-timestamp": str(stamp), "x-chatwoot-signature": f"sha256={digest}"})


def chatwoot_unsigned(body: bytes, secret: str = SECRET, at: datetime = NOW) -> Call:
    return Call(body, query={"token": secret})


def zendesk(body: bytes, secret: str = SECRET, at: datetime = NOW) -> Call:
    stamp = f"{at:%Y-%m-%dT%H:%M:%SZ}"
    signature = base64.b64encode(hmac.digest(secret.encode(), stamp.encode() + body, "sha256")).decode()
    headers = {"x-zendesk-webhook-signature-timestamp": stamp, "x-zendesk-webhook-signature": signature}
    return Call(body, headers | {"x-zendesk-webhook-id": "01HKX"})


def zammad(body: bytes, secret: str = SECRET, at: datetime = NOW) -> Call:
    digest = hmac.digest(secret.encode(), body, "sha1").hex()
    return Call(body, {"x-hub-signature": f"sha1={digest}", "x-zammad-delivery": "8f2c"})


def django_helpdesk(body: bytes, secret: str = SECRET, at: datetime = NOW) -> Call:
    return Call(body, {"authorization": "Basic " + base64.b64encode(f"starling:{secret}".encode()).decode()})


def django_helpdesk_by_token(body: bytes, secret: str = SECRET, at: datetime = NOW) -> Call:
    return Call(body, query={"token": secret})


SIGNERS: dict[str, tuple[str, Callable[..., Call]]] = {
    "generic": ("generic", generic),
    "chatwoot": ("chatwoot", chatwoot),
    "chatwoot, unsigned": ("chatwoot", chatwoot_unsigned),
    "zendesk": ("zendesk", zendesk),
    "zammad": ("zammad", zammad),
    "django_helpdesk": ("django_helpdesk", django_helpdesk),
    "django_helpdesk, token": ("django_helpdesk", django_helpdesk_by_token),
}


def verify(kind: str, call: Call, secret: str = SECRET, now: datetime = NOW) -> None:
    ADAPTERS[kind].verify(call.body, call.headers, call.query, secret, now)


def dumped(body: Any) -> bytes:
    return json.dumps(body, ensure_ascii=False).encode("utf8", "surrogatepass")
