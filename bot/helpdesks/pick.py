"""Looking into a vendor's JSON, where a part of the wrong shape is a part that is not there."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from rules.fields import ID_LIMIT, clean

EARLIEST = 631_152_000  # 1990
LATEST = 7_258_118_400  # 2200
NOTHING: Mapping[str, Any] = {}


def part(body: Mapping[str, Any], *names: str) -> Mapping[str, Any]:
    """The object under these names; an empty one when there is none."""
    for name in names:
        inner = body.get(name)
        if not isinstance(inner, dict):
            return NOTHING
        body = inner
    return body


def rows(body: Mapping[str, Any], name: str) -> list[Mapping[str, Any]]:
    listed = body.get(name)
    return [row for row in listed if isinstance(row, dict)] if isinstance(listed, list) else []


def text(body: Mapping[str, Any], name: str) -> str:
    value = body.get(name)
    return clean(value) if isinstance(value, str) else ""


def ident(body: Mapping[str, Any], name: str) -> str:
    """An id or a short name; numbers as text, and nothing when it is longer than an id can be."""
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int):
        return ""
    found = clean(str(value)).strip()
    return found if len(found) <= ID_LIMIT else ""


def moment(body: Mapping[str, Any], name: str) -> datetime | None:
    """A time told as ISO 8601 with a zone, or in seconds since 1970."""
    value = body.get(name)
    if isinstance(value, str):
        return _iso(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not EARLIEST <= value <= LATEST:
        return None
    return datetime.fromtimestamp(value, UTC)


def _iso(value: str) -> datetime | None:
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at if at.tzinfo and 1990 <= at.year <= 2200 else None


def number(body: Mapping[str, Any], name: str) -> int:
    """A whole number; -1 when there is none."""
    value = body.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) else -1
