"""The commands `backup`, `erase` and `audit`: a copy while it runs, forgetting somebody, and who did what."""

import csv
import os
import sqlite3
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO
from zoneinfo import ZoneInfo

from sqlalchemy.engine import make_url

from bot.files import sheets
from bot.plain_words import of_os
from bot.programs import backtesting
from bot.running import errands
from bot.settings.sections import Config
from handlers.errors import UserError
from storage import audit, chain, erasure
from storage.db import Store

WHY = {"changed": "这一条被改过", "missing": "这一条不见了", "unsealed": "这一条不是八哥写的"}
COLUMNS = ("时间", "谁", "做了什么", "对什么", "允许", "说明")


def backup(url: str, out: Path) -> None:
    """SQLite copies itself while it is served; PostgreSQL has a tool of its own."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite":
        shown = address.set(drivername="postgresql", password=None).render_as_string()
        raise UserError(f"PostgreSQL 用自带的工具备份：pg_dump --format=custom --file={out} '{shown}'")
    source = Path(str(address.database))
    if not source.exists():
        raise UserError(f"还没有数据库 {source}。")
    if out.exists():
        raise UserError(f"{out} 已经有了。换一个名字，旧的备份就不会丢。")
    draft = out.with_name(f".{out.name}.draft")
    try:
        os.close(os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        _copy(source, draft)
        draft.rename(out)
    except OSError as error:
        raise UserError(f"备份写不到 {out}：{of_os(error)}") from None
    finally:
        draft.unlink(missing_ok=True)
    sys.stdout.write(f"备份好了：{out}，{out.stat().st_size / 1024 / 1024:.1f} MB，检查过没有损坏。\n")


def _copy(source: Path, draft: Path) -> None:
    with closing(sqlite3.connect(f"file:{source}?mode=ro", uri=True)) as old, closing(sqlite3.connect(draft)) as new:
        old.backup(new)
        (told,) = new.execute("PRAGMA quick_check").fetchone()
    if told != "ok":
        raise UserError(f"备份检查没有通过：{told}。数据库可能坏了，请先留好原来的文件。")


def erase(config: Config, conversation: str, customer: str, person: str, *, sure: bool) -> int:
    """By the process that serves the database; says first what it would do."""
    if sum(map(bool, (conversation, customer, person))) != 1:
        raise UserError("说清删谁的：--conversation、--customer、--person 三个里写一个。")
    ids: list[str] = []
    if not person:
        with Store.open(config.database.url, readonly=True) as store, store.read() as tx:
            ids = erasure.found(tx, conversation, customer)
    if not person and not ids and not customer:
        raise UserError(f"没有找到「{conversation}」这段会话。可以写客服系统里的编号，或旁听页面地址的最后一段。")
    what = f"{person}的登录、提醒和署名" if person else f"{len(ids)} 段会话的原话、客户信息和卡片内容"
    if not sure:
        sys.stdout.write(f"会删掉{what}，删了找不回来（旧的备份里还有）。确定就加上 --yes。\n")
        return 1
    errands.do(config.database.url, "erase", {"ids": ids, "customer": customer, "person": person})
    quoted = "" if person else "，引用过这些话的投票、案例和卡片也改了"
    kept = "数字和操作记录留着，里面没有客户的原话。旧的备份请按你们的规定处理。"
    sys.stdout.write(f"删掉了{what}{quoted}。{kept}\n")
    return 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which lines of the audit log."""

    since: str = "30d"
    actor: str = ""
    action: str = ""
    subject: str = ""
    refused: bool = False


def tell_audit(config: Config, wanted: Wanted, out: Path | None) -> int:
    since = datetime.now(UTC) - backtesting.span(wanted.since)
    filters = {"actor": wanted.actor, "action": wanted.action, "subject": wanted.subject}
    with Store.open(config.database.url, readonly=True) as store, store.read() as tx:
        rows = audit.since(tx, since, filters, refused=wanted.refused)
    zone = ZoneInfo(config.policy.timezone)
    lines = [_cells(row, zone) for row in rows]
    if out is None:
        _write(sys.stdout, lines)
        return 0
    try:
        with out.open("w", encoding="utf-8-sig", newline="") as file:
            _write(file, lines)
    except OSError as error:
        raise UserError(f"写不到 {out}：{of_os(error)}") from None
    sys.stdout.write(f"{len(lines)} 条操作记录写在 {out}。\n")
    return 0


def check_audit(config: Config) -> int:
    """Is every line still as it was written, and none gone? Exit status 1 when not."""
    with Store.open(config.database.url, readonly=True) as store, store.read() as tx:
        found = chain.check(tx)
    if found.broken is None:
        sealed = f"最后一环是 {found.last[:16]}，抄在别处，下次就能看出末尾有没有被截掉。" if found.last else ""
        sys.stdout.write(f"{found.rows} 条操作记录，一环扣一环，都对得上。{sealed}\n")
        return 0
    zone = ZoneInfo(config.policy.timezone)
    when = f"（{found.broken.at.astimezone(zone):%Y-%m-%d %H:%M:%S} {found.broken.what}）" if found.broken.at else ""
    told = f"第 {found.broken.place} 条对不上：{WHY[found.broken.why]}{when}。它前面的 {found.rows} 条没有问题。"
    sys.stdout.write(f"{told}请先留好现在的数据库，再找备份里的同一条比一比。\n")
    return 1


def _cells(row: audit.Line, zone: ZoneInfo) -> tuple[str, ...]:
    detail = "；".join(f"{name}={value}" for name, value in row.detail.items())
    at = row.at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S")
    return (at, row.actor or "系统", row.action, row.subject, "是" if row.allowed else "否", detail)


def _write(file: IO[str], lines: Sequence[Sequence[str]]) -> None:
    """A cell that a spreadsheet would calculate becomes plain text."""
    writer = csv.writer(file)
    writer.writerow(COLUMNS)
    writer.writerows([sheets.safe(cell) for cell in line] for line in lines)
