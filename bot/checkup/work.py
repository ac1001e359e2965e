"""A checkup from file to report: looked at, confirmed or mapped, heard, drawn, saved."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from bot import engine
from bot.checkup import cells, listening, mapping, pages, report, tables
from bot.checkup.guess import Guess, guess
from bot.checkup.listening import Tell
from bot.checkup.mapping import Mapping
from bot.checkup.tables import Table
from bot.checkup.values import Report
from bot.plain_words import of_os
from handlers.errors import UserError
from rules.model import Speaker

NOTHING = "{name} 里没有读到一段会话。{why}"


class Misread(UserError):
    """The table was read, but not as it was meant: the mapping can mend it."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A table and how it may be read; neither a guess nor a mapping: it is our own conversation file."""

    table: Table
    guess: Guess | None = None
    mapping: Mapping | None = None


@contextmanager
def look(export: Path, now: datetime, mapped: str = "") -> Iterator[Looked]:
    """`mapped`: the text of a mapping file. Raises UserError."""
    with closing(tables.open_table(export)) as table:
        if table.is_conversations:
            yield Looked(table)
        elif mapped:
            read = mapping.parse(mapped, lambda sheet, row: _header(table, sheet, row))
            yield Looked(replace(table, sheet=read.sheet or table.sheet), mapping=read)
        else:
            found = guess(table, now)
            yield Looked(table, found, found.mapping)


def write(looked: Looked, now: datetime, folder: Path, tell: Tell) -> tuple[Report, Path]:
    """The report and its page. Raises UserError when there is nothing to report."""
    ready = engine.load()
    heard = listening.hear(looked.table, looked.mapping, ready, now, tell)
    if not heard.tally.conversations:
        why = "；".join(f"{n:,} 行{why}" for why, n in heard.notes.counts.most_common(3))
        raise Misread(NOTHING.format(name=looked.table.path.name, why=f"（{why}）" if why else ""))
    if not heard.sides[Speaker.CUSTOMER]:
        raise Misread("没有一句是客户说的：多半是「谁说的」那一列认错了。")
    told = report.write(heard, ready.packs, now)
    tell(lambda: "正在写报告……")
    return told, pages.save(pages.draw(told), folder)


def read_text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不到 {path}：{of_os(error)}") from error


def utc_now() -> datetime:
    return datetime.now(UTC)


def _header(table: Table, sheet: str, number: int) -> list[str]:
    """The names that stand in that row; those of JSON are its row 0."""
    if sheet and table.kind == "xlsx":
        if sheet not in table.book.sheetnames:
            raise UserError(f"没有「{sheet}」这张表，有的是：{'、'.join(table.book.sheetnames)}。")
        table = replace(table, sheet=sheet)
    for n, row in table.rows():
        if n >= number:
            return [cells.text(cell) for cell in row] if n == number else []
    return []
