"""How a mistake in the config is told: line, what is wrong, what to do."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

REMEDIES: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少 {key}", "补上这一项"),
    "extra_forbidden": ("不认识的配置项 {key}", "对照 config.example.toml 检查拼写"),
    "literal_error": ("{key} 的取值不对", "可以写：{expected}"),
    "string_type": ("{key} 要写成带引号的文字", "加上引号"),
    "int_type": ("{key} 要写成数字", "去掉引号"),
    "int_parsing": ("{key} 要写成数字", "去掉多余的字"),
    "greater_than_equal": ("{key} 太小", "不能小于 {ge}"),
    "less_than_equal": ("{key} 太大", "不能大于 {le}"),
}


@dataclass(frozen=True, slots=True)
class Mistake:
    line: int  # 0: somewhere
    what: str
    remedy: str

    def __str__(self) -> str:
        where = f"第 {self.line} 行：" if self.line else ""
        return f"{where}{self.what}。{self.remedy}。"


def explain(detail: Mapping[str, Any], text: str) -> Mistake:
    """One pydantic error as a sentence for the person who wrote the file."""
    path = [str(part) for part in detail["loc"]]
    key = ".".join(part for part in path if not part.isdigit())
    what, remedy = REMEDIES.get(
        detail["type"], (f"{{key}}：{detail['msg'].removeprefix('Value error, ')}", "改好后再运行一次 check-config")
    )
    words = {"key": key, "expected": "", "ge": "", "le": ""} | {k: str(v) for k, v in detail.get("ctx", {}).items()}
    return Mistake(line_of(path, text), what.format(**words), remedy.format(**words))


def line_of(path: list[str], text: str) -> int:
    """The line of a key: inside its section, the n-th one for a table that repeats."""
    lines = text.splitlines()
    key = [part for part in path if not part.isdigit()][-1]
    section, number = path[0], next((int(p) for p in path if p.isdigit()), 0)
    heads = [i for i, line in enumerate(lines) if re.match(rf"\s*\[+\s*{re.escape(section)}\b", line)]
    if not heads:
        return locate(text, key)
    start = heads[min(number, len(heads) - 1)]
    if len(path) > 2 and not path[1].isdigit():
        start = next((i for i in heads if f"{section}.{path[1]}" in lines[i]), start)
    for i in range(start + 1, len(lines)):
        if lines[i].lstrip().startswith("["):
            break
        if re.match(rf"\s*{re.escape(key)}\s*=", lines[i]):
            return i + 1
    return start + 1


def locate(text: str, word: str) -> int:
    """The first line that holds the word; 0 when none does."""
    return next((i for i, line in enumerate(text.splitlines(), 1) if word in line), 0)


def nearest(word: str, known: list[str]) -> str | None:
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return found[0] if found else None
