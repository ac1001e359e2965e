"""Sentiment beside its peer: SnowNLP's own evaluator and ours, on the same made-up texts in the same run."""

import time
from collections.abc import Callable, Sequence
from random import Random

from snownlp import SnowNLP

from bot.files import model_files
from tests.bench.row import Row
from tests.rules import sayings

TEXTS, PEER_TEXTS = 5_000, 400  # the peer is slow


def rows() -> Sequence[Row]:
    random, known = Random(3), sayings.words()
    texts = list({sayings.text(random, known) for _ in range(2 * TEXTS)})[:TEXTS]
    ours = model_files.load()
    SnowNLP("热身").sentiments  # noqa: B018 - its first call is not its usual one
    peer = rate(lambda text: SnowNLP(text).sentiments, texts[:PEER_TEXTS])
    mine = rate(ours.score, texts)
    told = (
        f"sentiment, texts per second of CPU (all different, {sum(map(len, texts)) / len(texts):.0f} characters each)"
    )
    return [Row(told, f"{mine:,.0f}", f"{peer:,.0f} (SnowNLP)", mine / peer)]


def rate(score: Callable[[str], float], texts: list[str]) -> float:
    """Texts per second of processor time, which a busy machine disturbs least."""
    started = time.process_time()
    for text in texts:
        score(text)
    return len(texts) / (time.process_time() - started)
