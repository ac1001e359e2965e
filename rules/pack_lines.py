"""Where in a pack's text a mistake stands: tomllib gives values without lines, people need lines."""

import re
import tomllib
from collections.abc import Mapping
from typing import Any

HEAD = re.compile(r"^\s*(\[\[?)\s*([^\]]+?)\s*\]\]?\s*(?:#.*)?$")
SYNTAX = re.compile(r"\(at line (\d+), column \d+\)|\(at end of document\)")


class PackError(ValueError):
    """Every mistake of all packs in one go, each with file, line and remedy, for the person who wrote them."""

    def __init__(self, mistakes: tuple[str, ...]) -> None:
        super().__init__("\n".join(mistakes))
        self.mistakes = mistakes


class Mistakes:
    """What is wrong so far, in the order of files and lines."""

    def __init__(self) -> None:
        self.found: list[tuple[str, int, str]] = []

    def add(self, file: str, line: int, says: str) -> None:
        self.found.append((file, line, says))

    def told(self) -> tuple[str, ...]:
        return tuple(f"{file} 第 {line} 行：{says}" for file, line, says in sorted(set(self.found)))


def read(file: str, text: str, mistakes: Mistakes) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = SYNTAX.search(str(error))
        line = int(found[1]) if found and found[1] else text.count("\n") + 1
        mistakes.add(file, line, "TOML 写法有误，看看引号、括号和逗号是不是成对")
        return {}


def heads(text: str) -> Mapping[str, int]:
    """Line by section: "keywords.threat" -> 3, and the n-th [[rule]] as "rule.n" (n from 0)."""
    found: dict[str, int] = {}
    rules = 0
    for number, line in enumerate(text.splitlines(), 1):
        head = HEAD.match(line)
        if not head:
            continue
        name = ".".join(part.strip().strip("\"'") for part in head[2].split("."))
        if head[1] == "[[" and name == "rule":
            name, rules = f"rule.{rules}", rules + 1
        found.setdefault(name, number)
    return found


def line_of(text: str, start: int, key: str) -> int:
    """The line of `key = …` in the section that starts on line `start`; the section's own line if it is not there."""
    wanted = re.compile(rf"(?:^|[\s{{,.])[\"']?{re.escape(key)}[\"']?\s*[=.]")
    for number, line in enumerate(text.splitlines()[start:], start + 1):
        head = HEAD.match(line)
        if head and not head[2].startswith("rule."):
            return start
        if wanted.search(line) or (head and head[2] == f"rule.{key}"):
            return number
    return start
