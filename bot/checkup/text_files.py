"""Reading text exports: which encoding, which mark between the columns, row by row with their line numbers."""

import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.files import encodings
from bot.plain_words import of_os
from handlers.errors import UserError

MARKS = ("\t", ",", ";", "|", "，")
LONGEST_CELL = 1_000_000  # characters


def encoding(path: Path) -> str:
    return encodings.of(_head(path))


def open_text(path: Path, known: str = "") -> TextIO:
    """Characters that fit no encoding become �, so that one broken byte costs no more than itself."""
    try:
        return path.open(encoding=known or encoding(path), errors="replace", newline="")
    except OSError as error:
        raise UserError(f"读不到 {path}：{of_os(error)}") from error


def mark(path: Path, known: str) -> str:
    """The one that gives the most columns to most lines."""
    with open_text(path, known) as lines:
        sample = lines.read(64 * 1024)
    return max(MARKS, key=lambda one: _fits(sample, one))


def rows(path: Path, known: str, between: str) -> Iterator[tuple[int, list[str]]]:
    """Each row with the number of the line it ends on, as an editor shows it."""
    csv.field_size_limit(LONGEST_CELL)
    with open_text(path, known) as lines:
        reader = csv.reader((line.replace("\0", "") for line in lines), delimiter=between)
        while True:
            try:
                row = next(reader)
            except StopIteration:
                return
            except csv.Error:
                row = []  # a cell without end: told as a bad row, and the next line goes on
            yield reader.line_num, row


def _fits(sample: str, between: str) -> tuple[int, int]:
    try:
        widths = [len(row) for row in csv.reader(sample.splitlines(keepends=True)[:60], delimiter=between) if row]
    except csv.Error:
        return 0, 0
    wide = [width for width in widths if width > 1]
    if not wide or len(wide) * 2 < len(widths):
        return 0, 0
    usual = max(set(wide), key=wide.count)
    return wide.count(usual) * 10 // len(widths), usual


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(encodings.HEAD)
    except OSError as error:
        raise UserError(f"读不到 {path}：{of_os(error)}") from error
