"""`python -m bot doctor`: looks at everything a running Starling needs, and says what is wrong and what to do."""

import asyncio
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

import httpx
from rich.console import Console
from rich.text import Text

from bot import engine, log, routes
from bot.chats import examine
from bot.chats.result import Result
from bot.client import open_client
from bot.config import load, parse, read
from bot.helpdesks.registry import SINCE
from bot.settings.config_mistakes import Mistake
from bot.settings.sections import Config
from bot.web.loopback import is_loopback
from bot.webhooks import gaps
from handlers.errors import UserError
from storage import migrations, posts
from storage.db import Store
from storage.errors import CannotOpen, InUse, NewerSchema, Unavailable

SAFE_SQLITE = ((3, 51, 3), (3, 50, 7), (3, 44, 6))  # where a rare corruption of WAL files is mended
MONTH = 10_000
MARKS = {True: ("✓", "green"), False: ("✗", "bold red"), None: ("!", "yellow")}


def examine_file(path: Path) -> int:
    """Also of a config with mistakes, as long as something can be made of it: a room's missing id is found here."""
    config, mistakes = parse(read(path), os.environ)
    return run(config or load(path), mistakes)


def run(config: Config, mistakes: Sequence[Mistake] = ()) -> int:
    """Print each result as it comes; exit status 1 when something must be mended."""
    console = Console(soft_wrap=True, highlight=False)
    console.print(Text("先看这台机器，再问聊天平台。", style="dim"))
    bad = sum(_tell(console, Result("配置", False, str(mistake))) for mistake in mistakes)
    bad += sum(_tell(console, result) for result in _local(config))
    with console.status("正在问聊天平台……"):
        answers = asyncio.run(_remote(config))
    bad += sum(_tell(console, result) for result in answers)
    ending = (
        ("一切正常，可以开工。", "green") if not bad else (f"有 {bad} 处要处理，改好后再运行一次 doctor。", "bold red")
    )
    console.print(Text(*ending))
    return 1 if bad else 0


def _tell(console: Console, result: Result) -> bool:
    """One line, and the remedy on the next; secrets that a platform repeats are hidden."""
    mark, style = MARKS[result.well]
    console.print(Text.assemble((mark, style), f" {result.what}：", log.scrub(result.words)))
    if result.remedy:
        console.print(Text(f"  → {result.remedy}", style="cyan"))
    return result.well is False


def _local(config: Config) -> Iterator[Result]:
    yield from _rules(config)
    yield from _database(config)
    yield from _people(config)
    yield from _pages(config)
    if config.server.host not in ("127.0.0.1", "localhost", "::1"):
        yield Result("网络", None, f"监听在 {config.server.host}，请在前面放一个带 HTTPS 的反向代理")


def _rules(config: Config) -> Iterator[Result]:
    try:
        found = engine.load(config.rules.folder)
    except UserError as error:
        yield Result("规则", False, str(error))
    else:
        yield Result("规则", True, f"{len(found.packs.rules)} 条规则读好了")


def _database(config: Config) -> Iterator[Result]:
    url = config.database.url
    if url.startswith("sqlite"):
        yield _sqlite_version()
    try:
        with Store.open(url, readonly=True) as store:
            missing = migrations.pending(store)
            yield Result(
                "数据库", True, "打得开" + (f"，启动时会升级（{len(missing)} 步）" if missing else "，已是最新")
            )
            if not missing:
                yield from _counted(config, store)
    except (CannotOpen, InUse, NewerSchema, Unavailable) as error:
        fresh = url.startswith("sqlite") and "没有" in str(error)
        words = f"{str(error).rstrip('。')}，第一次 serve 会自动建好" if fresh else str(error)
        yield Result("数据库", None if fresh else False, words)


def _sqlite_version() -> Result:
    version = sqlite3.sqlite_version_info
    safe = any(version[:2] == good[:2] and version >= good for good in SAFE_SQLITE) or version >= SAFE_SQLITE[0]
    if safe:
        return Result("SQLite", True, sqlite3.sqlite_version)
    words = (
        f"{sqlite3.sqlite_version} 有一个罕见的 WAL 缺陷（3.51.3 修好）；八哥用单一写入者避开了它，升级 Python 更稳妥"
    )
    return Result("SQLite", None, words)


