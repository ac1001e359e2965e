"""What no section of config.toml sees by itself; read from the raw tables, so that other mistakes hide nothing."""

from collections.abc import Iterator, Mapping
from typing import Any

from bot.config_mistakes import Mistake, locate

Table = Mapping[str, Any]
TEAM_REMEDY = "加一个 [[teams]] 或改名"
CHATS = {"dingtalk": "钉钉", "feishu": "飞书"}
PAIRS = {"zendesk": "邮箱/token:密钥", "django_helpdesk": "用户名:密码"}


class Unset(str):
    """The empty value of an environment variable that is not set: told once, and the cause of no second mistake."""

    __slots__ = ()


def contradictions(raw: Table, text: str) -> list[Mistake]:
    teams = _names(raw, "teams")
    found: list[Mistake] = []
    for room in _rows(raw, "rooms"):
        found += _of_room(room, raw, teams, text)
    for person in _rows(raw, "people"):
        found += _of_person(person, raw, teams, text)
    names = _names(raw, "people") or []
    for twice in sorted({name for name in names if name and names.count(name) > 1}):
        found.append(Mistake(locate(text, twice), f"有两个人都叫 {twice}", "给其中一位加上区分"))
    return [
        *found,
        *_unsigned(raw, text),
        *_no_key(raw, text),
        *_unknown_on_duty(raw, names, text),
        *_shifts(raw, names, text),
    ]


def _of_room(room: Table, raw: Table, teams: list[str] | None, text: str) -> Iterator[Mistake]:
    name, chat = _text(room, "name"), _text(room, "chat")
    line = locate(text, name) if name else 0
    if chat in CHATS and chat not in raw:
        yield Mistake(line, f"群「{name}」用{CHATS[chat]}，但没有 [{chat}]", f"补上 [{chat}] 一节")
    if chat.endswith("-webhook") and not _given(room, "url"):
        yield Mistake(line, f"群「{name}」缺少机器人的 url", "从群机器人设置里复制 Webhook 地址")
    if chat and not chat.endswith("-webhook") and not _given(room, "id"):
        yield Mistake(line, f"群「{name}」缺少 id", "填上群的会话 id；python -m bot doctor 会帮你找")
    for team in _texts(room, "teams"):
        if teams is not None and team not in teams:
            yield Mistake(line, f"群「{name}」的团队「{team}」不在 [[teams]] 里", TEAM_REMEDY)


def _of_person(person: Table, raw: Table, teams: list[str] | None, text: str) -> Iterator[Mistake]:
    name, team = _text(person, "name"), _text(person, "team")
    line = locate(text, name) if name else 0
    if team and teams is not None and team not in teams:
        yield Mistake(line, f"{name} 的团队「{team}」不在 [[teams]] 里", TEAM_REMEDY)
    for account in _texts(person, "accounts"):
        if account.partition(":")[0] not in _desks(raw):
            yield Mistake(line, f"{name} 的子账号 {account} 指向不存在的客服系统", "写成 客服系统名:子账号")


def _unsigned(raw: Table, text: str) -> Iterator[Mistake]:
    for name, desk in _desks(raw).items():
        if isinstance(desk, dict) and not _given(desk, "secret"):
            what = f"客服系统 {name} 没有 secret，任何人都能冒充它发消息"
            yield Mistake(locate(text, f"helpdesks.{name}"), what, "填上 webhook 的签名密钥")


def _no_key(raw: Table, text: str) -> Iterator[Mistake]:
    """An API that is asked by two who belong together: an account, and its key."""
    for name, desk in _desks(raw).items():
        kind, token = (_text(desk, "kind"), _text(desk, "api_token")) if isinstance(desk, dict) else ("", "")
        if token and kind in PAIRS and ":" not in token:
            what = f"客服系统 {name} 的 api_token 少了一半"
            yield Mistake(locate(text, f"helpdesks.{name}"), what, f"写成 {PAIRS[kind]}")


def _unknown_on_duty(raw: Table, names: list[str], text: str) -> Iterator[Mistake]:
    schedule = raw.get("schedule")
    duty = schedule.get("duty") if isinstance(schedule, dict) else None
    shifts = [shift for shift in (duty or {}).values() if isinstance(shift, dict)] if isinstance(duty, dict) else []
    told = [who for shift in shifts for some in shift.values() if isinstance(some, list) for who in some]
    for who in dict.fromkeys(w for w in told if isinstance(w, str) and w not in names):
        yield Mistake(locate(text, who), f"值班表里的「{who}」不在 [[people]] 里", "加一个 [[people]] 或改名")


def _shifts(raw: Table, names: list[str], text: str) -> Iterator[Mistake]:
    for shift in _rows(raw, "shifts"):
        who, account = _text(shift, "person"), _text(shift, "account")
        if who and who not in names:
            yield Mistake(locate(text, who), f"[[shifts]] 里的「{who}」不在 [[people]] 里", "加一个 [[people]] 或改名")
        if account and account.partition(":")[0] not in _desks(raw):
            yield Mistake(
                locate(text, account), f"[[shifts]] 的子账号 {account} 指向不存在的客服系统", "写成 客服系统名:子账号"
            )


def _desks(raw: Table) -> Table:
    desks = raw.get("helpdesks")
    return desks if isinstance(desks, dict) else {}


def _rows(raw: Table, section: str) -> list[Table]:
    rows = raw.get(section)
    return [row for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []


def _names(raw: Table, section: str) -> list[str] | None:
    """None when they cannot all be read: nobody can say then which one is missing."""
    names = [_text(row, "name") for row in _rows(raw, section)]
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
