"""The packs as they ship, read once for all tests."""

from functools import cache
from pathlib import Path

from rules import packs
from rules.packs import Packs

FOLDER = Path(__file__).parents[2] / "rules" / "packs"


def texts() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in sorted(FOLDER.glob("*.toml"))}


@cache
def shipped() -> Packs:
    return packs.parse(texts())
