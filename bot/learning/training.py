"""Learns from reviewed conversations, and keeps what it learnt only if it does better on verdicts it had not seen."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from math import log

import numpy as np
from numpy.typing import NDArray

from bot.learning import fitting
from handlers.reviewing.learning import Taught
from rules import features, learn, score
from rules.learn import Learnt, View
from rules.model import Conversation, Speaker
from rules.sentiment import Sentiment

Vector = NDArray[np.float64]

ENOUGH, EACH = 50, 5  # verdicts, and of either kind; below that nothing is learnt
NEW = 20  # verdicts the model in use has not seen, to compare another with it
FOLDS = 5
WORTH = 0.01  # a gain in AUC below this is not worth another model
# How far a weight may go, as a variance: features are many and overlap; words are countless, each short of evidence.
FEATURE_VARIANCE = 0.01
WORD_VARIANCES = (4.0, 8.0)  # by view: what is said after the first answer is about the service
MEANING_VARIANCE = 0.001  # five hundred numbers that each say little
SEEN = 2  # a run of characters seen in one conversation only is a name


@dataclass(frozen=True, slots=True)
class Verdict:
    """A reviewed conversation: whether it really was a risk (or a star)."""

    conversation: Conversation
    given: bool
    new: bool = True  # the model in use has not learnt from it


@dataclass(frozen=True, slots=True)
class Lesson:
    """What came of it, in figures and as a model."""

    taught: Taught
    candidate: Learnt | None = None  # None: too little to learn from

    @property
    def model(self) -> Learnt | None:
        """Only what does better than what there was."""
        return self.candidate if self.taught.better else None


@dataclass(frozen=True, slots=True)
class Row:
    cold: float  # log-odds of the score as it is without learning
    found: dict[str, float]
    words: tuple[learn.Words, ...]


def train(
    verdicts: Sequence[Verdict],
    sentiment: Sentiment | None = None,
    kind: str = "risk",
    used: Learnt | None = None,
    encode: learn.Encode | None = None,
) -> Lesson:
    """The same verdicts give the same model. `used` is the model in use; without one it is the scores as shipped."""
    given = np.array([v.given for v in verdicts], bool)
    n, positive = len(verdicts), int(given.sum())
    if n < ENOUGH or min(positive, n - positive) < EACH:
        because = f"至少要 {ENOUGH} 个复核过的会话，两类各 {EACH} 个，才开始学习。"
        return Lesson(Taught(kind, n, positive, because))
    held = np.array([v.new or used is None for v in verdicts], bool)
    if held.sum() < NEW or min(given[held].sum(), (~given[held]).sum()) < EACH:
        because = f"上次学过之后只多了 {int(held.sum())} 个复核，满 {NEW} 个、两类各 {EACH} 个再比。"
        return Lesson(Taught(kind, n, positive, because))
    rows = [_row(v.conversation, sentiment, kind, encode) for v in verdicts]
    now = np.array([row.cold + (used.added(row.found, row.words) if used else 0.0) for row in rows])
    candidate = _fit(rows, given, kind)
    return Lesson(
        _compared(Taught(kind, n, positive, ""), given[held], _unseen(rows, given, kind)[held], now[held]), candidate
    )


def _compared(taught: Taught, given: fitting.Truth, new: Vector, old: Vector) -> Taught:
    """Log-odds of the new model, each fitted without the verdict it is held against, beside those in use."""
    before, after = fitting.auc(given, old), fitting.auc(given, new)
    surer = fitting.better(given, new, old + fitting.shift(given, old))
    better = surer and after >= before + WORTH
    return replace(
        taught,
        because="学到的更准，换上了。" if better else "学到的还不比现在的准，继续用现在的。",
        better=better,
        held=len(given),
        before=before,
        after=after,
        margin=fitting.margin(after, int(given.sum()), int((~given).sum())),
        gain_margin=fitting.gain_margin(given, new, old),
    )


def _row(conversation: Conversation, sentiment: Sentiment | None, kind: str, encode: learn.Encode | None = None) -> Row:
    sentiments = None if sentiment is None else _sentiments(conversation, sentiment)
    rated, found = score.examine(conversation, sentiments)
    p = rated.risk if kind == "risk" else rated.star
    told = learn.dense(conversation, found) | (learn.meaning(conversation, encode) if encode else {})
    return Row(log(p / (1 - p)), told, learn.read(conversation))


def _sentiments(conversation: Conversation, sentiment: Sentiment) -> dict[str, float]:
    said = [m for m in conversation.messages if m.speaker is Speaker.CUSTOMER and features.heard(m.text) is not None]
    return {m.id: sentiment.score(m.text[: features.MOST]) for m in said}


def _unseen(rows: Sequence[Row], given: NDArray[np.bool_], kind: str) -> Vector:
    """The log-odds of each verdict by a model that was fitted without it."""
    fold = np.random.default_rng(0).permutation(len(rows)) % FOLDS
    odds = np.zeros(len(rows))
    for k in range(FOLDS):
        model = _fit([row for row, f in zip(rows, fold, strict=True) if f != k], given[fold != k], kind)
        for i in np.flatnonzero(fold == k).tolist():
            odds[i] = rows[i].cold + model.added(rows[i].found, rows[i].words)
    return odds


def _fit(rows: Sequence[Row], given: NDArray[np.bool_], kind: str) -> Learnt:
    names = tuple(sorted({name for row in rows for name in row.found}))
    dense = np.array([[row.found.get(name, 0.0) for name in names] for row in rows])
    means, spreads = dense.mean(0), dense.std(0) + 1e-6
    standard = np.clip((dense - means) / spreads, -learn.CLIP, learn.CLIP)
    masks = [_known([row.words[v][0] for row in rows]) for v in range(len(learn.VIEWS))]
    sparse = [_lay(rows, v, known) for v, known in enumerate(masks)]
    matrix = fitting.Matrix.of(standard, sparse, 1 << learn.BITS)
    penalty = matrix.penalty(1 / _variances(names), 1 / np.array(WORD_VARIANCES))
    weights = fitting.logistic(matrix, given.astype(float), np.array([row.cold for row in rows]), penalty)
    base, by_feature, by_word = matrix.parts(weights)
    views = tuple(
        View(known, _single(w)) for known, w in zip(masks, by_word.reshape(len(learn.VIEWS), -1), strict=True)
    )
    version = sha256(weights.tobytes()).hexdigest()[:8]
    return Learnt(
        kind, f"{len(rows)}-{version}", names, _single(means), _single(spreads), _single(by_feature), base, views
    )


def _variances(names: Sequence[str]) -> Vector:
    return np.array([MEANING_VARIANCE if name.startswith(learn.MEANING) else FEATURE_VARIANCE for name in names])


def _single(numbers: Vector) -> learn.Numbers:
    return numbers.astype(np.float32)


def _known(places: Sequence[learn.Places]) -> learn.Numbers:
    """One for the places that count, however common: how people speak tells more than rare words of what."""
    seen = np.bincount(np.concatenate(places), minlength=1 << learn.BITS)
    return (seen >= SEEN).astype(np.float32)


def _lay(rows: Sequence[Row], view: int, known: learn.Numbers) -> list[tuple[learn.Places, Vector]]:
    """Each conversation's words as rules.learn weighs them: of length one, whatever was said."""
    laid = []
    for row in rows:
        places, often = row.words[view]
        told = (often * known[places]).astype(np.float64)
        laid.append((places, told / (np.linalg.norm(told) or 1.0)))
    return laid
