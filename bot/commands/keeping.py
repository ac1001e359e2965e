"""Commands that keep: a backup, an erasure, and the audit log."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.arguments import DEFAULT, ConfigFile, load_config


def backup(
    out: Annotated[Path, typer.Argument(metavar="文件", help="备份写到哪里；已经有的文件不会被覆盖")],
    config: ConfigFile = DEFAULT,
) -> None:
    """备份数据库，serve 在运行也不要紧。PostgreSQL 会告诉你该用的命令。"""
    from bot.config import load_database
    from bot.programs import keeping

    keeping.backup(load_database(config).url, out)


def erase(
    conversation: Annotated[str, typer.Option(metavar="编号", help="这段会话")] = "",
    customer: Annotated[str, typer.Option(metavar="客户id", help="这位客户的所有会话、订单和评价")] = "",
    person: Annotated[str, typer.Option(metavar="名字", help="这位同事的登录、提醒和署名")] = "",
    yes: Annotated[bool, typer.Option("--yes", help="确定要删")] = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """按要求删掉一位客户、一段会话或一位同事的资料。serve 在运行也不要紧；群里能改的卡片也会改掉。"""
    from bot.programs import keeping

    raise typer.Exit(keeping.erase(load_config(config), conversation, customer, person, sure=yes))


def audit(  # noqa: PLR0913  every one is an option
    since: Annotated[str, typer.Option(metavar="多久", help="30d 是天，12h 小时，4w 周")] = "30d",
    who: Annotated[str, typer.Option(metavar="名字", help="只看这个人做的")] = "",
    action: Annotated[str, typer.Option(metavar="动作", help="只看这种动作，比如 view、reveal、claim")] = "",
    about: Annotated[str, typer.Option(metavar="编号", help="只看这条告警或这段会话，比如 A12")] = "",
    refused: Annotated[bool, typer.Option("--refused", help="只看被婉拒的")] = False,
    out: Annotated[Path | None, typer.Option(metavar="文件", help="写到 CSV 文件；不写就打印出来")] = None,
    check: Annotated[bool, typer.Option("--check", help="只核对：有没有哪一条被改过、删过、插进来过")] = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """谁在什么时候做了什么、看了哪段原话，按时间列出来（CSV）。"""
    from bot.programs import keeping

    if check:
        raise typer.Exit(keeping.check_audit(load_config(config)))
    wanted = keeping.Wanted(since, who, action, about, refused)
    raise typer.Exit(keeping.tell_audit(load_config(config), wanted, out))
