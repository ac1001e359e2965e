"""Scores: how likely the customer leaves dissatisfied, how likely the service is worth showing, message by message."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from rules import features, weights
from rules.model import Conversation, Speaker
from rules.weights import Weight


@dataclass(frozen=True, slots=True)
class Rated:
    risk: float
    star: float
    dissatisfied: Mapping[str, float]  # customer message id -> probability
    satisfied: Mapping[str, float]
    contributions: tuple[tuple[str, float], ...] = ()  # (feature, log-odds) of `risk`, the strongest first


def rate(conversation: Conversation, sentiments: Mapping[str, float] | None = None) -> Rated:
    """`sentiments` by message id; without it the sentiment of the signals is used, where there are any."""
    if sentiments is None:
        sentiments = _known(conversation)
    found = features.of_conversation(conversation, sentiments)
    parts = _parts(weights.RISK, found)
    dissatisfied, satisfied = _messages(conversation, sentiments)
    return Rated(
        risk=_probability(weights.RISK_BASE + sum(parts.values())),
        star=_probability(weights.STAR_BASE + sum(_parts(weights.STAR, found).values())),
        dissatisfied=dissatisfied,
        satisfied=satisfied,
        contributions=tuple(sorted(parts.items(), key=lambda part: -abs(part[1]))),
    )


def message(text: str, sentiment: float | None = None, waited: int = 0, progress: float = 0.5) -> tuple[float, float]:
    """(dissatisfied, satisfied) of one customer message.

    `waited`: customer messages already waiting for an answer; `progress`: 0 at the start, 1 at the end.
    """
    if features.shape(text) != "text":
        return 0.02, 0.02
    found = {name: float(min(n, weights.MESSAGE_MOST)) for name, n in features.heard(text).items()}
    found["waited"] = float(min(waited, 3))
    found["progress"] = progress
    found["gloom"] = 0.0 if sentiment is None else 1 - 2 * sentiment
    no = sum(_parts(weights.DISSATISFIED, found).values())
    yes = sum(_parts(weights.SATISFIED, found).values())
    return _probability(weights.DISSATISFIED_BASE + no), _probability(weights.SATISFIED_BASE + yes)


def explain(rated: Rated) -> list[tuple[str, float]]:
    """The reasons in words, the strongest first, those that lower the risk too (negative)."""
    labels = {w.feature: w.label for w in weights.RISK}
    return [(labels[name], part) for name, part in rated.contributions if name in labels]


def _known(conversation: Conversation) -> dict[str, float]:
    pairs = zip(conversation.messages, conversation.signals, strict=False)
    return {m.id: s.sentiment for m, s in pairs if s.sentiment is not None}


def _messages(conversation: Conversation, sentiments: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    dissatisfied: dict[str, float] = {}
    satisfied: dict[str, float] = {}
    waited = 0
    last = max(1, len(conversation.messages) - 1)
    for i, said in enumerate(conversation.messages):
        if said.speaker is Speaker.CUSTOMER:
            both = message(said.text, sentiments.get(said.id), waited, i / last)
            dissatisfied[said.id], satisfied[said.id] = both
            waited += 1
        elif said.speaker is Speaker.AGENT:
            waited = 0
    return dissatisfied, satisfied


def _parts(table: tuple[Weight, ...], found: Mapping[str, float]) -> dict[str, float]:
    by_feature = _table(table)
    return {name: value * by_feature[name] for name, value in found.items() if value and name in by_feature}


@cache
def _table(table: tuple[Weight, ...]) -> dict[str, float]:
    return {w.feature: w.weight for w in table}


def _probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
