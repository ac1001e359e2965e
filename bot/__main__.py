"""The commands of the program: `python -m bot …`; every word they print is for people, in Chinese."""

import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer

from bot.command_line import Command, Group, explain
from handlers.errors import UserError
from storage.errors import CannotOpen, InUse, NewerSchema, Unavailable

app = typer.Typer(
    cls=Group,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Starling（八哥）：把客服质检变成当场的帮助。",
)
CONVERSATIONS = "会话文件（JSON Lines，每行一段会话）"
ConfigFile = Annotated[Path, typer.Option("--config", metavar="文件", help="配置文件")]
DEFAULT = Path("config.toml")


@app.command(cls=Command)
def demo(
    speed: Annotated[float, typer.Option(metavar="倍数", help="故事的快慢，2 是两倍速", min=0.1, max=100)] = 1.0,
    port: Annotated[int, typer.Option(metavar="端口", help="端口；0 是任选一个空的", min=0, max=65535)] = 8080,
) -> None:
    """不用任何准备，马上看到八哥工作的样子。"""
    from bot import demo as show

    show.run(speed, port)


@app.command(cls=Command)
def serve(config: ConfigFile = DEFAULT) -> None:
    """开始工作：接收客服系统的消息，在群里提醒。"""
    from bot import serving

    serving.serve(_load(config))


@app.command("check-config", cls=Command)
def check_config(config: ConfigFile = DEFAULT) -> None:
    """一次说清配置文件里的所有问题。"""
    from bot import engine, routes
    from bot.config import parse, read

    loaded, mistakes = parse(read(config), os.environ)
    told = [f"{config} {mistake}" for mistake in mistakes]
    if loaded is not None:
        told += _together(lambda: engine.load(loaded.rules.folder), lambda: routes.desks(loaded))
    if loaded is None or told:
        raise UserError("\n".join(told))
    desks = len(loaded.helpdesks)
    typer.echo(f"{config} 没有问题：{desks} 个客服系统，{len(loaded.rooms)} 个群，{len(loaded.people)} 位同事。")


@app.command(cls=Command)
def doctor(config: ConfigFile = DEFAULT) -> None:
    """检查凭证、权限、网络、数据库和群，告诉你哪里不对、怎么办。"""
    from bot import doctor as examination

    raise typer.Exit(examination.examine_file(config))


@app.command(cls=Command)
def screen(
    file: Annotated[str, typer.Argument(metavar="文件", help=f"{CONVERSATIONS}；写 - 就读标准输入")],
    learn: Annotated[Path | None, typer.Option(metavar="文件", help="先从这个复核过的会话文件学习")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="说出分数从哪里来")] = False,
) -> None:
    """筛查会话文件，一段会话一行结果。"""
    from bot import screening_files

    raise typer.Exit(screening_files.run(file, learn, explain=explain))


@app.command(cls=Command)
def replay(
    file: Annotated[Path, typer.Argument(metavar="文件", help=CONVERSATIONS)],
    config: Annotated[Path | None, typer.Option(metavar="文件", help="用这份配置里的规则、群和同事")] = None,
) -> None:
    """把过去的会话按当时的时间重放一遍，看看八哥会在什么时候说什么。不会发到任何群。"""
    from bot import replaying

    raise typer.Exit(replaying.run(file, _load(config) if config else None))


@app.command(cls=Command)
def migrate(config: ConfigFile = DEFAULT) -> None:
    """把数据库升级到这个版本。"""
    from bot.config import load_database
    from storage import migrations
    from storage.db import Store

    with Store.open(load_database(config).url, exclusive=True) as store:
        done = migrations.upgrade(store)
    typer.echo(f"数据库已升级：{'、'.join(done)}" if done else "数据库已经是最新的。")


def _load(path: Path):  # type: ignore[no-untyped-def]
    from bot.config import load

    return load(path)


def _together(*checks: Callable[[], object]) -> list[str]:
    """Run every check; all that they complain of."""
    told = []
    for check in checks:
        try:
            check()
        except UserError as error:
            told.append(str(error))
    return told


def main() -> None:
    """Errors that people can mend are sentences on standard error: exit status 1, and 2 for a mistyped command."""
    try:
        sys.exit(app(standalone_mode=False) or 0)
    except typer.TyperException as error:
        print(explain(error), file=sys.stderr)  # noqa: T201
        sys.exit(2)
    except (UserError, CannotOpen, InUse, NewerSchema, Unavailable) as error:
        sys.exit(f"{error}")
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)


if __name__ == "__main__":
    main()
