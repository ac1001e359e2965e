"""Sentiment beside its peer: SnowNLP's own evaluator and ours, on the same made-up texts in the same run."""

import sys
import time
from collections.abc import Callable
from random import Random

from snownlp import SnowNLP

from bot import model_files
from tests.rules import sayings

TEXTS, PEER_TEXTS = 5_000, 400  # the peer is slow


def main() -> None:
    random, known = Random(3), sayings.words()
    texts = list({sayings.text(random, known) for _ in range(2 * TEXTS)})[:TEXTS]
    started = time.perf_counter()
    ours = model_files.load()
    loaded = time.perf_counter() - started
    SnowNLP("热身").sentiments  # noqa: B018 - its first call is not its usual one
    peer = rate(lambda text: SnowNLP(text).sentiments, texts[:PEER_TEXTS])
    mine = rate(ours.score, texts)
    sys.stdout.write(
        f"sentiment: ours {mine:,.0f} texts/s, SnowNLP {peer:,.0f} texts/s, {mine / peer:.1f} times as fast "
        f"(all different, {sum(map(len, texts)) / len(texts):.0f} characters each); loaded in {loaded:.2f} s\n"
    )


def rate(score: Callable[[str], float], texts: list[str]) -> float:
    """Texts per second of processor time, which a busy machine disturbs least."""
    started = time.process_time()
    for text in texts:
        score(text)
    return len(texts) / (time.process_time() - started)


if __name__ == "__main__":
    main()
