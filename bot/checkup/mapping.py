"""How a table is read: which column is what, who is who, written to and read from a TOML file people can edit."""

import tomllib
from collections.abc import Mapping as Dict
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from bot.checkup import words
from handlers.errors import UserError
from rules.model import Speaker

ROLES = tuple(words.TITLES)
GAP = 120  # minutes of silence after which the same customer begins another conversation
SECTIONS = {
    "table": {"header", "sheet"},
    "columns": set(ROLES),
    "speakers": None,
    "reading": {"timezone", "gap_minutes"},
}
HEAD = """\
# 这份表怎么读。改好存下来，再运行：
#   {again}
# 只要分清三件事：说了什么（text）、谁说的（speaker 或 sender）、哪一段会话（conversation 或 customer）。
"""
NOTES: Dict[str, str] = {
    "text": "必填，除非用 asked 和 reply，或 transcript",
    "at": '没有就删掉；日期和钟点分两列就写 ["日期", "时间"]',
    "conversation": "没有就删掉，改写 customer：同一位客户隔两小时算另一段",
    "speaker": "写着客户、客服的那一列",
    "sender": "写着昵称的那一列",
}


@dataclass(frozen=True, slots=True)
class Mapping:
    """Columns by their place from 0; `names` are the header's, for people."""

    columns: Dict[str, tuple[int, ...]]
    names: tuple[str, ...] = ()
    header: int = 0  # the number of the header's row; 0: there is none, or it is the keys of JSON
    sheet: str = ""
    speakers: Dict[str, Speaker] = field(default_factory=dict)
    timezone: str = "Asia/Shanghai"
    gap_minutes: int = GAP

    def place(self, role: str) -> int | None:
        found = self.columns.get(role)
        return found[0] if found else None

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.timezone)

    @property
    def missing(self) -> str:
        """What cannot be done without, in words; empty when the table can be read."""
        has = self.columns.keys()
        if "transcript" in has:
            return ""
        if "text" not in has and not {"asked", "reply"} <= has:
            return "找不到哪一列是说的话"
        return "" if has & {"speaker", "sender", "asked"} else "看不出每句话是客户说的还是客服说的"

    def title(self, place: int) -> str:
        """The header's name of a column, else its number as people count."""
        return self.names[place] if place < len(self.names) and self.names[place] else f"第 {place + 1} 列"


def write(mapping: Mapping, again: str) -> str:
    """Ready to edit: what was guessed, and what is missing as comments."""
    parts = [HEAD.format(again=again), "[table]"]
    if mapping.sheet:
        parts.append(f"sheet = {_quoted(mapping.sheet)}")
    parts += [f"header = {mapping.header}            # 表头在第几行；没有表头写 0", "", "[columns]"]
    parts.append("# 右边写表头里的名字；没有表头就写第几列，比如 3。这份表的列：" + "、".join(_titles(mapping)))
    parts += [_column_line(mapping, role) for role in ROLES]
    parts += [
        "",
        "[speakers]",
        "# 说话人那一列里的词：customer 客户 · agent 客服 · bot 机器人 · system 系统 · note 内部备注",
    ]
    parts += [f"{_quoted(word)} = {_quoted(who.value)}" for word, who in mapping.speakers.items()]
    parts += [] if mapping.speakers else ['# "买家" = "customer"', '# "店铺" = "agent"']
    parts += ["", "[reading]", f"timezone = {_quoted(mapping.timezone)}", f"gap_minutes = {mapping.gap_minutes}"]
    return "\n".join(parts) + "\n"


