"""From an export to a tally: lines are read, gathered, screened and counted, one conversation after the other."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from bot.checkup import gathering
from bot.checkup.mapping import Mapping
from bot.checkup.rows import NO_TEXT, Notes, Reader
from bot.checkup.tables import Table
from bot.engine import Engine
from bot.plain_words import of_line
from bot.screening import NO_TIME
from bot.web import pasted
from rules import checkup, file
from rules.model import Kind, Speaker
from rules.policy import Policy
from rules.screen import last_moment

Line = dict[str, Any]
Tell = Callable[[Callable[[], str]], None]
BAD_LINE = "这段会话读不懂，跳过"


@dataclass(frozen=True, slots=True)
class Heard:
    """All that the report is made of."""

    table: Table
    mapping: Mapping | None  # None: our own conversation file
    notes: Notes
    tally: checkup.Tally
    sides: Counter[Speaker] = field(default_factory=Counter)  # messages by who wrote them


def hear(table: Table, mapping: Mapping | None, engine: Engine, now: datetime, tell: Tell) -> Heard:
    """`tell` is called after each step with a maker of words."""
    notes = Notes()
    subjects = frozenset(r.id for r in engine.packs.rules if r.pack in checkup.SUBJECTS and r.kind is Kind.RISK)
    heard = Heard(table, mapping, notes, checkup.Tally(Policy(), subjects))
    with TemporaryDirectory(prefix="starling-checkup-") as folder:
        for line in _lines(heard, now, Path(folder), tell):
            _add(heard, line, engine)
            tell(lambda: f"已筛 {heard.tally.conversations:,} 段会话……")
    return heard


def _lines(heard: Heard, now: datetime, folder: Path, tell: Tell) -> Iterator[Line]:
    if heard.mapping is None:
        yield from _own(heard)
    elif "transcript" in heard.mapping.columns:
        yield from _transcripts(heard, heard.mapping, now)
    else:
        said = Reader(heard.table, heard.mapping, now, heard.notes).read()
        yield from gathering.conversations(_told(said, heard.notes, tell), heard.mapping, folder)


def _told(said: Iterator[Any], notes: Notes, tell: Tell) -> Iterator[Any]:
    for one in said:
        tell(lambda: f"已读 {notes.rows:,} 行……")
        yield one


def _own(heard: Heard) -> Iterator[Line]:
    for number, value in heard.table.lines():
        heard.notes.rows += 1
        if isinstance(value, dict):
            yield value | {"rows": (number, number)}
        else:
            heard.notes.add(BAD_LINE, number)


def _transcripts(heard: Heard, mapping: Mapping, now: datetime) -> Iterator[Line]:
    """A whole chat in each cell, as it was copied."""
    reader = Reader(heard.table, mapping, now, heard.notes)
    for number, row in heard.table.rows():
        if number <= mapping.header or not any(str(cell or "").strip() for cell in row):
            continue
        heard.notes.rows += 1
        line = pasted.read(str(reader.cell(row, "transcript") or ""), now)
        if not line["messages"]:
            heard.notes.add(NO_TEXT, number)
            continue
        heard.notes.used += 1
        told = {
            role: str(reader.cell(row, role) or "").strip() for role in ("conversation", "customer", "shop", "reason")
        }
        yield line | {
            "id": told["conversation"] or f"第 {number} 行",
            "customer": {"id": told["customer"], "name": told["customer"]},
            "shop": told["shop"],
            "reason": told["reason"],
            "rows": (number, number),
        }


def _add(heard: Heard, line: Line, engine: Engine) -> None:
    rows = line.pop("rows")
    reason = line.pop("reason", "")
    try:
        conversation = file.read_conversation(line)
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        heard.notes.add(f"{BAD_LINE}（{of_line(error)}）", rows[0])
        return
    if not conversation.messages:
        heard.notes.add(NO_TEXT, rows[0])
        return
    heard.notes.used += heard.mapping is None
    heard.sides.update(m.speaker for m in conversation.messages)
    signals = tuple(engine.signals(m.text, m.speaker) for m in conversation.messages)
    conversation = replace(conversation, signals=signals)
    tally = heard.tally
    screening = engine.screen(conversation, tally.policy, last_moment(conversation) or NO_TIME)
    tally.add(checkup.Seen(conversation, screening, rows, reason if isinstance(reason, str) else ""))
