"""Reading text exports: which encoding, which mark between the columns, row by row with their line numbers."""

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from bot.plain_words import of_os
from handlers.errors import UserError

HEAD = 256 * 1024  # bytes looked at
MARKS = ("\t", ",", ";", "|", "，")
LONGEST_CELL = 1_000_000  # characters
BOMS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))


def encoding(path: Path) -> str:
    """By its first bytes; what is no UTF-8 is taken as GB18030, which holds GBK and GB2312."""
    head = _head(path)
    for mark, name in BOMS:
        if head.startswith(mark):
            return name
    if head[:4000].count(0) > len(head[:4000]) // 8:  # UTF-16 without a mark: every Latin letter brings a zero byte
        return "utf-16-le" if head[1:4000:2].count(0) >= head[:4000:2].count(0) else "utf-16-be"
    try:
        codecs.getincrementaldecoder("utf-8")().decode(head)
    except UnicodeDecodeError:
        return "gb18030"
    return "utf-8"


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
            return file.read(HEAD)
    except OSError as error:
        raise UserError(f"读不到 {path}：{of_os(error)}") from error
