"""The `backtest` command: what other rules or another policy would have said of the stored past."""

import re
import sys
import tomllib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from bot import engine
from bot.engine import Engine
from bot.plain_words import of_os
from bot.progress import telling
from bot.running import heap
from bot.settings.config_lines import Lines
from bot.settings.config_mistakes import explain, explain_toml
from bot.settings.directory import directory
from bot.settings.knobs import PolicyKnobs
from bot.settings.sections import Config
from handlers import posting
from handlers.cards.difference import FATES, VERDICTS, difference_card, sentence
from handlers.context import Context
from handlers.errors import UserError
from handlers.reviewing.ledger import title_of
from handlers.reviewing.rerun import rerun
from rules import packs
from rules.difference import Difference, Example
from rules.pack_lines import PackError
from rules.policy import Policy
from rules.privacy import quote
from rules.rerun import Fate
from storage import migrations, rule_changes
from storage.db import Store

SHOWN = 5  # examples of each sort
SPANS = {"d": "days", "天": "days", "h": "hours", "小时": "hours", "w": "weeks", "周": "weeks"}


def run(config: Config, rules: Path | None, policy: Path | None, since: str, *, post: bool) -> int:
    if rules is None and policy is None:
        raise UserError("要试什么？用 --rules 给出规则（文件或目录），或者用 --policy 给出旋钮（TOML 文件）。")
    until = datetime.now(UTC)
    began = until - span(since)
    old = engine.load(config.rules.folder)
    new = _with_rules(old, config, rules) if rules else old
    heap.freeze()
    with _open(config) as store, telling() as tell:
        with store.read() as tx:
            before = rule_changes.into(tx, config.policy.policy())
        after = replace(_policy(policy), changes=before.changes) if policy else before
        found = rerun(
            store, (old, new), (before, after), began, until,
            lambda done, total: tell(lambda: f"已重跑 {done:,} / {total:,} 段（{done / max(total, 1):.0%}）……"),
        )  # fmt: skip
    show(found, Console(soft_wrap=True), new)
    if post:
        _post(config, new, found)
    return 0


def show(found: Difference, console: Console, ready: Engine) -> None:
    console.print(escape(sentence(found)), highlight=False)
    for fate, word in FATES.items():
        pile = found.piles[fate]
        if not pile.n:
            continue
        told = "，".join(f"{VERDICTS[v]} {n}" for v, n in sorted(pile.verdicts.items(), reverse=True))
        console.print(f"\n[bold]{word} {pile.n} 条[/]（{told}）", highlight=False)
        for rule, n in sorted(pile.rules.items(), key=lambda one: -one[1])[:10]:
            console.print(escape(f"  {n:>6}  {_title(ready, rule)}（{rule}）"), highlight=False)
        for example in sorted(pile.examples, key=lambda e: not e.verdict)[:SHOWN]:
            console.print(escape(f"    · {_line(example)}"), highlight=False)


def _line(example: Example) -> str:
    change = example.change
    before, after = change.before.level, change.finding.severity.level
    step = f" {before} → {after}" if change.fate in (Fate.LOUDER, Fate.QUIETER) else ""
    verdict = f"（{VERDICTS[example.verdict]}）" if example.verdict else ""
    return f"{change.at:%m-%d}{step} 「{quote(change.finding.quote)}」{verdict}"


def _title(ready: Engine, rule: str) -> str:
    found = ready.packs.rule(rule)
    return found.title if found else rule


def span(said: str) -> timedelta:
    """30d, 12h, 4w"""
    found = re.fullmatch(r"(\d{1,4})\s*(d|h|w|天|小时|周)", said.strip())
    if not found:
        raise UserError(f"--since {said} 看不懂，请写成 30d（天）、12h（小时）或 4w（周）。")
    return timedelta(**{SPANS[found[2]]: int(found[1])})


def _with_rules(old: Engine, config: Config, given: Path) -> Engine:
    """A folder stands in for the shop's own; a file is added to it, or takes the place of the one of its name."""
    texts = engine.texts(engine.PACKS)
    if given.is_dir():
        texts |= engine.texts(given)
    else:
        texts |= engine.texts(Path(config.rules.folder)) if config.rules.folder else {}
        texts[given.name] = _read(given)
    try:
        return old.with_packs(packs.parse(texts))
    except PackError as error:
        raise UserError(str(error)) from error


def _policy(path: Path) -> Policy:
    """A file with the knobs, under [policy] or without."""
    text = _read(path)
    under: tuple[str, ...] = ()
    try:
        raw: Mapping[str, Any] = tomllib.loads(text)
        under = ("policy",) if "policy" in raw else ()
        return PolicyKnobs.model_validate(raw.get("policy", raw)).policy()
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"{path} {explain_toml(error)}") from error
    except ValidationError as error:
        raise UserError(
            "\n".join(f"{path} {explain(detail, Lines(text), PolicyKnobs, *under)}" for detail in error.errors())
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf8")
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不到 {path}：{of_os(error)}") from error


def _open(config: Config) -> Store:
    store = Store.open(config.database.url, readonly=True)
    if migrations.pending(store):
        store.close()
        raise UserError("数据库还不是这个版本的，先运行 python -m bot migrate。")
    return store


def _post(config: Config, ready: Engine, found: Difference) -> None:
    """One row in the outbox: whoever serves carries it out within a second, or as soon as somebody serves again."""
    now = datetime.now(UTC)
    with Store.open(config.database.url) as store:
        ctx = Context(store, ready, config.policy.policy(), directory(config), lambda: now)
        rooms = [room for room in ctx.people.rooms if "review" in room.wants]
        card = difference_card(found, lambda rule: title_of(ctx, rule))
        about = posting.About("backtest", posting.random_part(f"backtest {now.isoformat()}"))
        store.transact(lambda tx: [posting.want(ctx, tx, about, room.target, card) for room in rooms])
    told = "、".join(room.name for room in rooms)
    print(f"结果已交给八哥，会发到：{told}。" if rooms else "没有要听 review 的群，结果没有发出。", file=sys.stderr)  # noqa: T201
