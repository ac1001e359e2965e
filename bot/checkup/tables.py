"""An export as a table, whatever kind of file it is: rows of cells with their numbers, read one after the other."""

import json
import warnings
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils.exceptions import InvalidFileException

from bot.checkup import text_files
from bot.checkup.cells import Cell
from bot.plain_words import of_os
from handlers.errors import UserError

Row = tuple[int, list[Cell]]

UNPACKED = 1024 * 1024 * 1024  # bytes an XLSX may unfold to
STRINGS = 256 * 1024 * 1024  # of them the words, which a reader must hold at once
COLUMNS = 200
OLD_EXCEL = "{name} 是旧的 .xls 格式。请用 Excel 或 WPS 打开，「另存为」.xlsx 或 CSV，再来一次。"
WEB_PAGE = "{name} 其实是一个网页（有些后台这样导出）。请用 Excel 或 WPS 打开，「另存为」.xlsx 或 CSV，再来一次。"
NOT_EXCEL = "{name} 打不开：不是完整的 .xlsx。请重新导出，或「另存为」CSV 再来一次。"


@dataclass(frozen=True, slots=True)
class Table:
    path: Path
    kind: str  # "xlsx" | "csv" | "jsonl"
    encoding: str = ""
    between: str = ","
    sheet: str = ""
    book: Any = field(default=None, compare=False, repr=False)  # an open XLSX: its words are read once, not each time

    def close(self) -> None:
        if self.book is not None:
            self.book.close()

    def rows(self) -> Iterator[Row]:
        if self.kind == "xlsx":
            return _cells(self.book, self.sheet, None)
        if self.kind == "jsonl":
            return _object_rows(self)
        return text_files.rows(self.path, self.encoding, self.between)

    def lines(self) -> Iterator[tuple[int, Any]]:
        """Of a JSON Lines file: each line's value, or the error it makes."""
        with text_files.open_text(self.path, self.encoding) as lines:
            for number, line in enumerate(lines, 1):
                if line.strip():
                    yield number, _value(line)

    @property
    def is_conversations(self) -> bool:
        """Our own conversation file: each line a whole conversation."""
        if self.kind != "jsonl":
            return False
        first = next((value for _, value in self.lines() if isinstance(value, Mapping)), {})
        return isinstance(first.get("messages"), list)


def open_table(path: Path, sheet: str = "") -> Table:
    """By what the file holds, not by what its name ends with; to be closed. Raises UserError, for people."""
    try:
        with path.open("rb") as file:
            head = file.read(4096)
    except OSError as error:
        raise UserError(f"读不到 {path}：{of_os(error)}") from error
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf"):
        raise UserError(f"{path.name} 是空的。")
    if head.startswith(b"PK\x03\x04"):
        return _open_sheet(path, sheet)
    if head.startswith(b"\xd0\xcf\x11\xe0"):
        raise UserError(OLD_EXCEL.format(name=path.name))
    encoding = text_files.encoding(path)
    start = head.decode(encoding, "replace").lstrip("\ufeff \t\r\n")
    if start[:200].lower().startswith(("<!doctype", "<html", "<table", "<?xml", "<meta")):
        raise UserError(WEB_PAGE.format(name=path.name))
    if start.startswith("{"):
        return Table(path, "jsonl", encoding)
    return Table(path, "csv", encoding, text_files.mark(path, encoding))


def _open_sheet(path: Path, sheet: str) -> Table:
    try:
        with zipfile.ZipFile(path) as packed:
            sizes = {part.filename: part.file_size for part in packed.infolist()}
    except (zipfile.BadZipFile, OSError) as error:
        raise UserError(NOT_EXCEL.format(name=path.name)) from error
    if sum(sizes.values()) > UNPACKED or sizes.get("xl/sharedStrings.xml", 0) > STRINGS:
        raise UserError(f"{path.name} 展开后太大。请按月份分开导出，或「另存为」CSV 再来一次。")
    book = _load(path)
    names = [str(name) for name in book.sheetnames]
    if sheet and sheet not in names:
        book.close()
        raise UserError(f"{path.name} 里没有「{sheet}」这张表，有的是：{'、'.join(names)}。")
    fullest = max(names, key=lambda name: sum(1 for _ in _cells(book, name, 500))) if len(names) > 1 else names[0]
    return Table(path, "xlsx", sheet=sheet or fullest, book=book)


def _load(path: Path) -> Any:
    """Its reader's warnings about styles are not ours to tell."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, OSError, SyntaxError) as error:
        raise UserError(NOT_EXCEL.format(name=path.name)) from error


def _cells(book: Any, name: str, most: int | None) -> Iterator[Row]:
    sheet = book[name]
    if not hasattr(sheet, "reset_dimensions"):
        return  # a sheet that is only a chart
    sheet.reset_dimensions()  # many exporters write a wrong size
    try:
        for number, row in enumerate(sheet.iter_rows(max_row=most, values_only=True), 1):
            yield number, list(row[:COLUMNS])
    except (ValueError, KeyError, zipfile.BadZipFile, SyntaxError) as error:
        raise UserError(f"「{name}」读到一半坏了。请重新导出，或「另存为」CSV 再来一次。") from error


def _object_rows(table: Table) -> Iterator[Row]:
    """One message a line: the keys of the first lines are the header, as row 0."""
    names = _keys(table)
    yield 0, list(names)
    for number, value in table.lines():
        flat = _flat(value) if isinstance(value, Mapping) else {}
        yield number, [flat.get(name) for name in names]


def _keys(table: Table) -> list[str]:
    names: dict[str, None] = {}
    for number, value in table.lines():
        if isinstance(value, Mapping):
            names |= dict.fromkeys(_flat(value))
        if number >= 200:
            break
    return list(names)[:COLUMNS]


def _flat(value: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    """{"sender": {"name": …}} has a column sender.name."""
    found: dict[str, Any] = {}
    for key, inner in value.items():
        if isinstance(inner, Mapping) and not before:
            found |= _flat(inner, f"{key}.")
        else:
            found[f"{before}{key}"] = inner if isinstance(inner, str | int | float | None) else json.dumps(inner)
    return found


def _value(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError as error:
        return error
