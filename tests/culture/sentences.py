"""Every sentence the bot can say, in one place: the Chinese literals of handlers and pages, and the words of packs."""

import ast
import re
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
CHINESE = re.compile(r"[\u4e00-\u9fff]")
SAID = ("title", "says", "advice")  # of a pack's rules


def sentences() -> Iterator[tuple[str, str]]:
    """(where, sentence)"""
    for path in sorted([*(ROOT / "handlers").rglob("*.py"), *(ROOT / "bot" / "chats").rglob("*.py")]):
        yield from _literals(path)
    for path in sorted((ROOT / "bot" / "web" / "templates").rglob("*.html")):
        yield from ((path.name, line) for line in path.read_text("utf8").splitlines() if CHINESE.search(line))
    for path in sorted((ROOT / "rules" / "packs").glob("*.toml")):
        yield from _pack(path.name, tomllib.loads(path.read_text("utf8")).get("rule", []))


def _literals(path: Path) -> Iterator[tuple[str, str]]:
    """Without docstrings, which only we read."""
    tree = ast.parse(path.read_text("utf8"))
    told = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        text = isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in told
        if text and CHINESE.search(node.value):  # type: ignore[attr-defined]
            yield f"{path.relative_to(ROOT)}:{node.lineno}", node.value  # type: ignore[attr-defined]


def _pack(name: str, rules: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    for rule in rules:
        yield from ((f"{name}:{rule['id']}", rule[key]) for key in SAID if rule.get(key))
