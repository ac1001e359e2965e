"""Where in config.toml each table and key stands, so that a mistake is told with the line it was made on."""

import re
import tomllib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

Path = tuple[str, ...]  # ("rooms", "1", "id"): numbers are places in lists
HEAD = re.compile(r"\s*(\[\[?)\s*(.+?)\s*\]\]?\s*(?:#.*)?$")
KEY = re.compile(r"""\s*((?:[\w-]+|"[^"]*"|'[^']*')(?:\s*\.\s*(?:[\w-]+|"[^"]*"|'[^']*'))*)\s*=""")
PART = re.compile(r"""[\w-]+|"[^"]*"|'[^']*'""")


class Lines:
    """The lines of a text, by path; a path that is not written down has the line of the table around it."""

    def __init__(self, text: str) -> None:
        self._lines: Mapping[Path, int] = _read(text)

    def of(self, *path: str | int) -> int:
        """0: nowhere."""
        wanted = tuple(str(part) for part in path)
        return next((self._lines[wanted[:n]] for n in range(len(wanted), 0, -1) if wanted[:n] in self._lines), 0)


def _read(text: str) -> dict[Path, int]:
    found: dict[Path, int] = {}
    tables: Counter[Path] = Counter()
    here: Path = ()
    for number, line in _outside_of_values(text):
        if head := HEAD.match(line):
            here = _table(_parts(head[2]), tables, repeated=head[1] == "[[")
            found.setdefault(here, number)
        elif key := KEY.match(line):
            parts = _parts(key[1])
            for n in range(1, len(parts) + 1):
                found.setdefault((*here, *parts[:n]), number)
    return found


def _table(parts: Path, tables: Counter[Path], *, repeated: bool) -> Path:
    """The n-th of a table that repeats is its place; what is below it belongs to the last one."""
    path: Path = ()
    for part in parts[:-1]:
        path = (*path, part)
        path = (*path, str(tables[path] - 1)) if tables[path] else path
    path = (*path, parts[-1])
    if not repeated:
        return path
    tables[path] += 1
    return (*path, str(tables[path] - 1))


def _outside_of_values(text: str) -> Iterator[tuple[int, str]]:
    """Lines that begin a table or a key: what goes on from the line before is part of a value."""
    held: list[str] = []
    for number, line in enumerate(text.splitlines(), 1):
        held.append(line)
        if len(held) == 1:
            yield number, line
        if (len(held) == 1 and not KEY.match(line)) or _whole(held):
            held = []


def _whole(lines: Sequence[str]) -> bool:
    try:
        tomllib.loads("\n".join(lines))
    except tomllib.TOMLDecodeError:
        return False
    return True


def _parts(dotted: str) -> Path:
    return tuple(part.strip("\"'") for part in PART.findall(dotted))
