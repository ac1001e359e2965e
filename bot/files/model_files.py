"""The packed sentiment model: made once from the installed snownlp package (or from models trained with it), then read.

`python -m bot.files.model_files` makes it ahead of time.
"""

import gc
import gzip
import importlib.util
import marshal
import os
import subprocess
import sys
import tempfile
import zlib
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from handlers.errors import UserError
from rules import trained
from rules.sentiment import Sentiment

FORMAT = 1  # raise it when rules.trained writes another layout


@dataclass(frozen=True, slots=True)
class Source:
    """The files the model is made of; snownlp saves its models under NAME.3."""

    segmenter: Path
    classifier: Path
    stop_words: Path

    @property
    def fingerprint(self) -> str:
        crc = 0
        for path in (self.segmenter, self.classifier, self.stop_words):
            crc = zlib.crc32(path.read_bytes(), crc)
        return f"{FORMAT}-{crc:08x}"


def installed(segmenter: Path | None = None, classifier: Path | None = None) -> Source:
    """The package's own models, or the given ones, e.g. trained on the shop's own reviews. Imports nothing of it."""
    spec = importlib.util.find_spec("snownlp")
    if spec is None or not spec.submodule_search_locations:
        raise UserError("没有找到 snownlp，情感分析用的模型在它里面：请运行 make setup。")
    home = Path(next(iter(spec.submodule_search_locations)))
    source = Source(
        segmenter or home / "seg" / "seg.marshal.3",
        classifier or home / "sentiment" / "sentiment.marshal.3",
        home / "normal" / "stopwords.txt",
    )
    for path in (source.segmenter, source.classifier, source.stop_words):
        if not path.is_file():
            raise UserError(f"情感模型文件 {path} 不存在。")
    return source


def load(source: Source | None = None, folder: Path | None = None) -> Sentiment:
    """Ready in a tenth of a second; the first time a child process packs the model, so that its memory is returned."""
    source = source or installed()
    path = _packed(source, folder)
    if path is None:
        path = _place(source, folder)
        _pack_in_child(source, path)
    try:
        return Sentiment.load(path.read_bytes())
    except ValueError:  # cut off, or of another version: make it again
        _pack_in_child(source, path)
        return Sentiment.load(path.read_bytes())


def pack(source: Source, path: Path) -> None:
    """Write the packed model; readers see the whole file or none."""
    gc.disable()  # millions of small tuples, none of them garbage
    stop = {line.strip() for line in source.stop_words.read_text(encoding="utf8").splitlines()}
    blob = trained.pack(_read(source.segmenter), _read(source.classifier), sorted(stop))
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=path.name, delete=False) as file:
        file.write(blob)
    os.chmod(file.name, 0o644)  # one user installs, another may serve
    os.replace(file.name, path)


def _read(path: Path) -> dict[str, Any]:
    """A model as snownlp saves it, with or without compression; only ever our own files, marshal is not for others'."""
    data = path.read_bytes()
    model: dict[str, Any] = marshal.loads(gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data)  # noqa: S302
    return model


def _folders(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    yield Path(sys.prefix) / "starling"
    yield Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "starling"
    yield Path(tempfile.gettempdir()) / f"starling-{os.getuid()}"


def _packed(source: Source, folder: Path | None) -> Path | None:
    name = f"sentiment-{source.fingerprint}.pack"
    return next((place / name for place in _folders(folder) if (place / name).is_file()), None)


def _place(source: Source, folder: Path | None) -> Path:
    """The first folder we may write to."""
    for place in _folders(folder):
        with suppress(OSError):
            place.mkdir(parents=True, exist_ok=True)
            if os.access(place, os.W_OK):
                return place / f"sentiment-{source.fingerprint}.pack"
    raise UserError("没有可以写入情感模型的目录，请检查磁盘空间和权限。")


def _pack_in_child(source: Source, path: Path) -> None:
    print("第一次使用：正在整理情感模型，大约十秒……", file=sys.stderr, flush=True)  # noqa: T201
    files = [str(source.segmenter), str(source.classifier), str(source.stop_words), str(path)]
    done = subprocess.run([sys.executable, "-m", "bot.files.model_files", *files], cwd=ROOT, check=False)  # noqa: S603
    if done.returncode:
        raise UserError("整理情感模型没有成功，上面是原因。")


ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> None:
    if arguments:
        segmenter, classifier, stop_words, path = map(Path, arguments)
        pack(Source(segmenter, classifier, stop_words), path)
        return
    load()


if __name__ == "__main__":
    main(sys.argv[1:])
