"""The `export` command: a table as a CSV or XLSX file, read beside a running Starling."""

import sys
from datetime import UTC, datetime
from pathlib import Path

from bot import engine
from bot.files import metric_packs, sheets, talk_files
from bot.plain_words import of_os
from bot.settings.directory import awards, directory, shifts
from bot.settings.sections import Config
from handlers.context import Context
from handlers.counting import portraits
from handlers.counting.exports import TABLES
from handlers.errors import UserError
from rules import spans
from rules.outcomes import Options as Outcomes
from storage import migrations
from storage.db import Store


def run(config: Config, table: str, out: Path, said: str, team: str) -> int:
    make, kind = TABLES.get(table), out.suffix.lower().lstrip(".")
    if make is None:
        raise UserError(f"没有 {table} 这张表，可以导出的有 {'、'.join(TABLES)}。")
    if kind not in sheets.TYPES:
        raise UserError("文件名请以 .csv 或 .xlsx 结尾。")
    now = datetime.now(UTC)
    with Store.open(config.database.url, readonly=True) as store:
        if migrations.pending(store):
            raise UserError("数据库还不是这个版本的，先运行 python -m bot migrate。")
        ctx = _context(config, store, now)
        span = spans.read(said, now.astimezone(ctx.zone).date())
        if span is None:
            raise UserError(f"--span {said} 看不懂，可以写 本周、上月，或 2026-11-01~2026-11-20（最长 92 天）。")
        names = portraits.serving(ctx, team) if team else [p.name for p in ctx.people.people if portraits.serves(p)]
        if not names:
            raise UserError(f"{team or '名单里'}没有接待客户的同事。")
        with store.read() as tx:
            sheet = make(ctx, tx, names, span)
    try:
        out.write_bytes(sheets.write(sheet, kind))
    except OSError as error:
        raise UserError(f"写不进 {out}：{of_os(error)}") from error
    print(f"{span.since} 至 {span.until}，{len(sheet.rows)} 行，写好了：{out}", file=sys.stderr)  # noqa: T201
    return 0


def _context(config: Config, store: Store, now: datetime) -> Context:
    return Context(
        store, engine.load(config.rules.folder), config.policy.policy(), directory(config), lambda: now,
        metrics=metric_packs.choice(config.metrics.pack, config.metrics.shops), shifts=shifts(config),
        awards=awards(config), talk_tracks=talk_files.tracks(config.rules.folder),
        outcomes=Outcomes(**config.outcomes.model_dump()),
    )  # fmt: skip
