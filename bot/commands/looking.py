"""Commands that look at conversations in files, without a running bot."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.arguments import CONVERSATIONS, load_config


def screen(
    file: Annotated[str, typer.Argument(metavar="文件", help=f"{CONVERSATIONS}；写 - 就读标准输入")],
    learn: Annotated[Path | None, typer.Option(metavar="文件", help="先从这个复核过的会话文件学习")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="说出分数从哪里来")] = False,
) -> None:
    """筛查会话文件，一段会话一行结果。"""
    from bot import screening_files

    raise typer.Exit(screening_files.run(file, learn, explain=explain))


def replay(
    file: Annotated[Path, typer.Argument(metavar="文件", help=CONVERSATIONS)],
    config: Annotated[Path | None, typer.Option(metavar="文件", help="用这份配置里的规则、群和同事")] = None,
) -> None:
    """把过去的会话按当时的时间重放一遍，看看八哥会在什么时候说什么。不会发到任何群。"""
    from bot import replaying

    raise typer.Exit(replaying.run(file, load_config(config) if config else None))
