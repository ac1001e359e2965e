"""Is this call from whom it says: constant-time comparison of bytes, and freshness."""

import base64
import binascii
import hmac
import re
from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache

WINDOW_SECONDS = 300
_SECONDS = re.compile(r"[0-9]{1,12}", re.ASCII)
_ISO = re.compile(r"[0-9]{4}-[01][0-9]-[0-3][0-9]T[0-2][0-9]:[0-5][0-9]:[0-5][0-9](\.[0-9]{1,9})?Z", re.ASCII)


class Forged(Exception):
    """Nothing shows that the sender knows the secret: answer 401 and say no more."""


class Stale(Forged):
    """Rightly signed, but at another time: a clock is wrong, or somebody repeats what they overheard."""


def sha256(secret: bytes, said: bytes) -> bytes:
    """With a copy and not `hmac.digest`, which lets other threads run in the midst of a few microseconds' work."""
    mac = _keyed(secret).copy()
    mac.update(said)
    return mac.digest()


def sha1(secret: bytes, said: bytes) -> bytes:
    """As weak as it is old; as HMAC it still tells who knows the secret, and some vendors have nothing else."""
    mac = _keyed(secret, "sha1").copy()
    mac.update(said)
    return mac.digest()


@lru_cache(maxsize=64)
def _keyed(secret: bytes, algorithm: str = "sha256") -> hmac.HMAC:
    return hmac.new(secret, digestmod=algorithm)


def same(told: str, expected: str) -> bool:
    """Compares bytes: on text, compare_digest refuses what is not ASCII. An empty secret equals nothing."""
    return bool(expected) and hmac.compare_digest(told.encode("utf8", "replace"), expected.encode())


def require_fresh(stamp: str, now: datetime) -> None:
    """The stamp is in whole seconds and near our own clock; asked once the signature is right, for it says so."""
    if not _SECONDS.fullmatch(stamp) or abs(now.timestamp() - int(stamp)) > WINDOW_SECONDS:
        raise Stale("no fresh timestamp")


def require_fresh_iso(stamp: str, now: datetime) -> None:
    """The same for a stamp like 2026-11-20T02:00:01Z."""
    try:
        at = datetime.fromisoformat(stamp) if _ISO.fullmatch(stamp) else None
    except ValueError:
        at = None
    if at is None or abs(now.timestamp() - at.timestamp()) > WINDOW_SECONDS:
        raise Stale("no fresh timestamp")


def basic_password(headers: Mapping[str, str]) -> str:
    """The password of HTTP Basic authentication, or ""."""
    scheme, _, told = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return ""
    try:
        return base64.b64decode(told.strip(), validate=True).decode().partition(":")[2]
    except (binascii.Error, ValueError):
        return ""
