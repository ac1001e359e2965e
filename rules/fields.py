"""Reading one field of foreign JSON: cleaned, bounded, and a Chinese sentence naming the field when it is wrong."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

TEXT_LIMIT = 20_000
ID_LIMIT = 255
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")  # all control characters but tab and new line
EMPTY: Mapping[str, Any] = {}


def clean(text: str) -> str:
    """Without NUL, control characters and lone surrogates, which databases and chat platforms refuse."""
    if len(text) <= TEXT_LIMIT and text.isprintable():  # nearly always, and far quicker to tell
        return text
    return UNWANTED.sub("", text[:TEXT_LIMIT])


def wrong(field: str, why: str) -> ValueError:
    return ValueError(f"字段 {field}：{why}")


def part(body: Mapping[str, Any], name: str, field: str) -> Mapping[str, Any]:
    value = body.get(name)
    if not isinstance(value, dict):
        raise wrong(field, "缺少，或不是一个对象")
    return value


def maybe_part(body: Mapping[str, Any], name: str, field: str) -> Mapping[str, Any]:
    return EMPTY if body.get(name) is None else part(body, name, field)


def text(body: Mapping[str, Any], name: str, field: str) -> str:
    """A text that may be left out."""
    value = body.get(name)
    if value is None:
        return ""
    if not isinstance(value, str):
        raise wrong(field, "要是文字")
    return clean(value)


def ident(body: Mapping[str, Any], name: str, field: str) -> str:
    """An id; numbers are taken as text, absence as ""."""
    value = body.get(name)
    if value is None:
        return ""
    if type(value) is str and len(value) <= ID_LIMIT and value.isprintable():
        return value.strip()
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise wrong(field, "编号要是文字或整数")
    found = clean(str(value)).strip()
    if len(found) > ID_LIMIT:
        raise wrong(field, f"太长，最多 {ID_LIMIT} 个字符")
    return found


def required(body: Mapping[str, Any], name: str, field: str) -> str:
    found = ident(body, name, field)
    if not found:
        raise wrong(field, "不能为空")
    return found


def moment(body: Mapping[str, Any], name: str, field: str) -> datetime | None:
    value = body.get(name)
    if value is None or value == "":
        return None
    try:
        at = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise wrong(field, "时间看不懂，例如 2026-11-20T10:00:00+08:00") from None
    if at.tzinfo is None:
        raise wrong(field, "时间缺少时区，例如 2026-11-20T10:00:00+08:00")
    if not 1990 <= at.year <= 2200:
        raise wrong(field, "年份不合理")
    return at


def score(body: Mapping[str, Any], name: str, field: str) -> int:
    value = body.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or value not in (1, 2, 3, 4, 5):
        raise wrong(field, "要是 1 到 5 的整数")
    return int(value)


def amount(body: Mapping[str, Any], name: str, field: str) -> float:
    """Money; NaN, infinity and what is below nothing are no amounts."""
    value = body.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < 1e12:
        raise wrong(field, "要是一个金额，不能是负数")
    return float(value)


def choice(body: Mapping[str, Any], name: str, field: str, options: tuple[str, ...]) -> str:
    value = body.get(name)
    if value not in options:
        raise wrong(field, f"要是 {'、'.join(options)} 之一")
    return str(value)


def flag(body: Mapping[str, Any], name: str, field: str) -> bool:
    value = body.get(name, False)
    if not isinstance(value, bool):
        raise wrong(field, "要是 true 或 false")
    return value


def rows(body: Mapping[str, Any], name: str, field: str) -> list[Mapping[str, Any]]:
    """A list of objects that may be left out."""
    value = body.get(name)
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(row, Mapping) for row in value):
        raise wrong(field, "要是由对象组成的列表")
    return value