def _counted(config: Config, store: Store) -> Iterator[Result]:
    with store.read() as tx:
        used = posts.calls(tx, "dingtalk", datetime.now(UTC).strftime("%Y-%m"))
        waiting, dead = posts.backlog(tx)
    if config.dingtalk:
        remedy = "用完后要等下月 1 日；少发黄色提醒（[policy] alert_from）可以省着用" if used >= MONTH * 0.9 else ""
        yield Result("钉钉本月调用", used < MONTH * 0.9, f"{used} / {MONTH} 次（按标准版，全公司共用）", remedy)
    if dead:
        yield Result("卡片", None, f"有 {dead} 张发不出去，原因在日志的 delivery_failed 里；等着发的 {waiting} 张")


def _people(config: Config) -> Iterator[Result]:
    leads = [p for p in config.people if p.role == "lead"]
    if not leads:
        yield Result("成员", False, "还没有主管，没有人能认领告警", '在 [[people]] 里加一位 role = "lead"')
    for chat in ("dingtalk", "feishu"):
        if any(room.chat == chat for room in config.rooms):
            nameless = [p.name for p in config.people if not getattr(p, chat)]
            if nameless:
                yield Result("成员", None, f"这些同事没有填 {chat} 的 id，按钮对他们不起作用：{'、'.join(nameless)}")
    if not any("alerts" in room.wants for room in config.rooms):
        yield Result("群", False, "没有哪个群想要告警", '给一个 [[rooms]] 写上 wants = ["alerts"]')
    if not config.helpdesks:
        yield Result("客服系统", False, "还没有接客服系统，听不到客户说话", "加一节 [helpdesks.名字]")


def _pages(config: Config) -> Iterator[Result]:
    """Where cards link to."""
    address = urlsplit(config.server.public_url)
    if not config.server.public_url:
        yield Result("网页", None, "没有写 [server] public_url，卡片上就没有「旁听」")
    elif address.scheme != "https" and not is_loopback(address.hostname or ""):
        yield Result("网页", False, "public_url 要用 https，不然登录会被别人看到；在前面放一个带证书的反向代理")
    else:
        yield Result("网页", True, f"卡片链接到 {config.server.public_url}")


async def _remote(config: Config) -> list[Result]:
    async with open_client() as client:
        asks = (*examine.EXAMINATIONS, _helpdesks)
        found = await asyncio.gather(*(_examined(ask, config, client) for ask in asks))
    return [result for results in found for result in results]


async def _examined(ask: examine.Examination, config: Config, client: httpx.AsyncClient) -> list[Result]:
    try:
        return await ask(config, client)
    except UserError as error:
        return [Result("配置", False, str(error))]
    except httpx.InvalidURL as error:
        return [Result("网络", False, f"平台的地址写法不对（{error}）", "检查 api_base 和 domain，要以 https:// 开头")]


async def _helpdesks(config: Config, client: httpx.AsyncClient) -> list[Result]:
    """Can we ask for what webhooks lost? Only of those that have an API we know."""
    asked = gaps.sources(config, routes.desks(config))
    names = {source.desk.name for source in asked}
    mute = [name for name, desk in config.helpdesks.items() if desk.kind in SINCE and name not in names]
    hint = "要能补，就填 api_base 和 api_token"
    found = [Result(f"客服系统 {name}", None, "停机时漏掉的消息补不回来", hint) for name in mute]
    return [*found, *await asyncio.gather(*(_asked(source, client) for source in asked))]


async def _asked(source: gaps.Source, client: httpx.AsyncClient) -> Result:
    what = f"客服系统 {source.desk.name}"
    try:
        await source.since(client, source.api, "")
    except httpx.HTTPStatusError as error:
        return Result(what, False, f"API 不让问（HTTP {error.response.status_code}）", "检查 api_base 和 api_token")
    except (httpx.HTTPError, ValueError) as error:
        return Result(what, False, f"API 没有好好回答（{type(error).__name__}）", "检查 api_base 和网络")
    return Result(what, True, "API 可以问，漏掉的消息会补上")
