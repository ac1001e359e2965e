"""Reading has a limit in time; a change has none, and nothing of the limit is left behind."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from time import monotonic, sleep

import pytest
from sqlalchemy import Connection, func, select, text

from storage.db import Store
from storage.deadline import within
from storage.errors import TooSlow
from storage.tables import SEEN

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


def add(tx: Connection, name: str) -> None:
    tx.execute(SEEN.insert().values(hash=name.encode(), at=NOW))


def seen(store: Store) -> int:
    with store.read() as tx:
        return tx.execute(select(func.count()).select_from(SEEN)).scalar_one()


@contextmanager
def quickly() -> Iterator[None]:
    began = monotonic()
    yield
    assert monotonic() - began < 10


def test_a_question_without_end_is_given_up(store: Store) -> None:
    with quickly(), store.read() as tx, pytest.raises(TooSlow), within(tx, 0.1):
        tx.execute(ENDLESS)
    assert seen(store) == 0


def test_what_takes_its_time_between_questions_is_given_up_at_the_next(store: Store) -> None:
    def slow(tx: Connection) -> None:
        with within(tx, 0.01):
            tx.execute(select(SEEN))
            sleep(0.02)
            tx.execute(select(SEEN))

    with store.read() as tx, pytest.raises(TooSlow):
        slow(tx)


def test_others_write_while_somebody_reads_without_end(store: Store) -> None:
    def slow(tx: Connection) -> None:
        with within(tx, 0.5):
            tx.execute(select(SEEN))
            with quickly():
                store.transact(lambda other: add(other, "meanwhile"))
            tx.execute(ENDLESS)

    with store.read() as tx, pytest.raises(TooSlow):
        slow(tx)
    assert seen(store) == 1


def test_a_job_that_only_read_until_then_is_undone_and_others_go_on(store: Store) -> None:
    def slow(tx: Connection) -> None:
        add(tx, "before")
        with within(tx, 0.1):
            tx.execute(ENDLESS)

    waiting = [store.write(slow), store.write(lambda tx: add(tx, "other"))]
    with pytest.raises(TooSlow):
        waiting[0].result(10)
    waiting[1].result(10)
    assert seen(store) == 1


def test_a_change_is_made_to_its_end(store: Store) -> None:
    def change(tx: Connection) -> None:
        with within(tx, 0.1):
            add(tx, "first")
            sleep(0.15)
            add(tx, "second")
            assert tx.execute(select(func.count()).select_from(SEEN)).scalar_one() == 2

    store.transact(change)
    assert seen(store) == 2


def test_who_is_quick_leaves_no_limit_behind(store: Store) -> None:
    def quick(tx: Connection) -> None:
        with within(tx, 0.05):
            tx.execute(select(SEEN))
        sleep(0.1)
        if tx.dialect.name == "postgresql":
            assert tx.exec_driver_sql("SHOW statement_timeout").scalar_one() == "0"
        add(tx, "later")

    store.transact(quick)
    assert seen(store) == 1


def test_other_errors_stay_what_they_are(store: Store) -> None:
    with store.read() as tx, pytest.raises(Exception, match="nothing_of_that_name"), within(tx, 10):
        tx.exec_driver_sql("SELECT * FROM nothing_of_that_name")
