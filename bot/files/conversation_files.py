"""Opening conversation files, for every command that reads them: lines, and the value that stands for a bad one."""

import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from io import BufferedReader, TextIOWrapper
from typing import Any, BinaryIO, TextIO

from bot.files import encodings
from bot.plain_words import of_os
from handlers.errors import UserError


class BadLine(ValueError):
    """A line that is no conversation, with its number."""


@contextmanager
def open_lines(file: str) -> Iterator[TextIO]:
    """A conversation file, or standard input for "-", in whatever encoding; a broken byte becomes �."""
    if file == "-":
        sys.stdin.reconfigure(encoding=_encoding(sys.stdin.buffer), errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        with open(file, "rb", encodings.HEAD) as raw, TextIOWrapper(raw, _encoding(raw), errors="replace") as rows:
            yield rows
    except OSError as error:
        raise UserError(f"读不到 {file}：{of_os(error)}") from error


def _encoding(raw: BinaryIO) -> str:
    """Without reading on: also a pipe can be looked into."""
    return encodings.of(raw.peek(encodings.HEAD)) if isinstance(raw, BufferedReader) else "utf-8"


def read_line(row: str) -> Any:
    """What a line says as JSON; ValueError, also for one that is nested too deep to be a conversation."""
    try:
        return json.loads(row)
    except RecursionError as error:
        raise ValueError("括号套得太深") from error
