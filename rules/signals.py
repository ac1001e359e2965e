"""What one message says by itself: its shape, terms, patterns and levels; read once and stored with it."""

import json
from collections.abc import Callable
from functools import lru_cache

from rules import shape, text
from rules.engine import Place
from rules.model import Signals, Speaker
from rules.packs import Packs, Versions

# (SnowNLP's probability that a text is positive, probability dissatisfied, probability satisfied)
Judge = Callable[[str], tuple[float | None, float, float]]


def read(raw: str, packs: Packs, speaker: Speaker = Speaker.CUSTOMER, judge: Judge | None = None) -> Signals:
    """Without a `judge` the levels that keyword sets carry stand for the probabilities."""
    even = text.normalise(raw, packs.simplify)
    form = shape.of(even.text)
    if form != "text":
        return Signals(form, satisfied=0.9 if form == "ack" and "谢" in even.text else 0.0)
    places = _terms(even, packs)
    return Signals(form, places, _patterns(even, places, packs), *_levels(raw, places, packs, speaker, judge))


def refresh(
    old: Signals,
    was: Versions,
    raw: str,
    packs: Packs,
    judge: Judge | None = None,
    speaker: Speaker = Speaker.CUSTOMER,
) -> Signals:
    """Reads again only the parts of a message whose version is not `was`.

    Whoever hands over a `judge` also sets its version: `packs.versions.judge`.
    """
    now = packs.versions
    if was.shape != now.shape:
        return read(raw, packs, speaker, judge)
    if old.shape != "text" or was == now:
        return old
    even = text.normalise(raw, packs.simplify)
    places = old.terms if was.terms == now.terms else _terms(even, packs)
    patterns = old.patterns if was.patterns == now.patterns else _patterns(even, places, packs)
    levels = old.sentiment, old.dissatisfied, old.satisfied
    if was.judge != now.judge or (judge is None and places is not old.terms):
        levels = _levels(raw, places, packs, speaker, judge)
    return Signals("text", places, patterns, *levels)


def _terms(even: text.Normal, packs: Packs) -> tuple[Place, ...]:
    """Places in the original text."""
    found = packs.engine.terms(even.text)
    return found if even.origin is None else tuple((name, *even.span(start, end)) for name, start, end in found)


def _patterns(even: text.Normal, places: tuple[Place, ...], packs: Packs) -> tuple[str, ...]:
    return packs.engine.patterns(even.text, frozenset([place[0] for place in places]))


def _levels(
    raw: str, places: tuple[Place, ...], packs: Packs, speaker: Speaker, judge: Judge | None
) -> tuple[float | None, float, float]:
    if speaker is not Speaker.CUSTOMER:
        return None, 0.0, 0.0
    if judge is not None:
        return judge(raw)
    no = yes = 1.0  # as if each keyword set were an independent witness
    for name in {place[0] for place in places}:
        no *= 1 - packs.sets[name].dissatisfied
        yes *= 1 - packs.sets[name].satisfied
    return None, round(1 - no, 3), round(1 - yes, 3)


def to_json(signals: Signals, versions: Versions) -> str:
    """As it is stored: short keys, empty parts left out."""
    told = {
        "v": [versions.shape, versions.terms, versions.patterns, versions.judge],
        "s": signals.shape,
        "t": signals.terms,
        "p": signals.patterns,
        "m": None if signals.sentiment is None else round(signals.sentiment, 4),
        "d": round(signals.dissatisfied, 4),
        "g": round(signals.satisfied, 4),
    }
    kept = {key: value for key, value in told.items() if value or (key == "m" and value == 0)}
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))


@lru_cache(20_000)  # a conversation is read again with each of its messages
def from_json(stored: str) -> tuple[Signals, Versions]:
    told = json.loads(stored)
    terms = tuple((name, start, end) for name, start, end in told.get("t", ()))
    levels = told.get("m"), told.get("d", 0.0), told.get("g", 0.0)
    return Signals(told["s"], terms, tuple(told.get("p", ())), *levels), Versions(*told["v"])
