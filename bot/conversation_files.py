"""Opening conversation files, for every command that reads them: lines, and the value that stands for a bad one."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TextIO

from bot.plain_words import of_os
from handlers.errors import UserError


class BadLine(ValueError):
    """A line that is no conversation, with its number."""


@contextmanager
def open_lines(file: str) -> Iterator[TextIO]:
    """A conversation file, or standard input for "-"."""
    if file == "-":
        sys.stdin.reconfigure(encoding="utf8", errors="replace")  # type: ignore[union-attr]
        yield sys.stdin
        return
    try:
        with open(file, encoding="utf8", errors="replace") as rows:
            yield rows
    except OSError as error:
        raise UserError(f"读不到 {file}：{of_os(error)}") from error
