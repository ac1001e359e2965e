"""What reviewers' verdicts add to a score: a small model learnt on site, here only applied; bot/learning learns it."""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from math import log

import numpy as np
from numpy.typing import NDArray

from rules import features, model_pack, score
from rules.model import Conversation, Speaker
from rules.score import Rated

Numbers = NDArray[np.float32]
Places = NDArray[np.uint32]
Encode = Callable[[Sequence[str]], Numbers]  # texts to rows of numbers that stand for their meaning
Words = tuple[Places, Numbers]  # where the runs of a view fall, and how often each occurs (damped)

BITS = 18  # runs of one to three characters fall into 2^18 places
VIEWS = ("customer", "after")  # all the customer said, and what they said after the first answer
MEANING = "~"  # features of an encoder begin with it
ENCODED = 200  # characters of a message that an encoder reads
CLIP = 4.0  # standard deviations: no single feature may run away


@dataclass(frozen=True, slots=True)
class View:
    """One reading of the words: which places count, one or nought, and what each adds."""

    known: Numbers
    weights: Numbers

    def add(self, places: Places, often: Numbers) -> float:
        """The log-odds the words add, as a cosine with the weights: long talks weigh no more than short ones."""
        told = often * self.known[places]
        length = float(np.linalg.norm(told))
        return float(told @ self.weights[places]) / length if length else 0.0


@dataclass(frozen=True, slots=True)
class Learnt:
    """Corrects the cold score of one kind, `risk` or `star`."""

    kind: str
    version: str
    names: tuple[str, ...]
    means: Numbers
    spreads: Numbers
    weights: Numbers
    base: float
    views: tuple[View, ...]

    def correct(self, conversation: Conversation, sentiments: Mapping[str, float] | None = None) -> Rated:
        """The scores with what was learnt, told as one contribution, `learnt`."""
        rated, found = score.examine(conversation, sentiments)
        return self.corrected(rated, dense(conversation, found), read(conversation))

    @property
    def encodes(self) -> bool:
        """Whether it was learnt with a sentence encoder, and is nothing without one."""
        return any(name.startswith(MEANING) for name in self.names)

    def corrected(self, rated: Rated, found: Mapping[str, float], words: Sequence[Words]) -> Rated:
        added = self.added(found, words)
        before = rated.risk if self.kind == "risk" else rated.star
        after = score.probability(log(before / (1 - before)) + added)
        if self.kind == "star":
            return replace(rated, star=after)
        return replace(rated, risk=after, contributions=(*rated.contributions, ("learnt", added)))

    def added(self, found: Mapping[str, float], words: Sequence[Words]) -> float:
        """The log-odds that what was learnt adds to the cold score."""
        values = np.array([found.get(name, 0.0) for name in self.names], np.float32)
        standard = np.clip((values - self.means) / self.spreads, -CLIP, CLIP)
        by_words = sum(view.add(*said) for view, said in zip(self.views, words, strict=True))
        return self.base + float(standard @ self.weights) + by_words


def rater(models: Sequence[Learnt], encode: Encode | None = None) -> Callable[[Conversation], Rated]:
    """Scores corrected by each model, over features that are counted once."""

    def rate(conversation: Conversation) -> Rated:
        rated, counted = score.examine(conversation)
        found, words = dense(conversation, counted), read(conversation)
        if encode is not None:
            found |= meaning(conversation, encode)
        for model in models:
            rated = model.corrected(rated, found, words)
        return rated

    return rate


def dense(conversation: Conversation, found: Mapping[str, float]) -> dict[str, float]:
    """The named features a model may weigh anew: those of the cold score, the last message by itself, and sizes."""
    mine = [m.text for m in conversation.messages if m.speaker is Speaker.CUSTOMER]
    theirs = [m.text for m in conversation.messages if m.speaker is Speaker.AGENT]
    last = next((counts for text in reversed(mine) if (counts := features.heard(text)) is not None), {})
    sizes = {"messages": len(mine), "answers": len(theirs), "answers_length": sum(map(len, theirs))}
    return (
        dict(found)
        | {"last_" + name: log(1 + n) for name, n in last.items()}
        | {k: log(1 + n) for k, n in sizes.items()}
    )


def meaning(conversation: Conversation, encode: Encode) -> dict[str, float]:
    """What the customer said on the whole, as an encoder sees it."""
    said = [m.text[:ENCODED] for m in conversation.messages if m.speaker is Speaker.CUSTOMER and m.text]
    if not said:
        return {}
    return {f"{MEANING}{i}": value for i, value in enumerate(encode(said).mean(axis=0).tolist())}


def read(conversation: Conversation) -> tuple[Words, ...]:
    """What was said, once for each view."""
    said: list[str] = []
    after: list[str] = []
    answered = False
    for message in conversation.messages:
        answered = answered or message.speaker is Speaker.AGENT
        if message.speaker is Speaker.CUSTOMER:
            said.append(message.text)
            if answered:
                after.append(message.text)
    return _gather(said), _gather(after)


def _gather(texts: Sequence[str]) -> Words:
    if not texts:
        return np.zeros(0, np.uint32), np.zeros(0, np.float32)
    runs = [_runs_kept(text) if len(text) <= features.KEPT else _runs(text) for text in texts]
    places, often = np.unique(np.concatenate(runs), return_counts=True)
    return places, (1 + np.log(often)).astype(np.float32)


@lru_cache(maxsize=10_000)
def _runs_kept(text: str) -> Places:
    return _runs(text)


def _runs(text: str) -> Places:
    """The places of all runs of one, two and three characters; names and addresses count, too: they are the shop's."""
    codes = np.frombuffer(text[: features.MOST].lower().encode("utf-32-le", "replace"), np.uint32)
    one = _mix(codes)
    two = _mix(one[:-1] * np.uint32(31) + codes[1:])
    three = _mix(two[:-1] * np.uint32(37) + codes[2:]) if len(codes) > 2 else two[:0]
    return np.concatenate((one, two, three)) >> np.uint32(32 - BITS)


def _mix(x: Places) -> Places:
    x = (x ^ (x >> np.uint32(16))) * np.uint32(0x7FEB352D)
    x = (x ^ (x >> np.uint32(15))) * np.uint32(0x846CA68B)
    return x ^ (x >> np.uint32(16))


def write(learnt: Learnt) -> bytes:
    head = {"kind": learnt.kind, "version": learnt.version, "names": learnt.names, "base": learnt.base}
    sections = [("head", json.dumps(head, ensure_ascii=False).encode())]
    sections += [(name, getattr(learnt, name).tobytes()) for name in ("means", "spreads", "weights")]
    for name, view in zip(VIEWS, learnt.views, strict=True):
        sections += [(name + " known", view.known.tobytes()), (name + " weights", view.weights.tobytes())]
    return model_pack.write(sections)


def load(blob: bytes) -> Learnt:
    """ValueError when the bytes are no model."""
    sections = model_pack.read(blob)
    head = json.loads(sections.text("head"))

    def numbers(name: str) -> Numbers:
        return np.asarray(sections.singles(name), np.float32)

    return Learnt(
        head["kind"],
        head["version"],
        tuple(head["names"]),
        numbers("means"),
        numbers("spreads"),
        numbers("weights"),
        head["base"],
        tuple(View(numbers(name + " known"), numbers(name + " weights")) for name in VIEWS),
    )
