"""Learns in a child process, `python -m bot.learning.teaching`: nobody waits, and its memory is given back."""

import base64
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path
from typing import Any, TextIO

from bot.files import model_files
from bot.learning import encoder as encoding
from bot.learning import training
from bot.learning.training import Lesson, Verdict
from handlers.errors import UserError
from handlers.reviewing.learning import KINDS, Line, Taught, Teach
from rules import file, learn

ROOT = Path(__file__).resolve().parents[2]
LONGEST = 1800.0  # seconds
Json = dict[str, Any]


def teach(lines: Iterable[Line], used: Mapping[str, bytes], *, encoder: bool = False) -> Sequence[Taught]:
    """Implements handlers.reviewing.learning.Teach. What the child reads goes through a pipe, never to a disk."""
    child = subprocess.Popen(
        [sys.executable, "-m", "bot.learning.teaching"], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        stderr=subprocess.PIPE, text=True, encoding="utf8",
    )  # fmt: skip
    with child:
        if child.stdin is None:
            raise UserError("学习用的子进程没有起来。")
        with suppress(BrokenPipeError):  # it says itself what was wrong
            models = {kind: base64.b64encode(blob).decode() for kind, blob in used.items()}
            child.stdin.write(json.dumps({"encoder": encoder, "used": models}) + "\n")
            child.stdin.writelines(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
        told, trouble = _answer(child)
    if child.returncode:
        raise UserError(trouble.strip().splitlines()[-1] if trouble.strip() else "子进程没有说明原因")
    return [Taught(**row | {"blob": base64.b64decode(row["blob"])}) for row in json.loads(told)]


def teacher(*, encoder: bool) -> Teach:
    return partial(teach, encoder=encoder)


def _answer(child: "subprocess.Popen[str]") -> tuple[str, str]:
    try:
        return child.communicate(timeout=LONGEST)
    except subprocess.TimeoutExpired as error:
        child.kill()
        raise UserError("学了半小时还没学完，这次先不学了") from error


def _kept(lesson: Lesson) -> Taught:
    """With the model, as it is kept."""
    found = lesson.candidate
    return replace(lesson.taught, version=found.version, blob=learn.write(found)) if found else lesson.taught


def _study(source: TextIO) -> list[Taught]:
    head: Json = json.loads(source.readline())
    encode = encoding.load() if head["encoder"] else None
    used = {kind: learn.load(base64.b64decode(blob)) for kind, blob in head["used"].items()}
    rows: list[Json] = [json.loads(line) for line in source]
    sentiment = model_files.load()
    found = []
    for kind in KINDS:
        verdicts = [
            Verdict(file.read_conversation(row), row["verdict"][kind], row["new"].get(kind, True))
            for row in rows
            if kind in row["verdict"]
        ]
        if verdicts:
            found.append(_kept(training.train(verdicts, sentiment, kind, used.get(kind), encode)))
    return found


def main() -> None:
    os.nice(10)  # webhooks go first
    told = [asdict(one) | {"blob": base64.b64encode(one.blob).decode()} for one in _study(sys.stdin)]
    sys.stdout.write(json.dumps(told, ensure_ascii=False))


if __name__ == "__main__":
    main()
