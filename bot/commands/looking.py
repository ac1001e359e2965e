"""Commands that look at conversations, without a running bot."""

from pathlib import Path
from typing import Annotated

import typer

from bot.commands.arguments import CONVERSATIONS, DEFAULT, ConfigFile, load_config


def screen(
    file: Annotated[str, typer.Argument(metavar="文件", help=f"{CONVERSATIONS}；写 - 就读标准输入")],
    learn: Annotated[Path | None, typer.Option(metavar="文件", help="先从这个复核过的会话文件学习")] = None,
    explain: Annotated[bool, typer.Option("--explain", help="说出分数从哪里来")] = False,
) -> None:
    """筛查会话文件，一段会话一行结果。"""
    from bot.programs import screening_files

    raise typer.Exit(screening_files.run(file, learn, explain=explain))


def replay(
    file: Annotated[Path, typer.Argument(metavar="文件", help=CONVERSATIONS)],
    config: Annotated[Path | None, typer.Option(metavar="文件", help="用这份配置里的规则、群和同事")] = None,
) -> None:
    """把过去的会话按当时的时间重放一遍，看看八哥会在什么时候说什么。不会发到任何群。"""
    from bot import log
    from bot.programs import replaying

    log.setup(level="WARNING")  # the virtual alerts are what it prints
    raise typer.Exit(replaying.run(file, load_config(config) if config else None))


def backtest(
    rules: Annotated[Path | None, typer.Option(metavar="目录或文件", help="要试的规则包")] = None,
    policy: Annotated[Path | None, typer.Option(metavar="文件", help="要试的旋钮（TOML，[policy] 一节）")] = None,
    since: Annotated[str, typer.Option(metavar="多久", help="30d 是天，12h 小时，4w 周")] = "30d",
    post: Annotated[bool, typer.Option("--post", help="把结果发到要听 review 的群")] = False,
    config: ConfigFile = DEFAULT,
) -> None:
    """换一套规则或旋钮，把存着的会话按当时的时间重跑一遍，看会多说什么、少说什么。serve 在运行也不要紧。"""
    from bot.programs import backtesting

    raise typer.Exit(backtesting.run(load_config(config), rules, policy, since, post=post))


def figures(
    file: Annotated[str, typer.Argument(metavar="文件", help=f"{CONVERSATIONS}；写 - 就读标准输入")],
    pack: Annotated[
        str, typer.Option(metavar="名字", help="口径包：generic、wangwang、jd、doudian、kuaishou、pdd、qiyu")
    ] = "generic",
    zone: Annotated[str | None, typer.Option(metavar="时区", help="店铺的时区；不写就用口径包写的")] = None,
    as_of: Annotated[
        str | None, typer.Option("--as-of", metavar="时间", help="算到什么时候；不写就当文件是整天的")
    ] = None,
    explain: Annotated[bool, typer.Option("--explain", help="每个数都说出怎么数、来源、日期和把握")] = False,
) -> None:
    """按一家平台的口径算出会话文件里的每一个数，和后台对数用。

    一行一个数：name 名字，agent 子账号（没有这一项的是合计），value 值（秒、元或 0 到 1），n 样本数，
    interval 90% 区间，version 口径版本，conversations 会话，pending 还没定、没有计入的个数。
    """
    from bot.programs import figure_files

    raise typer.Exit(figure_files.run(file, pack, zone or "", as_of or "", explain=explain))


def checkup(
    export: Annotated[Path, typer.Argument(metavar="导出文件", help="聊天记录：xlsx、csv、tsv 或 jsonl；不用改表头")],
    mapped: Annotated[Path | None, typer.Option("--map", metavar="文件", help="说明每一列是什么的映射文件")] = None,
    out: Annotated[Path | None, typer.Option(metavar="文件夹", help="报告写到哪里；默认在导出文件旁边")] = None,
    yes: Annotated[bool, typer.Option("--yes", help="列名猜得没把握也不问，直接读")] = False,
) -> None:
    """给一份聊天导出做体检：先看哪十段、该夸谁、客户最常遇到什么。不用配置。"""
    from bot.checkup import command

    raise typer.Exit(command.run(export, mapped, out, yes=yes))


def simulate(
    agents: Annotated[int, typer.Option(metavar="人数", help="多少位客服", min=1, max=500)] = 60,
    weeks: Annotated[int, typer.Option(metavar="几周", help="过多少周", min=1, max=52)] = 13,
    seed: Annotated[int, typer.Option(metavar="数字", help="同样的数字得到同样的一季")] = 1,
    conversations: Annotated[int, typer.Option(metavar="几段", help="每人每天接几段", min=1, max=200)] = 20,
    troubled: Annotated[
        float,
        typer.Option(metavar="百分之几", help="有麻烦的会话占百分之几；这是假设，换成你店里的", min=0, max=50),
    ] = 1.0,
) -> None:
    """八哥一季会说多少话：用一家编出来的店，按真的规则过完这几周，结果是一个 JSON。不会发到任何群。"""
    from bot.programs import simulating
    from bot.simulation.traffic import Load

    raise typer.Exit(simulating.run(Load(agents, conversations, troubled / 100), weeks, seed))


def export(
    table: Annotated[str, typer.Argument(metavar="表", help="figures、portraits、conversations、accounts、points")],
    out: Annotated[Path, typer.Option("--out", metavar="文件", help="以 .csv 或 .xlsx 结尾")],
    span: Annotated[
        str, typer.Option(metavar="时间", help="本周、上周、本月、上月，或 2026-11-01~2026-11-20")
    ] = "本月",
    team: Annotated[str, typer.Option(metavar="组", help="只要这个组的")] = "",
    config: ConfigFile = DEFAULT,
) -> None:
    """把一张表导出成 CSV 或 XLSX，后面附着每一列的定义。serve 在运行也不要紧。"""
    from bot.programs import exporting

    raise typer.Exit(exporting.run(load_config(config), table, out, span, team))
