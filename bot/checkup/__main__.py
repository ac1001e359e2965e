"""`python -m bot.checkup EXPORT FOLDER [--map TEXT] [--sure]`: a checkup as a child process, one JSON object a line.

The page starts it, so that a large file or a picture cannot slow down the webhooks. What it says is for the page:
{"progress": …}, then one of {"ask": …}, {"unsure": …, "map": …}, {"done": …}, {"error": …}.
"""

import argparse
import json
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from bot.checkup import asking, mapping, work
from bot.checkup.listening import Tell
from handlers.errors import UserError

AGAIN = "（改好按下面的按钮）"
PAUSE = 0.3  # seconds between two lines of progress


def main(arguments: list[str]) -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.checkup")
    parser.add_argument("export", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--map", type=Path)
    parser.add_argument("--sure", action="store_true")
    asked = parser.parse_args(arguments)
    try:
        _work(asked.export, asked.folder, work.read_text(asked.map) if asked.map else "", sure=asked.sure)
    except UserError as error:
        _say({"error": str(error)})


def _work(export: Path, folder: Path, mapped: str, *, sure: bool) -> None:
    now = work.utc_now()
    with work.look(export, now, mapped) as looked:
        guess = looked.guess
        if guess and guess.failed:
            _say(
                {
                    "unsure": f"这份表的表头认不出来：{guess.failed}。",
                    "map": mapping.write(guess.mapping, AGAIN),
                }
            )
            return
        if guess and guess.doubts and not sure:
            _say({"ask": asdict(asking.show(guess, now)), "map": mapping.write(guess.mapping, AGAIN)})
            return
        try:
            told, _ = work.write(looked, now, folder, _telling())
        except work.Misread as error:
            _say(
                {"unsure": str(error), "map": mapping.write(looked.mapping, AGAIN)}
                if looked.mapping
                else {"error": str(error)}
            )
            return
    _say({"done": {"headlines": told.headlines, "conversations": told.conversations}})


def _telling() -> Tell:
    last = time.monotonic()

    def tell(words: Callable[[], str]) -> None:
        nonlocal last
        if time.monotonic() - last >= PAUSE:
            last = time.monotonic()
            _say({"progress": words()})

    return tell


def _say(what: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(what, ensure_ascii=False) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf8")  # type: ignore[union-attr]
    main(sys.argv[1:])
