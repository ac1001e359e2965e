"""Metric packs read from their files, and the shop's choice among them."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from rules.metrics import pack
from rules.metrics.definition import Choice, Pack

FOLDER = Path(__file__).resolve().parents[2] / "rules" / "packs" / "metrics"


@cache
def packs() -> Mapping[str, Pack]:
    """Those that ship, by name."""
    return pack.parse({path.name: path.read_text(encoding="utf8") for path in sorted(FOLDER.glob("*.toml"))})


def choice(default: str, shops: Mapping[str, str]) -> Choice:
    kept = {"generic", default, *shops.values()}
    return Choice({name: packs()[name] for name in sorted(kept)}, default, shops)
