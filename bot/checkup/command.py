"""The `checkup` command: what it asks, what it prints, and what it leaves for people to mend."""

import shlex
import sys
import time
from datetime import datetime
from pathlib import Path

import typer

from bot.checkup import asking, mapping, work
from bot.checkup.guess import Guess
from bot.checkup.values import Report
from bot.checkup.work import Looked
from bot.plain_words import of_os
from bot.progress import telling
from handlers.errors import UserError

ASK = "这样读对吗？"


def run(export: Path, mapped: Path | None, out: Path | None, *, yes: bool) -> int:
    now, began = work.utc_now(), time.monotonic()
    folder = out or export.parent / f"{export.stem}-体检报告"
    with work.look(export, now, work.read_text(mapped) if mapped else "") as looked:
        _confirm(looked, now, export, yes=yes)
        try:
            with telling() as tell:
                report, page = work.write(looked, now, folder, tell)
        except work.Misread as error:
            raise UserError(f"{error}\n{_leave(looked.guess, export)}" if looked.guess else str(error)) from error
    typer.echo(_told(report, page, time.monotonic() - began))
    return 0


def _confirm(looked: Looked, now: datetime, export: Path, *, yes: bool) -> None:
    """Raises UserError when the table cannot be read as guessed, or nobody is there to say so."""
    guess = looked.guess
    if guess is None:
        return
    if guess.failed:
        raise UserError(f"{export.name} 的表头认不出来：{guess.failed}。\n{_leave(guess, export)}")
    if not guess.doubts or yes:
        return
    shown = asking.tell(asking.show(guess, now))
    if not sys.stdin.isatty():
        raise UserError(f"{shown}\n没有人可以问。读得对，加上 --yes 再来一次；不对就：\n{_leave(guess, export)}")
    typer.echo(shown)
    if not typer.confirm(ASK, default=True):
        raise UserError(_leave(guess, export))


def _leave(guess: Guess, export: Path) -> str:
    """Write a mapping that is ready to edit next to the export, and say what to do with it; one that is there stays."""
    path = export.with_name(f"{export.name}.map.toml")
    again = f"python -m bot checkup {shlex.quote(str(export))} --map {shlex.quote(str(path))}"
    try:
        with path.open("x", encoding="utf8") as file:
            file.write(mapping.write(guess.mapping, again))
    except FileExistsError:
        return f"之前写好的映射文件还在：{path}\n改好之后运行：\n  {again}"
    except OSError as error:
        raise UserError(f"映射文件写不进 {path}：{of_os(error)}") from error
    return f"映射文件已写好：{path}\n打开它，告诉八哥每一列是什么，再运行：\n  {again}"


def _told(report: Report, page: Path, seconds: float) -> str:
    lines = [*report.headlines]
    lines += [f"{n:,} 行{why}：{where}。" for why, n, where in report.skipped]
    lines.append(f"体检报告写好了（用了 {seconds:.0f} 秒）：{page}")
    return "\n".join(lines)
