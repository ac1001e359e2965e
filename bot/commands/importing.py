"""The command that takes in what shops can give as files."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.arguments import DEFAULT, ConfigFile, load_config


def import_(
    kind: Annotated[
        str,
        typer.Argument(metavar="什么", help="orders 订单、reviews 评价、conversations 会话、people 同事、teams 团队"),
    ],
    file: Annotated[Path, typer.Argument(metavar="文件", help="CSV，第一行是列名；会话是 JSON Lines")],
    source: Annotated[
        str, typer.Option("--source", metavar="客服系统", help="客户、子账号是哪个客服系统的；只有一个就不用写")
    ] = "",
    into: Annotated[
        Path | None, typer.Option("--into", metavar="配置文件", help="people、teams 加到这份配置后面；不写就打印出来")
    ] = None,
    config: ConfigFile = DEFAULT,
) -> None:
    """导入订单、评价、过去的会话，再导一次不会多。同事和团队写成配置里的几节，可以直接贴。

    会话和 webhook 来的一样去重、筛查、算数；最后一句话在一天以前的，不提醒、不点赞，也不叫任何人。
    """
    from bot.programs import importing, past_files, roster_files
    from handlers.errors import UserError

    if kind in roster_files.READERS:
        raise typer.Exit(roster_files.run(kind, file, source, into))
    if into is not None:
        raise UserError("--into 只给 people 和 teams 用。")
    if kind == "conversations":
        raise typer.Exit(past_files.run(load_config(config), file, source))
    raise typer.Exit(importing.run(load_config(config), kind, file, source))
