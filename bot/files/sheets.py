"""Sheets as CSV or XLSX files, with their definitions, and never with a cell that a spreadsheet would run."""

import csv
import io
from collections.abc import Iterable, Sequence

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from handlers.counting.exports import Sheet, Value

RUNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")  # what makes a formula of a text
DEFINITIONS = "定义"
TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def safe(value: Value) -> Value:
    """A text that could be taken for a formula begins with an apostrophe; numbers stay numbers."""
    if not isinstance(value, str):
        return value
    told = "".join(letter for letter in value if letter in "\t\n\r" or letter.isprintable())
    return f"'{told}" if told.lstrip(" ").startswith(RUNS) or told.startswith(RUNS) else told


def to_csv(sheet: Sheet) -> bytes:
    """The rows, an empty line, and the definitions; with the mark by which spreadsheets know UTF-8."""
    text = io.StringIO(newline="")
    write = csv.writer(text)
    write.writerows(_cells([_headings(sheet), *sheet.rows, (), (DEFINITIONS,), *_definitions(sheet)]))
    return text.getvalue().encode("utf-8-sig")


def to_xlsx(sheet: Sheet) -> bytes:
    book = Workbook(write_only=True)
    for title, rows in ((sheet.title, [_headings(sheet), *sheet.rows]), (DEFINITIONS, _definitions(sheet))):
        page = book.create_sheet(title)
        page.freeze_panes = "A2"
        for number, row in enumerate(_cells(rows)):
            cells = [WriteOnlyCell(page, value) for value in row]
            for cell in cells:
                if isinstance(cell.value, str):
                    cell.data_type = "s"
                if number == 0 and title != DEFINITIONS:
                    cell.font = Font(bold=True)
            page.append(cells)
    told = io.BytesIO()
    book.save(told)
    return told.getvalue()


def write(sheet: Sheet, kind: str) -> bytes:
    return to_xlsx(sheet) if kind == "xlsx" else to_csv(sheet)


def _headings(sheet: Sheet) -> tuple[Value, ...]:
    return tuple(heading for heading, _ in sheet.columns)


def _definitions(sheet: Sheet) -> list[tuple[Value, ...]]:
    return [*sheet.columns, *sheet.notes]


def _cells(rows: Iterable[Sequence[Value]]) -> Iterable[list[Value]]:
    return ([safe(_even(value)) for value in row] for row in rows)


def _even(value: Value) -> Value:
    """As many digits as mean something: 9.09e-13 is 0."""
    return round(value, 4) + 0.0 if isinstance(value, float) else value
