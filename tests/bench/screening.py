"""Screening beside its peer: all-different messages through every signal and check with the full packs, on one core."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from pathlib import Path
from random import Random

from snownlp import SnowNLP

from bot import engine
from bot.engine import Engine
from bot.running import heap
from bot.samples.generator import conversations
from rules import engine as matching
from rules import file
from rules.engine import KeywordSet, Pattern
from rules.model import Conversation, Message, Speaker
from rules.policy import Policy
from tests.bench.row import Row

TALKS = 700  # made-up conversations, about ten messages each
PEER_TEXTS = 300  # the peer is slow
TERMS, REGEXES = 10_000, 1_000
NOON = datetime.fromisoformat("2026-11-16T12:00:00+08:00")
GOAL, REPEATED_GOAL, MATCHING_GOAL, MEMORY_GOAL = 6_000, 10_000, 15.0, 200.0


def rows() -> Sequence[Row]:
    SnowNLP("热身").sentiments  # noqa: B018 - its first call is not its usual one
    natural = talks()
    different = all_different(natural)
    heap.freeze()  # as every command does that screens much
    texts = [m.text for talk in different for m in talk if m.speaker is Speaker.CUSTOMER]
    peer = _rate(lambda: [SnowNLP(text).sentiments for text in texts[:PEER_TEXTS]], PEER_TEXTS)
    mine = screened(engine.load(), different)
    often = screened(engine.load(), natural)
    matching_cost, memory = matched(texts), float(_in_child("memory"))
    return [
        Row("screening, messages per second of CPU (all different, every signal and check)", f"{mine:,.0f}",
            f"{peer:,.0f} (SnowNLP alone)", mine / peer, f"≥ {GOAL:,}", mine >= GOAL),
        Row(f"screening, with repeats ({repeats(natural):.0%} said before)", f"{often:,.0f}", "", None,
            f"≥ {REPEATED_GOAL:,}", often >= REPEATED_GOAL),
        Row(f"{TERMS:,} terms and {REGEXES:,} regexes, µs a message", f"{matching_cost:.1f}", "", None,
            f"≤ {MATCHING_GOAL:.0f}", matching_cost <= MATCHING_GOAL),
        Row("memory of the engine after all of that, MiB", f"{memory:.0f}", "", None,
            f"≤ {MEMORY_GOAL:.0f}", memory <= MEMORY_GOAL),
    ]  # fmt: skip


Talk = Sequence[Message]


def talks(seed: int = 1) -> list[Talk]:
    """Of many shops; messages are said again as in real chats: a good third of them were said before."""
    return [file.read_conversation(line).messages for line in islice(conversations(seed, TALKS, NOON), TALKS)]


def all_different(told: Sequence[Talk], seed: int = 1) -> list[Talk]:
    """The same chats; who would say what somebody has said already goes on with something else."""
    random, seen = Random(seed), set[str]()
    lines = {speaker: [m.text for talk in told for m in talk if m.speaker is speaker] for speaker in Speaker}

    def another(message: Message) -> Message:
        text = message.text
        while text in seen:
            text += "，" + random.choice(lines[message.speaker])[: random.randint(4, 12)]
        seen.add(text)
        return replace(message, text=text)

    return [[another(message) for message in talk] for talk in told]


def repeats(told: Sequence[Talk]) -> float:
    texts = [m.text for talk in told for m in talk]
    return 1 - len(set(texts)) / len(texts)


def screened(ready: Engine, told: Sequence[Talk]) -> float:
    """Messages per second of processor time: signals of each, then its conversation once through every check."""
    policy = Policy()

    def run() -> None:
        for n, talk in enumerate(told):
            said = tuple(ready.signals(m.text, m.speaker) for m in talk)
            ready.screen(Conversation(f"c{n}", tuple(talk), said), policy, talk[-1].at or NOON)

    return _rate(run, sum(map(len, told)))


def matched(texts: Sequence[str]) -> float:
    """Microseconds a message of a shop with very many rules of its own."""
    random, characters = Random(7), [chr(code) for code in range(0x4E00, 0x5200)]
    terms = tuple({"".join(random.choices(characters, k=random.randint(2, 5))) for _ in range(TERMS * 2)})
    regexes = tuple(Pattern(f"p{i}", f"{terms[i]}.{{0,{i % 20}}}{terms[-i - 1]}") for i in range(REGEXES))
    many = matching.Engine([KeywordSet(f"s{i}", terms[i:TERMS:100]) for i in range(100)], regexes)
    many.patterns(texts[0], frozenset())
    return 1e6 / _rate(lambda: [many.patterns(t, frozenset(p[0] for p in many.terms(t))) for t in texts], len(texts))


def _rate(run: Callable[[], object], n: int) -> float:
    """Per second of processor time, which a busy machine disturbs least."""
    started = time.process_time()
    run()
    return n / (time.process_time() - started)


def _in_child(what: str) -> str:
    done = subprocess.run([sys.executable, "-m", "tests.bench.screening", what], capture_output=True, check=True)
    return done.stdout.decode()


def memory() -> float:
    """MiB that loading the engine and screening adds to an interpreter with the same code."""
    told = all_different(talks())
    before = _resident()
    ready = engine.load()
    screened(ready, told)
    return _resident() - before


def _resident() -> float:
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


if __name__ == "__main__":
    sys.stdout.write(str(memory()))
