"""What no section of config.toml sees by itself; read from the raw tables, so that other mistakes hide nothing."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from bot.helpdesks import generic
from bot.settings.config_lines import Lines
from bot.settings.config_mistakes import Mistake

Table = Mapping[str, Any]
TEAM_REMEDY = "加一个 [[teams]] 或改名"
CHATS = {"dingtalk": "钉钉", "feishu": "飞书"}
PAIRS = {"zendesk": "邮箱/token:密钥", "django_helpdesk": "用户名:密码"}
DATABASE = re.compile(r"sqlite(\+\w+)?://|postgresql\+psycopg://")
PLATFORMS = ("feishu", "dingtalk")


class Unset(str):
    """The empty value of an environment variable that is not set: told once, and the cause of no second mistake."""

    __slots__ = ()


def contradictions(raw: Table, lines: Lines) -> list[Mistake]:
    teams = _names(raw, "teams")
    found: list[Mistake] = []
    for n, room in _rows(raw, "rooms"):
        found += _of_room(n, room, raw, teams, lines)
    for n, person in _rows(raw, "people"):
        found += _of_person(n, person, raw, teams, lines)
    names = _names(raw, "people") or []
    return [
        *found,
        *_addresses(raw, lines),
        *_twice(raw, lines),
        *_secrets(raw, lines),
        *_no_key(raw, lines),
        *_unknown_on_duty(raw, names, lines),
        *_shifts(raw, names, lines),
    ]


def _of_room(n: int, room: Table, raw: Table, teams: list[str] | None, lines: Lines) -> Iterator[Mistake]:
    name, chat = _text(room, "name"), _text(room, "chat")
    if chat in CHATS and chat not in raw:
        line = lines.of("rooms", n, "chat")
        yield Mistake(line, f"群「{name}」用{CHATS[chat]}，但没有 [{chat}]", f"补上 [{chat}] 一节")
    if chat.endswith("-webhook") and not _given(room, "url"):
        yield Mistake(lines.of("rooms", n), f"群「{name}」缺少机器人的 url", "从群机器人设置里复制 Webhook 地址")
    if chat and not chat.endswith("-webhook") and not _given(room, "id"):
        remedy = "填上群的会话 id；python -m bot doctor 会帮你找"
        yield Mistake(lines.of("rooms", n), f"群「{name}」缺少 id", remedy)
    for team in _texts(room, "teams"):
        if teams is not None and team not in teams:
            line = lines.of("rooms", n, "teams")
            yield Mistake(line, f"群「{name}」的团队「{team}」不在 [[teams]] 里", TEAM_REMEDY)


def _of_person(n: int, person: Table, raw: Table, teams: list[str] | None, lines: Lines) -> Iterator[Mistake]:
    name, team = _text(person, "name"), _text(person, "team")
    if team and teams is not None and team not in teams:
        yield Mistake(lines.of("people", n, "team"), f"{name} 的团队「{team}」不在 [[teams]] 里", TEAM_REMEDY)
    for account in _texts(person, "accounts"):
        if account.partition(":")[0] not in _desks(raw):
            line = lines.of("people", n, "accounts")
            yield Mistake(line, f"{name} 的子账号 {account} 指向不存在的客服系统", "写成 客服系统名:子账号")


def _addresses(raw: Table, lines: Lines) -> Iterator[Mistake]:
    """Ours, and the database's, which may hold a password: it is not repeated."""
    url = _text(_section(raw, "database"), "url")
    if url and not DATABASE.match(url):
        what = "数据库地址要以 sqlite:/// 或 postgresql+psycopg:// 开头"
        yield Mistake(lines.of("database", "url"), what, "对照 config.example.toml 的 [database]")
    public = _text(_section(raw, "server"), "public_url")
    if public and not _is_web_address(public):
        what = "public_url 要写成完整的网址"
        yield Mistake(lines.of("server", "public_url"), what, "写成 https://你的地址，不用网页就留空")


def _is_web_address(told: str) -> bool:
    try:
        address = urlsplit(told)
    except ValueError:
        return False
    return address.scheme in ("http", "https") and bool(address.hostname)


def _twice(raw: Table, lines: Lines) -> Iterator[Mistake]:
    """What must belong to one alone; told where it stands the second time."""
    seen: dict[tuple[str, str], str] = {}
    for section, n, key, told, what, remedy in _alone(raw):
        owner = seen.setdefault((what, told), str(n))
        if told and owner != str(n):
            first = _text(raw[section][int(owner)], "name")
            second = _text(raw[section][n], "name")
            yield Mistake(lines.of(section, n, key), what.format(first=first, second=second, told=told), remedy)


