"""The command that takes in what shops can give as files."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.arguments import DEFAULT, ConfigFile, load_config


def import_(
    kind: Annotated[str, typer.Argument(metavar="什么", help="orders 订单、reviews 评价")],
    file: Annotated[Path, typer.Argument(metavar="CSV文件", help="第一行是列名")],
    source: Annotated[
        str, typer.Option("--source", metavar="客服系统", help="客户是哪个客服系统的；只有一个就不用写")
    ] = "",
    config: ConfigFile = DEFAULT,
) -> None:
    """导入订单或评价，和接待对上；同一笔再导一次不会多。"""
    from bot import importing

    raise typer.Exit(importing.run(load_config(config), kind, file, source))
