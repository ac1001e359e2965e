"""The `screen` command: reads a file or standard input, prints in input order, keeps going past bad lines."""

import json
import sys
from pathlib import Path

from bot import engine
from bot.engine import Engine
from bot.files.conversation_files import BadLine, open_lines
from bot.learning import lessons
from bot.progress import telling
from bot.running import heap
from bot.screening import lines, screener
from handlers.reviewing.learning import KINDS
from rules.policy import Policy


def run(file: str, learn: Path | None, *, explain: bool) -> int:
    """Exit status: 1 when a line could not be read."""
    ready = engine.load()
    if learn is not None:
        ready = _learn(ready, learn)
    screen = screener(ready, Policy(), explain=explain)
    heap.freeze()
    sys.stdout.reconfigure(encoding="utf8")  # type: ignore[union-attr]
    bad = 0
    with open_lines(file) as rows, telling() as tell:
        for done, result in enumerate(lines(rows, screen), 1):
            tell(lambda done=done: f"已筛 {done:,} 段……")  # type: ignore[misc]
            if isinstance(result, BadLine):
                bad += 1
                print(result, file=sys.stderr)  # noqa: T201
            else:
                sys.stdout.write(json.dumps(result, ensure_ascii=False) + "\n")
    sys.stdout.flush()
    return 1 if bad else 0


def _learn(ready: Engine, reviewed: Path) -> Engine:
    """By the same learner as the running Starling; without a better model the shipped scores stay."""
    found = []
    for kind, lesson in lessons.take(reviewed).items():
        print(f"{KINDS[kind]}：{lesson.taught.says}", file=sys.stderr)  # noqa: T201
        if lesson.model is not None:
            found.append(lesson.model)
    return ready.taught(found)
