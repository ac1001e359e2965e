"""The `figures` command: every figure of a conversation file by one metric pack, as JSON lines."""

import hashlib
import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.files.conversation_files import BadLine, open_lines, read_line
from bot.files.metric_packs import packs
from bot.plain_words import of_line
from bot.progress import telling
from handlers.errors import UserError
from rules import fields, file
from rules.metrics import figures
from rules.metrics.as_of import known_by
from rules.metrics.definition import Pack
from rules.metrics.facts import facts
from rules.metrics.figures import Figure
from rules.metrics.scene import Scene, last_day_end
from rules.model import Conversation

NO_TIME = datetime(2000, 1, 1, tzinfo=UTC)  # for files without times, where no measure asks for it
Json = dict[str, Any]


def run(name: str, pack_name: str, zone: str, as_of: str, *, explain: bool = False) -> int:
    """Exit status: 1 when a line could not be read."""
    chosen = packs().get(pack_name)
    if chosen is None:
        raise UserError(f"没有 {pack_name} 这个口径包，可以用的有 {'、'.join(packs())}。")
    conversations: dict[str, Conversation] = {}
    bad = 0
    with open_lines(name) as rows, telling() as tell:
        for done, read in enumerate(_read(rows), 1):
            tell(lambda done=done: f"已读 {done:,} 段……")  # type: ignore[misc]
            if isinstance(read, BadLine):
                bad += 1
                print(read, file=sys.stderr)  # noqa: T201
            else:
                known = conversations.get(read.id)
                conversations[read.id] = _merged(known, read) if known else read
    for figure in compute(conversations.values(), chosen, _zone(zone or chosen.zone), _moment(as_of)):
        more = about(chosen, figure.name) if explain else {}
        sys.stdout.write(json.dumps(told(figure) | more, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 1 if bad else 0


def compute(
    conversations: Iterable[Conversation], chosen: Pack, zone: ZoneInfo, as_of: datetime | None = None
) -> Iterator[Figure]:
    """Without `as_of` the conversations are taken for whole days: known until the midnight after the last event."""
    counted = tuple(facts(known_by(c, as_of) if as_of else c) for c in conversations)
    until = as_of or last_day_end(counted, zone) or NO_TIME
    return figures.compute(Scene(counted, until, zone), chosen)


def told(figure: Figure) -> Json:
    agent = {} if figure.agent is None else {"agent": figure.agent}
    interval = figure.interval and [round(end, 6) for end in figure.interval]
    value = None if figure.value is None else round(figure.value, 6)
    return {"name": figure.name, **agent, "value": value, "n": figure.n, "interval": interval,
            "version": figure.version, "conversations": figure.conversations, "pending": figure.pending}  # fmt: skip


def about(chosen: Pack, name: str) -> Json:
    """How a figure is counted, where that was read, and how sure it is."""
    d = chosen.definition(name)
    assert d is not None  # noqa: S101  figures come from definitions
    sure = "近似" if chosen.approximate else f"{chosen.reconciled} 和后台对过数"
    return {"title": d.title, "says": d.says, "unit": d.unit, "source": d.source, "date": d.date,
            "certainty": d.certainty, "reconciled": sure}  # fmt: skip


def _read(rows: Iterable[str]) -> Iterator[Conversation | BadLine]:
    for number, row in enumerate(rows, 1):
        if row.strip():
            try:
                yield conversation(read_line(row))
            except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
                yield BadLine(f"第 {number} 行{of_line(error)}")


def conversation(line: Json) -> Conversation:
    """Like rules.file, but a message told twice counts once instead of being a mistake."""
    told_ = line.get("messages")
    if isinstance(told_, list):
        line = line | {"messages": [*_once(told_)]}
    return file.read_conversation(line)


def _once(rows: list[Json]) -> Iterable[Json]:
    """Each id once: of two that differ, the one that was said first. Without an id, the words and the time are it."""
    seen: Counter[str] = Counter()
    found: dict[str, tuple[datetime | None, str, Json]] = {}
    for row in rows:
        words = json.dumps(row, sort_keys=True)
        seen[words] += 1
        name = fields.ident(row, "id", "messages.id") or _digest(f"{words}{seen[words]}")
        mine = (fields.moment(row, "at", "messages.at"), words, row | {"id": name})
        kept = found.setdefault(name, mine)
        if (mine[0] or NO_TIME, words) < (kept[0] or NO_TIME, kept[1]):
            found[name] = mine
    return (row for _, _, row in found.values())


def _digest(words: str) -> str:
    return "~" + hashlib.sha256(words.encode()).hexdigest()[:24]


def _merged(one: Conversation, other: Conversation) -> Conversation:
    """Two lines about one conversation: what either says."""
    rating = max((r for r in (one.rating, other.rating) if r), key=lambda r: r.at or NO_TIME, default=None)
    orders = {order.id: order for order in (*one.orders, *other.orders)}
    return replace(
        one,
        messages=tuple({m.id: m for m in (*one.messages, *other.messages)}.values()),
        assignments=tuple(dict.fromkeys((*one.assignments, *other.assignments))),
        statuses=tuple(dict.fromkeys((*one.statuses, *other.statuses))),
        invited=tuple(dict.fromkeys((*one.invited, *other.invited))),
        orders=tuple(orders.values()),
        rating=rating,
        customer_id=one.customer_id or other.customer_id,
        shop=one.shop or other.shop,
        order_id=one.order_id or other.order_id,
    )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise UserError(f"没有 {name} 这个时区，例如 Asia/Shanghai。") from None


def _moment(words: str) -> datetime | None:
    try:
        return fields.moment({"at": words}, "at", "--as-of")
    except ValueError as error:
        raise UserError(str(error)) from None
