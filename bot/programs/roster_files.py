"""`import people` and `import teams`: a CSV becomes blocks of config.toml, to paste or to append once all is sound."""

import json
import os
import re
import sys
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.config import parse, read
from bot.files import csv_rows
from bot.files.csv_rows import Line, Row
from bot.plain_words import of_os
from handlers.errors import UserError

NAMES: csv_rows.Names = {
    "name": ("name", "姓名", "名字", "团队名称", "组名"),
    "role": ("role", "角色", "岗位", "职位"),
    "team": ("team", "teams", "团队", "组", "小组", "所属团队"),
    "accounts": ("accounts", "account", "子账号", "客服账号", "账号"),
    "feishu": ("feishu", "飞书", "飞书open_id", "飞书 open_id", "open_id"),
    "dingtalk": ("dingtalk", "钉钉", "钉钉userid", "钉钉 userid", "userid"),
}
ROLES = {"客服": "agent", "资深客服": "senior", "主管": "lead", "质检": "qa", "管理员": "admin"}
BETWEEN = re.compile(r"[,，、;；\s]+")
Block = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Known:
    """What the config says already; without one, nothing is known."""

    people: frozenset[str] = frozenset()
    teams: frozenset[str] | None = None
    desks: frozenset[str] | None = None
    seen: set[str] = field(default_factory=set)  # names of this file, as it is read


def run(kind: str, file: Path, source: str, into: Path | None) -> int:
    """Status 1, and nothing printed or written, when a row is wrong: half a roster would be no roster."""
    text = read(into) if into else ""
    wrong: list[str] = []
    blocks = [*_blocks(kind, csv_rows.read(file, NAMES), source, _known(text, into), wrong)]
    for told in wrong:
        print(told, file=sys.stderr)  # noqa: T201
    if wrong:
        print("改好这几行再来，配置没有动。", file=sys.stderr)  # noqa: T201
        return 1
    if not blocks:
        raise UserError(f"{file} 里没有一行能用。第一行要是列名，至少有「姓名」；people 还要「角色」。")
    written = "\n".join(f"[[{kind}]]\n{_toml(block)}" for block in blocks)
    if into is None:
        sys.stdout.write(written)
        return 0
    _append(into, text, written)
    print(f"{into} 加了 {len(blocks)} {'位同事' if kind == 'people' else '个团队'}。")  # noqa: T201
    return 0


def _known(text: str, into: Path | None) -> Known:
    if into is None:
        return Known()
    try:
        raw = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        _, mistakes = parse(text, os.environ)
        raise UserError("\n".join(f"{into} {m}" for m in mistakes)) from None
    desks = raw.get("helpdesks")
    known = frozenset(desks) if isinstance(desks, dict) else frozenset[str]()
    return Known(_named(raw, "people"), _named(raw, "teams"), known)


def _named(raw: Mapping[str, Any], section: str) -> frozenset[str]:
    rows = raw.get(section)
    rows = rows if isinstance(rows, list) else []
    return frozenset(str(row.get("name")) for row in rows if isinstance(row, dict))


def _blocks(kind: str, rows: Iterable[Line], source: str, known: Known, wrong: list[str]) -> Iterator[Block]:
    for number, row in rows:
        try:
            yield READERS[kind]({name: _clean(value) for name, value in row.items()}, source, known)
        except ValueError as error:
            wrong.append(f"第 {number} 行：{error}")


def _clean(value: str) -> str:
    """What no screen shows has no place in a config."""
    return "".join(c for c in value if c.isprintable())


def _person(row: Row, source: str, known: Known) -> Block:
    name = _new(row.get("name", ""), known.people, known)
    role, team = row.get("role", ""), row.get("team", "")
    role = ROLES.get(role, role.lower())
    if role not in ROLES.values():
        raise ValueError(f"{name} 的角色「{row.get('role', '')}」不认识，可以写：{'、'.join(ROLES)}")
    if team and known.teams is not None and team not in known.teams:
        raise ValueError(f"{name} 的团队「{team}」不在 [[teams]] 里，先导入 teams 或改名")
    accounts = [_account(told, source, known) for told in BETWEEN.split(row.get("accounts", "")) if told]
    told = {"team": team, "accounts": accounts, "feishu": row.get("feishu", ""), "dingtalk": row.get("dingtalk", "")}
    return {"name": name, "role": role} | {key: value for key, value in told.items() if value}


def _team(row: Row, source: str, known: Known) -> Block:
    return {"name": _new(row.get("name") or row.get("team", ""), known.teams or frozenset(), known)}


def _new(name: str, taken: frozenset[str], known: Known) -> str:
    if not name:
        raise ValueError("没有名字")
    if name in taken:
        raise ValueError(f"「{name}」已经在配置里了，要改请直接改那里")
    if name in known.seen:
        raise ValueError(f"「{name}」在这个文件里出现了两次，给其中一个加上区分")
    known.seen.add(name)
    return name


def _account(told: str, source: str, known: Known) -> str:
    """The helpdesk may be left out where there is only one, or where it was told."""
    only = source or (next(iter(known.desks)) if known.desks and len(known.desks) == 1 else "")
    desk, colon, _ = told.replace("：", ":").partition(":")
    if not colon and not only:
        raise ValueError(f"子账号 {told} 要写成 客服系统名:子账号，或者用 --source 说是哪个客服系统")
    desk = desk if colon else only
    if known.desks is not None and desk not in known.desks:
        raise ValueError(f"子账号 {told} 指向不存在的客服系统 {desk}")
    return told.replace("：", ":") if colon else f"{only}:{told}"


def _toml(block: Block) -> str:
    """A JSON string, or a list of them, is one in TOML, too."""
    return "".join(f"{key} = {json.dumps(value, ensure_ascii=False)}\n" for key, value in block.items())


def _append(into: Path, text: str, written: str) -> None:
    """Only once the whole is sound; what stands there is not touched, so that comments and rights stay."""
    added = ("" if text.endswith("\n") or not text else "\n") + "\n" + written
    _, mistakes = parse(text + added, os.environ)
    if mistakes:
        told = "\n".join(f"{into} {m}" for m in mistakes)
        raise UserError(f"{told}\n加上之后配置会有这些问题，所以没有动它。")
    try:
        ends = "\r\n" if b"\r\n" in into.read_bytes() else "\n"
        with into.open("a", encoding="utf8", newline=ends) as opened:
            opened.write(added)
    except OSError as error:
        raise UserError(f"写不到 {into}：{of_os(error)}") from error


READERS: Mapping[str, Callable[[Row, str, Known], Block]] = {"people": _person, "teams": _team}
