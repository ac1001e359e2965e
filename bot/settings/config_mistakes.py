"""How a mistake in the config is told: line, what is wrong, what to do."""

import difflib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from pydantic import BaseModel

from bot.settings.config_lines import Lines

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
        end = "" if self.remedy.endswith("？") else "。"
        return f"{where}{self.what}。{self.remedy}{end}"


def explain(detail: Mapping[str, Any], lines: Lines, model: type[BaseModel], *under: str) -> Mistake:
    """One pydantic error about the model as a sentence for the person who wrote the file; `under` a table of it."""
    path = [str(part) for part in detail["loc"]]
    key = ".".join(part for part in path if not part.isdigit())
    what, remedy = _words(detail)
    if detail["type"] == "extra_forbidden" and (near := nearest(path[-1], known_keys(model, path[:-1]))):
        remedy = f"是不是想写 {near}？"
    words = {"key": key, "expected": "", "ge": "", "le": ""} | {k: str(v) for k, v in detail.get("ctx", {}).items()}
    words["expected"] = "、".join(re.findall(r"'([^']*)'", words["expected"]))
    return Mistake(lines.of(*under, *path), what.format(**words), remedy.format(**words))


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


def known_keys(model: type[BaseModel], path: Sequence[str]) -> list[str]:
    """What may be written in the table at this path."""
    for part in path:
        field = model.model_fields.get(part)
        inner = next(_models(field.annotation), None) if field else model  # the n-th of a list, the name in a mapping
        if inner is None:
            return []
        model = inner
    return [*model.model_fields]


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in get_args(annotation):
        yield from _models(inner)


def nearest(word: str, known: Sequence[str]) -> str | None:
    found = difflib.get_close_matches(word, known, n=1, cutoff=0.5)
    return found[0] if found else None