def parse(text: str, header_of: Any) -> Mapping:
    """`header_of(sheet, row)` gives the names that stand there. Raises UserError with every mistake."""
    try:
        told = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise UserError(f"映射文件写法有误：{error}") from error
    mistakes = _unknown(told)
    table, reading = _section(told, "table", mistakes), _section(told, "reading", mistakes)
    header, sheet = table.get("header", 0), str(table.get("sheet", ""))
    if not isinstance(header, int) or not 0 <= header <= 1000:
        mistakes.append("[table] header 要是行号，没有表头写 0")
        header = 0
    names = tuple(header_of(sheet, header))
    columns = _columns(_section(told, "columns", mistakes), names, mistakes)
    speakers = _speakers(_section(told, "speakers", mistakes), mistakes)
    zone, gap = reading.get("timezone", "Asia/Shanghai"), reading.get("gap_minutes", GAP)
    mistakes += _wrong_reading(zone, gap)
    if mistakes:
        raise UserError("映射文件里有几处要改：\n" + "\n".join(f"· {mistake}" for mistake in mistakes))
    mapping = Mapping(columns, names, header, sheet, speakers, zone, gap)
    if mapping.missing:
        raise UserError(f"映射文件还不够：{mapping.missing}。")
    return mapping


def _column_line(mapping: Mapping, role: str) -> str:
    note = f"{words.TITLES[role]}" + (f"；{NOTES[role]}" if role in NOTES else "")
    found = mapping.columns.get(role)
    if not found:
        return f'# {role} = ""{" " * max(1, 22 - len(role))}# {note}'
    values = [_quoted(mapping.names[p]) if p < len(mapping.names) and mapping.names[p] else str(p + 1) for p in found]
    value = values[0] if len(values) == 1 else f"[{', '.join(values)}]"
    return f"{role} = {value}".ljust(28) + f"# {note}"


def _titles(mapping: Mapping) -> list[str]:
    return [name or f"第 {n} 列" for n, name in enumerate(mapping.names, 1)]


def _columns(told: Dict[str, Any], names: tuple[str, ...], mistakes: list[str]) -> dict[str, tuple[int, ...]]:
    columns = {}
    for role, value in told.items():
        places = [_place(role, one, names, mistakes) for one in (value if isinstance(value, list) else [value])]
        found = tuple(p for p in places if p is not None)
        if role in ROLES and found:
            columns[role] = found[:2] if role == "at" else found[:1]
    return columns


def _place(role: str, value: Any, names: tuple[str, ...], mistakes: list[str]) -> int | None:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value - 1
    if value == "":
        return None
    if value in names:
        return names.index(value)
    listed = "、".join(name for name in names if name) or "没有表头，请写第几列"
    mistakes.append(f"[columns] {role}：没有「{value}」这一列；有的是：{listed}")
    return None


def _speakers(told: Dict[str, Any], mistakes: list[str]) -> dict[str, Speaker]:
    known = {speaker.value: speaker for speaker in Speaker}
    wrong = [word for word, who in told.items() if who not in known]
    mistakes += [f"[speakers] {word}：要写 {'、'.join(known)} 之一" for word in wrong]
    return {word: known[who] for word, who in told.items() if who in known}


def _wrong_reading(zone: Any, gap: Any) -> list[str]:
    wrong = [] if isinstance(gap, int) and gap > 0 else ["[reading] gap_minutes 要是大于 0 的分钟数"]
    try:
        ZoneInfo(zone)
    except (KeyError, ValueError, TypeError, OSError):
        wrong.append(f"[reading] timezone：没有「{zone}」这个时区，一般写 Asia/Shanghai")
    return wrong


def _unknown(told: Dict[str, Any]) -> list[str]:
    wrong = [f"没有 [{name}] 这一节" for name in told if name not in SECTIONS]
    for name, keys in SECTIONS.items():
        section = told.get(name)
        if keys is not None and isinstance(section, dict):
            wrong += [f"[{name}] 里没有 {key} 这一项" for key in section if key not in keys]
    return wrong


def _section(told: Dict[str, Any], name: str, mistakes: list[str]) -> Dict[str, Any]:
    section = told.get(name, {})
    if not isinstance(section, dict):
        mistakes.append(f"{name} 要写成 [{name}] 一节")
        return {}
    return section


def _quoted(value: str) -> str:
    """A TOML basic string."""
    safe = value.replace("\\", "\\\\").replace('"', '\\"')
    return '"' + "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in safe) + '"'