def _alone(raw: Table) -> Iterator[tuple[str, int, str, str, str, str]]:
    """(section, which, key, value, what is wrong when another has it too, remedy)"""
    for n, room in _rows(raw, "rooms"):
        if place := _text(room, "id"):
            same = f"群「{{first}}」和「{{second}}」是同一个 {_text(room, 'chat')} 群"
            yield "rooms", n, "id", place, same, "合成一个 [[rooms]]，想听的都写在 wants 里"
    shared = {_text(shift, "account") for _, shift in _rows(raw, "shifts")}
    for n, person in _rows(raw, "people"):
        if name := _text(person, "name"):
            yield "people", n, "name", name, "有两个人都叫 {told}", "给其中一位加上区分"
        for account in {*_texts(person, "accounts")} - shared:
            whose = "子账号 {told} 同时写给了{first}和{second}"
            yield "people", n, "accounts", account, whose, "留给一位；几个人轮流用就写 [[shifts]]"
        for chat in filter(person.get, PLATFORMS):
            yield "people", n, chat, _text(person, chat), f"{{first}}和{{second}}的 {chat} 是同一个", "各填自己的 id"


def _secrets(raw: Table, lines: Lines) -> Iterator[Mistake]:
    for name, desk in _desks(raw).items():
        if not isinstance(desk, dict):
            continue
        if not _given(desk, "secret"):
            what = f"客服系统 {name} 没有 secret，任何人都能冒充它发消息"
            yield Mistake(lines.of("helpdesks", name), what, "填上 webhook 的签名密钥")
        wrong = generic.mistake(_text(desk, "secret")) if _text(desk, "kind") == "generic" else ""
        if wrong:
            remedy = "请从发送方重新复制密钥，或换成一段普通文字"
            yield Mistake(lines.of("helpdesks", name, "secret"), f"客服系统 {name}：{wrong}", remedy)


def _no_key(raw: Table, lines: Lines) -> Iterator[Mistake]:
    """An API that is asked by two who belong together: an account, and its key."""
    for name, desk in _desks(raw).items():
        kind, token = (_text(desk, "kind"), _text(desk, "api_token")) if isinstance(desk, dict) else ("", "")
        if token and kind in PAIRS and ":" not in token:
            line = lines.of("helpdesks", name, "api_token")
            yield Mistake(line, f"客服系统 {name} 的 api_token 少了一半", f"写成 {PAIRS[kind]}")


def _unknown_on_duty(raw: Table, names: list[str], lines: Lines) -> Iterator[Mistake]:
    remedy = "加一个 [[people]] 或改名"
    for team, shift in _section(_section(raw, "schedule"), "duty").items():
        for hours, told in shift.items() if isinstance(shift, dict) else ():
            for who in (w for w in told if isinstance(w, str)) if isinstance(told, list) else ():
                if who not in names:
                    line = lines.of("schedule", "duty", team, hours)
                    yield Mistake(line, f"值班表里的「{who}」不在 [[people]] 里", remedy)


def _shifts(raw: Table, names: list[str], lines: Lines) -> Iterator[Mistake]:
    for n, shift in _rows(raw, "shifts"):
        who, account = _text(shift, "person"), _text(shift, "account")
        if who and who not in names:
            line = lines.of("shifts", n, "person")
            yield Mistake(line, f"[[shifts]] 里的「{who}」不在 [[people]] 里", "加一个 [[people]] 或改名")
        if account and account.partition(":")[0] not in _desks(raw):
            line, what = lines.of("shifts", n, "account"), f"[[shifts]] 的子账号 {account} 指向不存在的客服系统"
            yield Mistake(line, what, "写成 客服系统名:子账号")


def _section(raw: Table, name: str) -> Table:
    section = raw.get(name)
    return section if isinstance(section, dict) else {}


def _desks(raw: Table) -> Table:
    return _section(raw, "helpdesks")


def _rows(raw: Table, section: str) -> list[tuple[int, Table]]:
    rows = raw.get(section)
    return [(n, row) for n, row in enumerate(rows) if isinstance(row, dict)] if isinstance(rows, list) else []


def _names(raw: Table, section: str) -> list[str] | None:
    """None when they cannot all be read: nobody can say then which one is missing."""
    names = [_text(row, "name") for _, row in _rows(raw, section)]
    unreadable = not isinstance(raw.get(section, []), list)
    return None if unreadable or (section == "teams" and not all(names)) else names


def _given(table: Table, key: str) -> bool:
    return bool(table.get(key)) or isinstance(table.get(key), Unset)


def _text(table: Table, key: str) -> str:
    value = table.get(key)
    return value if isinstance(value, str) else ""


def _texts(table: Table, key: str) -> list[str]:
    values = table.get(key)
    return [v for v in values if isinstance(v, str) and v] if isinstance(values, list) else []
