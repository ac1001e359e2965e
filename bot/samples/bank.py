"""The phrase banks: what people say for each contact reason, read from the TOML files beside this module."""

import re
import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from bot.samples import cast

FOLDER = Path(__file__).parent / "banks"
Phrases = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Scene:
    """One way a talk can go about one thing sold: a path of steps, and the phrases of its situation."""

    reason: str
    team: str
    channel: str
    shop: cast.Shop
    item: cast.Item
    service: str  # good | flat | poor
    ends: str  # happy | fine | unhappy | angry
    steps: str
    say: Phrases
    pairs: Phrases  # "question / question => answer / answer"
    weight: float = 0.0


@dataclass(frozen=True, slots=True)
class Bank:
    common: Phrases
    comments: Phrases  # beside a rating, by how the talk ended
    scenes: tuple[Scene, ...]


def load() -> Bank:
    common = _read(FOLDER / "common.toml")
    files = sorted(path for path in FOLDER.glob("*.toml") if path.name != "common.toml")
    scenes = tuple(scene for path in files for scene in _scenes(_read(path), common["say"]))
    return Bank(common["say"], common["comment"], scenes)


def _read(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _scenes(bank: Mapping[str, Any], common: Phrases) -> list[Scene]:
    found: list[Scene] = []
    heard = sum(path["weight"] for path in bank["path"])
    for path in bank["path"]:
        ways = [
            scene
            for case in bank.get("case", [{}])
            for shop in cast.SHOPS
            for item in shop.items
            if path.get("name") in case.get("paths", [path.get("name")])
            and (scene := _scene(bank | path, case, shop, item, common))
        ]
        if not ways:
            raise ValueError(f"nothing fits the path {path['steps']}")
        # A bank keeps its weight however many paths it has, and a path however many situations it fits.
        weight = bank.get("weight", 1) * path["weight"] / heard / len(ways)
        found += [replace(way, weight=weight) for way in ways]
    return found


def _fits(item: cast.Item, part: Mapping[str, Any]) -> bool:
    """`kinds` names kinds of goods, or single ones."""
    return "kinds" not in part or item.kind in part["kinds"] or item.name in part["kinds"]


def _scene(
    bank: Mapping[str, Any], case: Mapping[str, Any], shop: cast.Shop, item: cast.Item, common: Phrases
) -> Scene | None:
    """None where the goods do not fit, or where the situation has no words for a step."""
    if not (_fits(item, bank) and _fits(item, case)):
        return None
    say = {**common, **bank["say"], **case.get("say", {})}
    pairs: dict[str, list[str]] = {}
    for pair in (p for p in bank.get("pair", ()) if _fits(item, p)):
        pairs.setdefault(pair["name"], []).extend(pair["lines"])
    words = {"c": say, "a": say, "p": pairs}
    if any(key not in words[who] for who, key in re.findall(r"([cap]):(\w+)", bank["steps"])):
        return None
    return Scene(
        reason=case.get("reason") or bank["reason"],
        team=bank.get("team", "售后"),
        channel=bank.get("channel", "chat"),
        shop=shop,
        item=item,
        service=bank["service"],
        ends=bank["ends"],
        steps=bank["steps"],
        say=say,
        pairs=pairs,
    )
