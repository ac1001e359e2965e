"""Stores: whole transactions, steady readers, group commit, and what happens when something fails."""

import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from sqlalchemy import Connection, select
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage.db import CannotOpen, InUse, Store, Unavailable, insert_ignore, upsert
from storage.tables import CALL, SEEN
from tests import stores

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def remember(*names: str) -> Callable[[Connection], int]:
    def job(tx: Connection) -> int:
        tx.execute(SEEN.insert(), [{"hash": name.encode(), "at": NOW} for name in names])
        return len(names)

    return job


def remembered(store: Store) -> set[str]:
    with store.read() as tx:
        return {row.hash.decode() for row in tx.execute(select(SEEN))}


@contextmanager
def busy(store: Store) -> Iterator["list[Future[int]]"]:
    """Keeps the writer waiting, so that what is submitted meanwhile waits behind it and shares its transaction."""
    begun, go = threading.Event(), threading.Event()

    def hold(tx: Connection) -> int:
        begun.set()
        go.wait(10)
        return 0

    futures = [store.write(hold)]
    begun.wait(10)
    yield futures
    go.set()


@pytest.fixture
def file(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path}/starling.db"
    with Store.open(url) as store:
        store.transact(stores.create)
    return url


def test_what_a_job_wrote_is_there_for_readers(store: Store) -> None:
    assert store.transact(remember("a", "b")) == 2
    assert remembered(store) == {"a", "b"}


def test_a_failing_job_leaves_nothing_and_the_next_goes_on(store: Store) -> None:
    def half(tx: Connection) -> None:
        remember("half")(tx)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        store.transact(half)
    with pytest.raises(IntegrityError):
        store.transact(remember("twice", "twice"))
    store.transact(remember("whole"))
    assert remembered(store) == {"whole"}


def test_readers_cannot_write(store: Store) -> None:
    with store.read() as tx, pytest.raises(DBAPIError):
        remember("a")(tx)
    assert remembered(store) == set()


def test_a_reader_sees_one_moment_while_others_write(store: Store) -> None:
    with store.read() as tx:
        before = tx.execute(select(SEEN)).all()
        store.transact(remember("later"))
        assert tx.execute(select(SEEN)).all() == before == []
    assert remembered(store) == {"later"}


def test_closing_finishes_what_waits_and_refuses_more(file: str) -> None:
    store = Store.open(file)
    futures = [store.write(remember(f"n{n}")) for n in range(50)]
    store.close()
    store.close()
    assert [f.result(0) for f in futures] == [1] * 50
    with pytest.raises(RuntimeError):
        store.write(remember("late"))
    with Store.open(file, readonly=True) as reader:
        assert len(remembered(reader)) == 50


def test_a_cancelled_job_never_runs(file: str) -> None:
    with Store.open(file) as store:
        with busy(store) as futures:
            futures += [store.write(remember("a")), store.write(remember("b"))]
            assert futures[1].cancel()
        futures[2].result(10)
        assert remembered(store) == {"b"}


def test_waiting_jobs_share_a_transaction_and_resolve_only_after_its_commit(file: str) -> None:
    story: list[str] = []  # every statement SQLite runs, and what we do

    def listen(tx: Connection) -> None:
        raw = tx.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)
        raw.set_trace_callback(story.append)

    with Store.open(file) as store:
        store.transact(listen)
        with busy(store):
            futures = [store.write(lambda tx: story.append("job")) for _ in range(20)]
            for future in futures:
                future.add_done_callback(lambda _: story.append("resolved"))
    assert (story.count("job"), story.count("resolved")) == (20, 20)
    # A slow machine may use up the time of a transaction, and then it takes a second one.
    assert story.count("COMMIT") <= 4
    inside = [part.split("COMMIT")[0] for part in " ".join(story).split("BEGIN IMMEDIATE")[1:]]
    assert "job" in "".join(inside)
    assert "resolved" not in "".join(inside)


def test_an_urgent_job_comes_first_and_is_committed_without_the_others(file: str) -> None:
    story: list[str] = []
    with Store.open(file) as store:
        with busy(store):
            long = store.write(lambda tx: story.append("long"))
            urgent = store.write(lambda tx: story.append("urgent"), urgent=True)
            long.add_done_callback(lambda _: story.append("long is kept"))
            urgent.add_done_callback(lambda _: story.append("urgent is kept"))
        long.result(10)
    assert story == ["urgent", "urgent is kept", "long", "long is kept"]


def test_a_failing_job_rolls_back_nobody_else_in_its_transaction(file: str) -> None:
    def fail(tx: Connection) -> int:
        remember("bad")(tx)
        raise ZeroDivisionError

    with Store.open(file) as store:
        with busy(store) as futures:
            futures += [store.write(remember("a")), store.write(fail), store.write(remember("b"))]
        assert [futures[1].result(10), futures[3].result(10)] == [1, 1]
        assert isinstance(futures[2].exception(10), ZeroDivisionError)
        assert remembered(store) == {"a", "b"}


