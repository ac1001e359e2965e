"""Long seeded streams of short customer messages, for measuring speed."""

import re
from collections.abc import Iterator
from datetime import datetime
from itertools import islice
from random import Random

from bot.samples import bank, cast, habits

_REPEATED = 0.44  # the share of messages real customers have typed before, word for word
_NOON = datetime.fromisoformat("2026-11-16T12:00:00+08:00")


def distinct(seed: int, n: int) -> Iterator[str]:
    """`n` messages, no two alike: the hardest case, nothing can be remembered."""
    return islice(_fresh(seed), n)


def natural(seed: int, n: int) -> Iterator[str]:
    """`n` messages of which 44 % have come before, the short and common ones most often."""
    rng = Random(f"natural {seed}")  # noqa: S311  made-up talk, not secrets
    fresh = _fresh(seed)
    told = list(bank.load().common["thanks"])
    for number in range(n):
        if number and rng.random() < _REPEATED:
            yield told[int(len(told) * rng.random() ** 4)]  # what was said first is said most
            continue
        told.append(next(fresh))
        yield told[-1]


def _fresh(seed: int) -> Iterator[str]:
    rng = Random(seed)  # noqa: S311
    scenes = [scene for scene in bank.load().scenes if scene.channel == "chat"]
    seen: set[str] = set()
    while True:
        text = _message(rng, rng.choice(scenes))
        while text in seen:
            text = f"{text} {_message(rng, rng.choice(scenes))}"
        seen.add(text)
        yield text


def _message(rng: Random, scene: bank.Scene) -> str:
    who, key = rng.choice(re.findall(r"([cp]):(\w+)", scene.steps))
    phrase = rng.choice(scene.say[key] if who == "c" else scene.pairs[key]).partition(" => ")[0]
    phrase = rng.choice(phrase.split(" / "))
    if "{" in phrase:
        phrase = phrase.format_map(cast.facts(rng, scene.shop, scene.item, _NOON))
    return rng.choice(habits.typed(rng, habits.typist(rng, scene.ends), phrase))
