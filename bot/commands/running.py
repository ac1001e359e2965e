"""Commands that run Starling and look after it."""

import os
from collections.abc import Callable
from typing import Annotated

import typer

from bot.commands.arguments import DEFAULT, ConfigFile, load_config
from handlers.errors import UserError


def demo(
    speed: Annotated[float, typer.Option(metavar="倍数", help="故事的快慢，2 是两倍速", min=0.1, max=100)] = 1.0,
    port: Annotated[int, typer.Option(metavar="端口", help="端口；0 是任选一个空的", min=0, max=65535)] = 8080,
) -> None:
    """不用任何准备，马上看到八哥工作的样子。"""
    from bot import demo as show

    show.run(speed, port)


def serve(config: ConfigFile = DEFAULT) -> None:
    """开始工作：接收客服系统的消息，在群里提醒。"""
    from bot import serving

    serving.serve(load_config(config))


def check_config(config: ConfigFile = DEFAULT) -> None:
    """一次说清配置文件里的所有问题。"""
    from bot import engine
    from bot.config import lacking, parse, read
    from bot.files import talk_files
    from bot.learning import encoder

    loaded, mistakes = parse(read(config), os.environ)
    told = [f"{config} {mistake}" for mistake in mistakes]
    if loaded is not None:
        told += _together(
            lambda: engine.load(loaded.rules.folder),
            lambda: talk_files.tracks(loaded.rules.folder),
            lambda: encoder.check() if loaded.learning.encoder else None,
        )
    if loaded is None or told:
        raise UserError("\n".join(told))
    desks = len(loaded.helpdesks)
    typer.echo(f"{config} 没有问题：{desks} 个客服系统，{len(loaded.rooms)} 个群，{len(loaded.people)} 位同事。")
    for missing in lacking(loaded):
        typer.echo(f"还差一步：{missing}")


def doctor(config: ConfigFile = DEFAULT) -> None:
    """检查凭证、权限、网络、数据库和群，告诉你哪里不对、怎么办。"""
    from bot.programs import doctor as examination

    raise typer.Exit(examination.examine_file(config))


def learn(
    config: ConfigFile = DEFAULT,
    roll_back: Annotated[bool, typer.Option("--roll-back", help="不学习，退回上一个模型")] = False,
) -> None:
    """从大家的复核里学一遍，更准才换上；运行着的八哥几秒后就用新的。"""
    from bot.programs import learning_now

    learning_now.run(load_config(config), roll_back=roll_back)


def login_link(
    name: Annotated[str, typer.Argument(metavar="名字", help="成员名单里的名字")], config: ConfigFile = DEFAULT
) -> None:
    """给没有装钉钉或飞书的同事一个一次性的登录链接。"""
    from bot.running import errands
    from bot.web import login_link as links

    loaded = load_config(config)
    links.make(loaded, name, lambda errand, body: errands.do(loaded.database.url, errand, body))


def migrate(config: ConfigFile = DEFAULT) -> None:
    """把数据库升级到这个版本。"""
    from bot.config import load_database
    from storage import migrations
    from storage.db import Store

    with Store.open(load_database(config).url, exclusive=True) as store:
        done = migrations.upgrade(store)
    typer.echo(f"数据库已升级：{'、'.join(done)}" if done else "数据库已经是最新的。")


def _together(*checks: Callable[[], object]) -> list[str]:
    """Run every check; all that they complain of."""
    told = []
    for check in checks:
        try:
            check()
        except UserError as error:
            told.append(str(error))
    return told