def test_when_the_database_drops_a_transaction_the_others_are_done_again(file: str) -> None:
    def lose(tx: Connection) -> int:
        tx.exec_driver_sql("ROLLBACK")  # as SQLite itself does when the disk is full
        return 0

    with Store.open(file) as store:
        with busy(store) as futures:
            futures += [store.write(remember("a")), store.write(lose), store.write(remember("b"))]
        assert isinstance(futures[2].exception(10), Unavailable | sqlite3.OperationalError)
        assert [futures[1].result(10), futures[3].result(10)] == [1, 1]
        assert remembered(store) == {"a", "b"}


def test_a_commit_that_fails_fails_only_its_cause(file: str) -> None:
    def orphan(tx: Connection) -> int:
        tx.exec_driver_sql("INSERT INTO child VALUES (1)")
        return 1

    with Store.open(file) as store:
        store.transact(lambda tx: tx.exec_driver_sql("CREATE TABLE parent (id INTEGER PRIMARY KEY)"))
        store.transact(
            lambda tx: tx.exec_driver_sql("CREATE TABLE child (p REFERENCES parent DEFERRABLE INITIALLY DEFERRED)")
        )
        with busy(store) as futures:
            futures += [store.write(remember("a")), store.write(orphan), store.write(remember("b"))]
        assert isinstance(futures[2].exception(10), sqlite3.IntegrityError)
        assert [futures[1].result(10), futures[3].result(10)] == [1, 1]
        assert remembered(store) == {"a", "b"}


def test_a_full_disk_is_an_error_for_the_job_and_over_when_there_is_space(file: str) -> None:
    with Store.open(file) as store:
        pages = store.transact(lambda tx: tx.exec_driver_sql("PRAGMA page_count").scalar())
        store.transact(lambda tx: tx.exec_driver_sql(f"PRAGMA max_page_count={pages}").scalar())
        with pytest.raises(Unavailable, match="full"):
            store.transact(remember(*(f"{n:0>400}" for n in range(500))))
        store.transact(lambda tx: tx.exec_driver_sql("PRAGMA max_page_count=100000").scalar())
        store.transact(remember("space"))
        assert remembered(store) == {"space"}


def test_a_locked_database_is_an_error_for_all_that_wait_and_passes(file: str) -> None:
    with Store.open(file) as store:
        store.transact(lambda tx: tx.exec_driver_sql("PRAGMA busy_timeout=20").close())
        with closing(sqlite3.connect(file.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            futures = [store.write(remember(f"n{n}")) for n in range(5)]
            assert all(isinstance(f.exception(10), Unavailable) for f in futures)
            other.execute("ROLLBACK")
        store.transact(remember("a"))
        assert remembered(store) == {"a"}


def test_only_one_program_serves_a_file(file: str) -> None:
    with Store.open(file, exclusive=True), pytest.raises(InUse, match="另一个八哥"):
        Store.open(file, exclusive=True)
    Store.open(file, exclusive=True).close()


@pytest.mark.parametrize("where", ["missing/starling.db", ".", "garbage.db"])
def test_an_address_without_a_database_is_told_clearly(tmp_path: Path, where: str) -> None:
    (tmp_path / "garbage.db").write_bytes(b"not a database, but long enough to look like one" * 99)
    with pytest.raises(CannotOpen, match="请"):
        Store.open(f"sqlite:///{tmp_path}/{where}")


@pytest.mark.parametrize("url", ["mysql://x/y", "postgresql://x/y", "nonsense", "sqlite:///no/such/file.db"])
def test_an_address_we_do_not_understand_is_told_clearly(url: str) -> None:
    with pytest.raises(CannotOpen):
        Store.open(url, readonly=True)


def test_a_file_is_durable_tidy_and_has_its_constraints_on(file: str) -> None:
    def pragmas(tx: Connection) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "secure_delete", "wal_autocheckpoint")
        return [tx.exec_driver_sql(f"PRAGMA {name}").scalar() for name in names]

    with Store.open(file) as store:
        assert store.transact(pragmas) == ["wal", 2, 1, 1, 0]


def test_the_log_is_folded_into_the_file_while_we_write_and_at_the_end(file: str) -> None:
    log = Path(file.removeprefix("sqlite:///") + "-wal")
    with Store.open(file) as store:
        for n in range(900):
            store.transact(remember(f"n{n}"))
        assert log.stat().st_size < 900 * 2 * 4096 / 3
    assert not log.exists()


def test_inserting_again_is_ignored_or_overwrites_as_told(store: Store) -> None:
    row = {"chat": "dingtalk", "month": "2026-11", "n": 1}

    def job(tx: Connection) -> list[int]:
        tx.execute(insert_ignore(tx, CALL), row)
        tx.execute(insert_ignore(tx, CALL), {**row, "n": 9})
        first = tx.scalar(select(CALL.c.n))
        tx.execute(upsert(tx, CALL, ["chat", "month"], ["n"]), {**row, "n": 5})
        second = tx.scalar(select(CALL.c.n))
        tx.execute(upsert(tx, CALL, ["chat", "month"], [], add=["n"]), {**row, "n": 2})
        return [first, second, tx.scalar(select(CALL.c.n))]  # type: ignore[list-item]

    assert store.transact(job) == [1, 5, 7]
