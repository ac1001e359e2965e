"""Stores on PostgreSQL: what the server undid is done again, and a server that crashed is found again."""

from pathlib import Path

import pytest
from sqlalchemy import Connection, text

from storage.db import CannotOpen, Store, Unavailable
from tests.postgres import Server, folder
from tests.storage.test_db import remember, remembered


@pytest.mark.parametrize(
    "trouble",
    ["SELECT pg_terminate_backend(pg_backend_pid())", "DO $$ BEGIN RAISE SQLSTATE '40001'; END $$"],
    ids=["lost connection", "serialization failure"],
)
def test_postgresql_jobs_run_once_more_when_the_server_undid_them(postgres_url: str, trouble: str) -> None:
    runs = 0

    def job(tx: Connection) -> None:
        nonlocal runs
        runs += 1
        remember("a")(tx)
        if runs == 1:
            tx.execute(text(trouble))

    with Store.open(postgres_url) as store:
        store.transact(job)
        assert (runs, remembered(store)) == (2, {"a"})


def test_postgresql_jobs_that_keep_failing_say_so(postgres_url: str) -> None:
    with Store.open(postgres_url) as store:
        with pytest.raises(Unavailable):
            store.transact(lambda tx: tx.execute(text("SELECT pg_terminate_backend(pg_backend_pid())")))
        store.transact(remember("a"))
        assert remembered(store) == {"a"}


def test_a_postgresql_that_is_not_there_is_told_clearly(tmp_path: Path) -> None:
    with pytest.raises(CannotOpen, match="PostgreSQL"):
        Store.open(f"postgresql+psycopg://nobody@/none?host={tmp_path}")


@pytest.mark.slow
def test_a_postgresql_that_crashes_is_used_again_when_it_is_back(postgres: Server) -> None:
    own = Server(postgres.programs, Path(folder()))
    own.start()
    try:
        with Store.open(own.url(own.with_tables())) as store:
            store.transact(remember("before"))
            assert remembered(store) == {"before"}
            own.restart()
            store.transact(remember("after"))
            own.restart()
            assert remembered(store) == {"before", "after"}
    finally:
        own.stop()
