"""Days of made-up work for portraits: who answers how fast and solves how much is known, so it can be found again."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from rules.metrics.cells import Account, Label, account_of
from storage import figure_cells
from storage.db import Store, Tx

REASONS = ("物流", "退款退货", "商品咨询")


@dataclass(frozen=True, slots=True)
class Worker:
    first: float = 30.0  # seconds, usually
    solved: float = 0.85
    hard: float = 0.2  # share of cases with difficulty, in which everything goes worse
    worse_at: str = ""  # a contact reason in which they solve little


def day_of(r: random.Random, account: str, day: date, worker: Worker, n: int) -> Account:
    """A day's conversations, counted as the roll-up counts them."""
    told: dict[str, dict[str, float]] = {}
    labels: dict[str, Label] = {}
    for i in range(n):
        id_ = f"{account}-{day.isoformat()}-{i}"
        reason, hard = r.choice(REASONS), r.random() < worker.hard
        solved = worker.solved - (0.3 if hard else 0) - (0.4 if reason == worker.worse_at else 0)
        told[id_] = {
            "first_reply": worker.first * (2 if hard else 1) * r.lognormvariate(0, 0.8),
            "resolution": 600 * r.lognormvariate(0, 0.8),
            "solved": float(r.random() < solved),
            "csat": float(r.random() < 0.9),
            "transfer": float(r.random() < 0.05),
            "calm": float(r.random() < 0.95),
        }
        labels[id_] = Label(reason, "hard" if hard else "easy")
    return account_of(told, labels.__getitem__)


def seed(store: Store, workers: Mapping[str, Worker], last: date, days: int = 56, n: int = 12) -> None:
    made = _made(tuple(workers.items()), last, days, n)
    store.transact(lambda tx: _put(tx, made))


def _put(tx: Tx, made: list[tuple[date, dict[str, Account]]]) -> None:
    for day, accounts in made:
        figure_cells.put(tx, day, accounts)


@cache
def _made(
    workers: tuple[tuple[str, Worker], ...], last: date, days: int, n: int
) -> list[tuple[date, dict[str, Account]]]:
    r = random.Random(7)
    made = []
    for ago in range(days):
        day = last - timedelta(days=ago)
        made.append((day, {account: day_of(r, account, day, worker, n) for account, worker in workers}))
    return made
