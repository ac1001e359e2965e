"""JSON from outside: strict UTF-8, no duplicate keys, no NaN, not too deep; everything else is Unreadable."""

import json
from collections.abc import Mapping
from typing import Any

from handlers.errors import Unreadable

DEEPEST = 32


def parse(body: bytes) -> dict[str, Any]:
    """The object in the body. A lone surrogate or a NUL inside a text is left to rules.fields, which cleans texts."""
    try:
        value = _DECODER.decode(body.decode())
    except (ValueError, RecursionError) as error:
        raise Unreadable("不是合规的 JSON：要求 UTF-8 编码，没有 BOM、NaN、过大的数字和重复的键") from error
    if not isinstance(value, dict):
        raise Unreadable("最外层要是一个对象")
    # With so few brackets it cannot be deep; only the others are walked through.
    if body.count(b"{") + body.count(b"[") > DEEPEST and _too_deep(value):
        raise Unreadable(f"嵌套太深，最多 {DEEPEST} 层")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a key appears twice")
    return found


def _finite(digits: str) -> float:
    value = float(digits)
    if value in (float("inf"), float("-inf")):
        raise ValueError("a number beyond every measure")
    return value


def _refuse(name: str) -> float:
    raise ValueError(f"{name} is not JSON")


def _too_deep(value: Any) -> bool:
    level = [value]
    for _ in range(DEEPEST):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return False
    return True


def _inside(value: Any) -> list[Any]:
    inner = value.values() if isinstance(value, Mapping) else value
    return [v for v in inner if isinstance(v, dict | list)]


_DECODER = json.JSONDecoder(object_pairs_hook=_unique, parse_float=_finite, parse_constant=_refuse)
