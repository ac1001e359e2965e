"""The past once more: a large database of made-up conversations under a changed pack and policy, on one core.

`BACKTEST_MESSAGES=1000000 python -m tests.bench backtest` measures the full size; `BACKTEST_DATABASE` keeps the file.
"""

import os
import resource
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import islice
from pathlib import Path
from typing import Any

from bot import engine
from bot.engine import Engine
from bot.samples.generator import conversations
from handlers.reviewing.rerun import rerun
from rules import file, packs
from rules.difference import Difference
from rules.model import Conversation
from rules.policy import Policy
from storage import migrations
from storage.db import Store, Tx
from storage.tables import CONVERSATION, HAPPENING, MESSAGE
from tests.bench.row import Row

MESSAGES = int(os.environ.get("BACKTEST_MESSAGES", "20000"))
GOAL_MESSAGES, GOAL_SECONDS = 1_000_000, 120
START = datetime.fromisoformat("2026-10-20T09:00:00+08:00")
CHUNK = 500  # conversations in one transaction
RULE = """
[keywords.bench_slow_parcel]
terms = "快递 物流 发货 几天"
[[rule]]
id = "bench_parcel"
version = 1
title = "催快递"
kind = "risk"
severity = "orange"
says = "客户在催快递"
when = {any = ["bench_slow_parcel"], dissatisfied = {from = 0.4}}
examples = {yes = ["快递怎么还没到"], no = ["好的"]}
"""


def rows() -> Sequence[Row]:
    with _database() as url, Store.open(url, readonly=True) as store:
        return [_row(name, *_measure(store, name)) for name in CHANGES]


def changed_pack(old: Engine) -> tuple[Engine, Policy]:
    """A new rule, more terms in a set that others use, and a rule taken away."""
    texts = engine.texts(engine.PACKS)
    texts["escalation.toml"] = texts["escalation.toml"].replace('"12315"', '"12315", "消协热线"', 1)
    return old.with_packs(packs.parse(texts | {"bench.toml": RULE})), Policy()


def changed_policy(old: Engine) -> tuple[Engine, Policy]:
    return old, replace(Policy(), first_reply_seconds=120, repeat_times=2)


def both(old: Engine) -> tuple[Engine, Policy]:
    return changed_pack(old)[0], changed_policy(old)[1]


CHANGES = {"other pack": changed_pack, "other policy": changed_policy, "both": both}


def _measure(store: Store, name: str) -> tuple[Difference, float]:
    old = engine.load()
    new, policy = CHANGES[name](old)
    began = time.process_time()
    found = rerun(store, (old, new), (Policy(), policy), START - timedelta(days=1), START + timedelta(days=3650))
    return found, time.process_time() - began


def _row(name: str, found: Difference, seconds: float) -> Row:
    rate = found.messages / seconds
    whole = GOAL_MESSAGES / rate
    counts = "  ".join(f"{fate.value} {pile.n:,}" for fate, pile in found.piles.items() if pile.n)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told = f"backtest, {name}: {found.messages:,} messages, messages per second of CPU ({counts}; peak {peak:,.0f} MiB)"
    return Row(told, f"{rate:,.0f}", goal=f"1 M in {whole:,.0f} s, at most {GOAL_SECONDS}", met=whole <= GOAL_SECONDS)


@contextmanager
def _database() -> Iterator[str]:
    kept = os.environ.get("BACKTEST_DATABASE")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(kept or Path(folder, "backtest.db"))
        url = f"sqlite:///{path}"
        if not path.exists():
            with Store.open(url) as store:
                migrations.upgrade(store)
                fill(store, engine.load(), MESSAGES)
        yield url


def fill(store: Store, ready: Engine, messages: int, start: datetime = START) -> None:
    """All different conversations, one after the other from `start` on."""
    told = (file.read_conversation(line) for line in conversations(7, messages, start))
    while messages > 0 and (chunk := list(islice(told, CHUNK))):
        messages -= sum(len(c.messages) for c in chunk)
        store.transact(lambda tx, chunk=chunk: put(tx, ready, chunk))  # type: ignore[misc]


def put(tx: Tx, ready: Engine, chunk: Sequence[Conversation]) -> None:
    tx.execute(CONVERSATION.insert(), [_conversation(c) for c in chunk])
    tx.execute(MESSAGE.insert(), [
        {"conversation": f"shop:{c.id}", "id": m.id, "speaker": m.speaker.value, "text": m.text,
         "at": m.at or START, "agent": m.agent or "", "signals": ready.stored(m.text, m.speaker)}
        for c in chunk for m in c.messages
    ])  # fmt: skip
    happened = [("assigned", c, a.agent or "", a.at) for c in chunk for a in c.assignments]
    happened += [("status", c, s.status, s.at) for c in chunk for s in c.statuses]
    if happened:
        tx.execute(HAPPENING.insert(), [
            {"conversation": f"shop:{c.id}", "kind": kind, "value": value, "at": at or START}
            for kind, c, value, at in happened
        ])  # fmt: skip


def _conversation(c: Conversation) -> dict[str, Any]:
    rating = c.rating
    times = [m.at for m in c.messages if m.at] or [START]
    return {"id": f"shop:{c.id}", "link": c.id, "source": "shop", "external_id": c.id, "channel": c.channel,
            "shop": c.shop, "team": c.team, "customer_id": c.customer_id, "customer_name": c.customer_name,
            "status": c.status, "agent": c.agent or "", "rating_score": rating.score if rating else None,
            "rating_comment": rating.comment if rating else "", "rated_at": rating.at if rating else None,
            "first_at": times[0], "last_at": times[-1], "screened_at": times[-1]}  # fmt: skip
