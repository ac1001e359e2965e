"""How a mistake in the config is told: line, what is wrong, what to do."""

import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

LIST = ("{key} 要写成列表", '写成 ["…", "…"]')
NUMBER = ("{key} 要写成数字", "去掉引号和多余的字")
SWITCH = ("{key} 要写成 true 或 false", "不加引号，全用小写")
TABLE = ("{key} 要写成一节", "对照 config.example.toml 的写法")
REMEDIES: Mapping[str, tuple[str, str]] = {
    "missing": ("缺少 {key}", "补上这一项"),
    "extra_forbidden": ("不认识的配置项 {key}", "对照 config.example.toml 检查拼写"),
    "literal_error": ("{key} 的取值不对", "可以写：{expected}"),
    "string_type": ("{key} 要写成带引号的文字", "加上引号"),
    "int_type": NUMBER,
    "int_parsing": NUMBER,
    "int_from_float": ("{key} 要写成整数", "去掉小数点"),
    "float_type": NUMBER,
    "float_parsing": NUMBER,
    "finite_number": NUMBER,
    "bool_type": SWITCH,
    "bool_parsing": SWITCH,
    "list_type": LIST,
    "tuple_type": LIST,
    "dict_type": TABLE,
    "model_type": TABLE,
    "model_attributes_type": TABLE,
    "greater_than_equal": ("{key} 太小", "不能小于 {ge}"),
    "less_than_equal": ("{key} 太大", "不能大于 {le}"),
}
OTHER = ("{key} 的写法不对", "对照 config.example.toml 的写法")
TOML = {
    "overwrite": ("同一项写了两次", "去掉一个"),
    "twice": ("同一节写了两次", "合成一节"),
}
TOML_OTHER = ("TOML 写法有误", "检查引号、等号和方括号是否成对")


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
    what, remedy = _words(detail)
    words = {"key": key, "expected": "", "ge": "", "le": ""} | {k: str(v) for k, v in detail.get("ctx", {}).items()}
    words["expected"] = "、".join(re.findall(r"'([^']*)'", words["expected"]))
    return Mistake(line_of(path, text), what.format(**words), remedy.format(**words))


def _words(detail: Mapping[str, Any]) -> tuple[str, str]:
    """Our own validators speak for themselves."""
    if detail["type"] == "value_error":
        said = str(detail["ctx"]["error"]).replace("{", "{{").replace("}", "}}")
        return f"{{key}}：{said}", "改好后再运行一次 check-config"
    return REMEDIES.get(detail["type"], OTHER)


def explain_toml(error: ValueError) -> Mistake:
    """The parser says line and column, and the rest in English."""
    place = re.search(r"line (\d+), column (\d+)", str(error))
    what, remedy = next((words for sign, words in TOML.items() if sign in str(error)), TOML_OTHER)
    return Mistake(int(place[1]) if place else 0, f"{what}（第 {place[2]} 个字附近）" if place else what, remedy)


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
