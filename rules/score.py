"""Scores: how likely the customer leaves dissatisfied, how likely the service is worth showing, message by message."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

from rules import features, weights
from rules.model import Conversation, Speaker

NOTHING = 0.02  # what a notice or an emoji says of anybody's mood, either way


@dataclass(frozen=True, slots=True)
class Rated:
    risk: float
    star: float
    dissatisfied: Mapping[str, float]  # customer message id -> probability
    satisfied: Mapping[str, float]
    contributions: tuple[tuple[str, float], ...] = ()  # (feature, log-odds) of `risk`, the strongest first


def rate(conversation: Conversation, sentiments: Mapping[str, float] | None = None) -> Rated:
    """`sentiments` by message id; without it the sentiment of the signals is used, where there are any."""
    return examine(conversation, sentiments)[0]


def levels(conversation: Conversation) -> Rated:
    """Only what is said of the single messages, which no model that was learnt says otherwise."""
    return Rated(0.0, 0.0, *_messages(conversation, _known(conversation)))


def examine(
    conversation: Conversation, sentiments: Mapping[str, float] | None = None
) -> tuple[Rated, dict[str, float]]:
    """The scores, and the features they were made of."""
    sentiments = _known(conversation) if sentiments is None else sentiments
    dissatisfied, satisfied = _messages(conversation, sentiments)
    found = features.of_conversation(conversation) | _moods(conversation, sentiments, dissatisfied, satisfied)
    parts = _parts("RISK", found, weights.RISK_SCALE)
    star = sum(_parts("STAR", found, weights.STAR_SCALE).values())
    rated = Rated(
        risk=probability(weights.RISK_BASE + sum(parts.values())),
        star=probability(weights.STAR_BASE + star),
        dissatisfied=dissatisfied,
        satisfied=satisfied,
        contributions=tuple(sorted(parts.items(), key=lambda part: -abs(part[1]))),
    )
    return rated, found


def _moods(
    conversation: Conversation,
    sentiments: Mapping[str, float],
    dissatisfied: Mapping[str, float],
    satisfied: Mapping[str, float],
) -> dict[str, float]:
    """What the levels of the single messages say of the whole."""
    said = [m.id for m in conversation.messages if m.speaker is Speaker.CUSTOMER and features.heard(m.text) is not None]
    if not said:
        return {}
    no, yes = [dissatisfied[i] for i in said], [satisfied[i] for i in said]
    found = {
        "ending": no[-1] - yes[-1],
        "dissatisfied_most": max(no),
        "dissatisfied_mean": sum(no) / len(no),
        "satisfied_most": max(yes),
        "satisfied_mean": sum(yes) / len(yes),
    }
    known = [sentiments[i] for i in said if i in sentiments]
    return found | {"gloom": 1 - 2 * sum(known) / len(known)} if known else found


def message(text: str, sentiment: float | None = None, waited: int = 0, before: int = 0) -> tuple[float, float]:
    """(dissatisfied, satisfied) of one customer message.

    `waited`: customer messages already waiting for an answer; `before`: messages of anybody so far.
    """
    return (_message_kept if len(text) <= features.KEPT else _message)(text, sentiment, min(waited, 3), min(before, 20))


def _message(text: str, sentiment: float | None, waited: int, before: int) -> tuple[float, float]:
    words = _words(text)
    if words is None:
        return NOTHING, NOTHING
    context = {"waited": float(waited), "progress": before / 20}
    if sentiment is not None:
        context["gloom"] = 1 - 2 * sentiment
    return (
        probability(weights.DISSATISFIED_BASE + words[0] + sum(_parts("DISSATISFIED", context).values())),
        probability(weights.SATISFIED_BASE + words[1] + sum(_parts("SATISFIED", context).values())),
    )


_message_kept = lru_cache(20_000)(_message)  # a conversation is screened again with each of its messages


def judge(score: Callable[[str], float]) -> Callable[[str], tuple[float, float, float]]:
    """(sentiment, dissatisfied, satisfied) of a message by itself; `score` is that of rules.sentiment."""

    def judged(text: str) -> tuple[float, float, float]:
        sentiment = score(text[: features.MOST])
        return (sentiment, *message(text, sentiment))

    return judged


def explain(contributions: Sequence[tuple[str, float]]) -> list[tuple[str, float]]:
    """The reasons in words, the strongest first, those that lower the risk too (negative)."""
    labels = {w.feature: w.label for w in weights.RISK} | {"learnt": "本店复核的经验"}
    told: dict[str, float] = {}
    for name, part in contributions:
        if label := labels.get(name):
            told[label] = told.get(label, 0.0) + part
    return sorted(told.items(), key=lambda reason: -abs(reason[1]))


def _known(conversation: Conversation) -> dict[str, float]:
    pairs = zip(conversation.messages, conversation.signals, strict=False)
    return {m.id: s.sentiment for m, s in pairs if s.sentiment is not None}


def _messages(conversation: Conversation, sentiments: Mapping[str, float]) -> tuple[dict[str, float], dict[str, float]]:
    dissatisfied: dict[str, float] = {}
    satisfied: dict[str, float] = {}
    waited = 0
    for before, said in enumerate(conversation.messages):
        if said.speaker is Speaker.CUSTOMER:
            dissatisfied[said.id], satisfied[said.id] = message(said.text, sentiments.get(said.id), waited, before)
            waited += 1
        elif said.speaker is Speaker.AGENT:
            waited = 0
    return dissatisfied, satisfied


def _words(text: str) -> tuple[float, float] | None:
    """The log-odds its words add, for dissatisfied and satisfied."""
    return _words_kept(text) if len(text) <= features.KEPT else _words_new(text)


@lru_cache(maxsize=20_000)
def _words_kept(text: str) -> tuple[float, float] | None:
    return _words_new(text)


def _words_new(text: str) -> tuple[float, float] | None:
    counts = features.heard(text)
    if counts is None:
        return None
    found = {name: float(min(n, _most(name))) for name, n in counts.items()}
    if "asks" in found:
        found.pop("consent", None)  # who asks agrees to nothing yet
    return sum(_parts("DISSATISFIED", found).values()), sum(_parts("SATISFIED", found).values())


def _most(feature: str) -> int:
    return 1 if feature in weights.TOPICS else weights.MESSAGE_MOST


def _parts(name: str, found: Mapping[str, float], scale: float = 1.0) -> dict[str, float]:
    table = _table(name)
    return {feature: value * scale * table[feature] for feature, value in found.items() if value and feature in table}


@cache
def _table(name: str) -> Mapping[str, float]:
    tables = {
        "RISK": weights.RISK,
        "STAR": weights.STAR,
        "DISSATISFIED": weights.DISSATISFIED,
        "SATISFIED": weights.SATISFIED,
    }
    return {w.feature: w.weight for w in tables[name]}


def probability(log_odds: float) -> float:
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, log_odds))))
