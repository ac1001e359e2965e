"""Stores: transactions, readers, group commit, and what happens when something fails."""

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import Connection, select

from storage.db import Store
from storage.tables import SEEN

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def remember(*names: str) -> Callable[[Connection], int]:
    def job(tx: Connection) -> int:
        tx.execute(SEEN.insert(), [{"hash": name.encode(), "at": NOW} for name in names])
        return len(names)

    return job


def remembered(store: Store) -> set[str]:
    with store.read() as tx:
        return {row.hash.decode() for row in tx.execute(select(SEEN))}


def test_what_a_job_wrote_is_there_for_readers(store: Store) -> None:
    assert store.transact(remember("a", "b")) == 2
    assert remembered(store) == {"a", "b"}
