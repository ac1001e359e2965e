"""Every sentence the bot can say, in one place: the Chinese literals of its code and pages, and the words of packs."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
FOLDERS = ("bot", "handlers", "rules", "scheduler", "storage")
SAID = ("title", "name", "says", "say", "advice", "source", "certainty")  # of a pack
# What others say: words that are listened for, and made-up talks.
HEARD = ("rules/lexicon", "rules/manners.py", "bot/samples", "bot/simulation")


def sentences() -> Iterator[tuple[str, str]]:
    """(where, sentence)"""
    for path in _files("*.py", *FOLDERS):
        yield from _literals(path)
    for path in (*_files("*.html", "bot"), *_files("*.js", "bot")):
        yield from ((path.name, line) for line in path.read_text("utf8").splitlines() if CHINESE.search(line))
    for path in _files("*.toml", "rules/packs"):
        yield from _pack(path.name, "", tomllib.loads(path.read_text("utf8")))


def _files(pattern: str, *folders: str) -> Iterator[Path]:
    for folder in folders:
        found = sorted((ROOT / folder).rglob(pattern))
        yield from (path for path in found if not path.relative_to(ROOT).as_posix().startswith(HEARD))


def _literals(path: Path) -> Iterator[tuple[str, str]]:
    """Without docstrings, which only we read."""
    tree = ast.parse(path.read_text("utf8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        if text and CHINESE.search(node.value):  # type: ignore[attr-defined]
            yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value  # type: ignore[attr-defined]


def _pack(name: str, key: str, told: Any) -> Iterator[tuple[str, str]]:
    """Whatever stands under one of the keys that are shown, however deep."""
    if isinstance(told, str):
        yield from [(f"{name}:{key}", told)] if key in SAID else []
    elif isinstance(told, dict):
        for inner, value in told.items():
            yield from _pack(name, inner, value)
    elif isinstance(told, list):
        for value in told:
            yield from _pack(name, key, value)
