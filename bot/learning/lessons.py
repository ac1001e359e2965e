"""Reviewed conversations from a file to a model, as `screen --learn` does."""

import json
from collections.abc import Iterable
from pathlib import Path

from bot.files import model_files
from bot.learning import training
from bot.learning.training import Lesson, Verdict
from bot.plain_words import of_line, of_os
from handlers.errors import UserError
from handlers.reviewing.learning import KINDS
from rules import file


def verdicts(lines: Iterable[str]) -> dict[str, list[Verdict]]:
    """By kind; lines without a verdict are passed over."""
    found: dict[str, list[Verdict]] = {}
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            given = {kind: row.get("verdict", {}).get(kind) for kind in KINDS}
            conversation = file.read_conversation(row) if any(v is not None for v in given.values()) else None
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UserError(f"复核文件第 {number} 行{of_line(error)}") from error
        for kind, yes in given.items():
            if conversation is not None and yes is not None:
                found.setdefault(kind, []).append(Verdict(conversation, bool(yes)))
    return found


def take(reviewed: Path) -> dict[str, Lesson]:
    """Learn here and now, by kind."""
    try:
        with reviewed.open(encoding="utf8") as lines:
            told = verdicts(lines) or {"risk": []}
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不到 {reviewed}：{of_os(error)}") from error
    sentiment = model_files.load()
    return {kind: training.train(given, sentiment, kind) for kind, given in told.items()}
