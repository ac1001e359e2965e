"""`import conversations`: a conversation file taken in as though its helpdesk had told it, the past without a word."""

import sys
from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from bot import engine, routes
from bot.files.conversation_files import open_lines, read_line
from bot.plain_words import of_line
from bot.programs.importing import desk_of
from bot.settings.directory import directory
from bot.settings.sections import Config
from bot.webhooks.ingest import Desk, rows_of, utc_now
from handlers import intake, replay
from handlers.context import Context
from handlers.counting import figures
from rules import file
from rules.model import Conversation
from storage import migrations
from storage.db import Store

BATCH = 50  # conversations in one transaction
UNTIMED = "有消息没有时间，不知道是哪天的"
IN_USE = "有几段正好有人在用，这一批没有导入，请过一会儿再导一次"


def run(config: Config, path: Path, source: str) -> int:
    """Status 1 when a line could not be read; the others are kept."""
    desk = routes.desks(config)[desk_of(config, source)]
    wrong: list[str] = []
    with Store.open(config.database.url) as store, open_lines(str(path)) as rows:
        migrations.upgrade(store)
        ctx = Context(store, engine.load(config.rules.folder), config.policy.policy(), directory(config), utc_now)
        told, past = take(ctx, desk, read(rows, wrong), wrong)
    for one in wrong:
        print(one, file=sys.stderr)  # noqa: T201
    print(f"读了 {told} 段会话：新存下过去的 {past} 段，没有叫任何人；导过的不会多，还在进行的交给 serve。")  # noqa: T201
    return 1 if wrong else 0


def read(rows: Iterable[str], wrong: list[str]) -> Iterator[Conversation]:
    """Line by line; a bad one is told, and the others go on."""
    for number, row in enumerate(rows, 1):
        if row.strip():
            try:
                yield _timed(file.read_conversation(read_line(row)))
            except (ValueError, TypeError, KeyError, AttributeError) as error:
                wrong.append(f"第 {number} 行{of_line(error)}")


def take(ctx: Context, desk: Desk, told: Iterator[Conversation], wrong: list[str]) -> tuple[int, int]:
    """How many were read, and how many of them are past and new to us; days they tell of are counted again."""
    seen = past = 0
    while part := [*islice(told, BATCH)]:
        seen += len(part)
        rows = [row for one in part for row in rows_of(desk, file.events_of(one), ctx.now())]
        try:
            kept = intake.take_past(ctx, rows)
        except intake.Changed:
            wrong.append(IN_USE)
            continue
        past += len(kept)
        ctx.store.transact(lambda tx, kept=kept: figures.anew(ctx, tx, kept))  # type: ignore[misc]
    return seen, past


def _timed(conversation: Conversation) -> Conversation:
    if not replay.timed(conversation):
        raise ValueError(UNTIMED)
    return conversation
