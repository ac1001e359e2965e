"""Two days of conversations, small enough to count by hand, and a way to compare figures with what was counted."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.files.metric_packs import packs
from bot.programs import figure_files
from rules.metrics.figures import Figure

FOLDER = Path(__file__).parents[2] / "fixtures" / "figures"
SHANGHAI = ZoneInfo("Asia/Shanghai")
Counted = tuple[float | None, int]  # value, n
ByHand = Mapping[str, Mapping[str, Counted]]  # by figure, then by agent; "" is the total


@cache
def figures(day: str, pack: str) -> tuple[Figure, ...]:
    lines = (FOLDER / f"{day}.jsonl").read_text(encoding="utf8").splitlines()
    told = [figure_files.conversation(json.loads(line)) for line in lines]
    return tuple(figure_files.compute(told, packs()[pack], SHANGHAI))


def agree(day: str, pack: str, by_hand: ByHand) -> None:
    """Every figure of the pack that is by hand, for everybody; nobody is left out."""
    found: dict[str, dict[str, Counted]] = {}
    for f in figures(day, pack):
        found.setdefault(f.name.partition(".")[2], {})[f.agent or ""] = (f.value, f.n)
    for name, counted in by_hand.items():
        assert found[name].keys() == counted.keys(), name
        for agent, (value, n) in counted.items():
            assert found[name][agent] == (value if value is None else pytest.approx(value), n), (name, agent)


def names(pack: str) -> set[str]:
    return {d.name.partition(".")[2] for d in packs()[pack].definitions}
