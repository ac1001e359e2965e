"""Reviewed conversations from a file to a model; `python -m bot.lessons REVIEWED MODEL` learns in its own process."""

import json
import subprocess
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from bot import model_files, training
from bot.plain_words import of_line, of_os
from bot.training import Lesson, Verdict
from handlers.errors import UserError
from rules import file, learn

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Told:
    """A lesson as people hear of it, without the model."""

    kind: str
    verdicts: int
    positive: int
    before: float
    after: float
    margin: float
    because: str
    version: str = ""  # of the model that was kept; "" when none was

    @property
    def says(self) -> str:
        counted = f"{self.verdicts} 个复核过的会话（{self.positive} 个有效）"
        if self.margin >= 0.5:
            return f"{counted}。{self.because}"
        return f"{counted}：排序准确度 {self.before:.3f} → {self.after:.3f}（±{self.margin:.3f}）。{self.because}"


def verdicts(lines: Iterable[str], kind: str = "risk") -> Iterator[Verdict]:
    """The reviewed ones among conversation lines; those without this verdict are passed over."""
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
            given = row.get("verdict", {}).get(kind)
            if given is not None:
                yield Verdict(file.read_conversation(row), bool(given))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise UserError(f"复核文件第 {number} 行{of_line(error)}") from error


def take(reviewed: Path, kind: str = "risk") -> Lesson:
    """Learn here and now, as `screen --learn` does."""
    try:
        with reviewed.open(encoding="utf8") as lines:
            return training.train(list(verdicts(lines, kind)), model_files.load(), kind)
    except (OSError, UnicodeDecodeError) as error:
        raise UserError(f"读不到 {reviewed}：{of_os(error)}") from error


def tell(lesson: Lesson, kind: str = "risk") -> Told:
    version = lesson.model.version if lesson.model else ""
    numbers = (lesson.verdicts, lesson.positive, lesson.before, lesson.after, lesson.margin)
    return Told(kind, *numbers, lesson.because, version)


def take_apart(reviewed: Path, model: Path, kind: str = "risk") -> Told:
    """Learn in a child process, so that the memory it takes is given back; `model` is written only if it is better."""
    command = [sys.executable, "-m", "bot.lessons", str(reviewed.resolve()), str(model.resolve()), kind]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf8", check=False)  # noqa: S603
    if done.returncode:
        raise UserError(f"学习没有成功：{done.stderr.strip().splitlines()[-1] if done.stderr.strip() else '原因不明'}")
    return Told(**json.loads(done.stdout))


def main(reviewed: str, model: str, kind: str = "risk") -> None:
    try:
        lesson = take(Path(reviewed), kind)
    except UserError as error:
        sys.exit(str(error))
    if lesson.model is not None:
        new = Path(model + ".new")
        new.write_bytes(learn.write(lesson.model))
        new.replace(model)
    sys.stdout.write(json.dumps(asdict(tell(lesson, kind)), ensure_ascii=False))


if __name__ == "__main__":
    main(*sys.argv[1:])
