"""What several add to at the same time is all there afterwards."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from storage import cursors
from storage.db import Store, Tx

NOW = datetime(2026, 11, 16, tzinfo=UTC)


def test_what_is_held_nobody_else_changes_meanwhile(store: Store) -> None:
    def add(n: int) -> None:
        def job(tx: Tx) -> None:
            known = cursors.hold(tx, "days", NOW)
            cursors.put(tx, "days", f"{known} {n}", NOW + timedelta(seconds=n))

        store.transact(job)

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(add, range(40)))
    with store.read() as tx:
        assert sorted(map(int, cursors.get(tx, "days").split())) == list(range(40))
