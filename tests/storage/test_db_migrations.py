"""The schema: what alembic builds is what the tables say, on both engines, and never goes back."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, inspect, text

from storage import migrations
from storage.db import NewerSchema, Store
from storage.tables import SQLModel
from tests.conftest import ENGINES


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path}/starling.db"
    url: str = request.getfixturevalue("empty_postgres_url")
    return url


def differences(tx: Connection) -> list[object]:
    context = MigrationContext.configure(tx, opts={"compare_type": True, "compare_server_default": True})
    return list(compare_metadata(context, SQLModel.metadata))


def test_an_upgraded_database_equals_the_tables(empty_url: str) -> None:
    with Store.open(empty_url) as store:
        assert store.transact(differences)
        migrations.upgrade(store)
        assert store.transact(differences) == []


def test_an_upgrade_tells_what_was_missing_and_is_needed_once(empty_url: str) -> None:
    assert migrations.current(empty_url) is None
    missing = migrations.pending(empty_url)
    assert missing[0] == "0001"
    assert migrations.upgrade(empty_url) == missing
    assert migrations.current(empty_url) == missing[-1]
    assert migrations.pending(empty_url) == migrations.upgrade(empty_url) == ()


def test_an_older_program_refuses_a_newer_database(empty_url: str) -> None:
    with Store.open(empty_url) as store:
        migrations.upgrade(store)
        store.transact(lambda tx: tx.execute(text("UPDATE alembic_version SET version_num = '9999'")))
        for ask in (migrations.upgrade, migrations.pending):
            with pytest.raises(NewerSchema, match="9999"):
                ask(store)


def test_an_upgrade_that_fails_leaves_nothing_behind(empty_url: str) -> None:
    def upgrade_then_fail(tx: Connection) -> None:
        migrations.upgrade_on(tx)
        raise ZeroDivisionError

    with Store.open(empty_url) as store:
        with pytest.raises(ZeroDivisionError):
            store.transact(upgrade_then_fail)
        assert store.transact(lambda tx: inspect(tx).get_table_names()) == []


def test_two_programs_that_start_together_upgrade_once(empty_postgres_url: str) -> None:
    with ThreadPoolExecutor(2) as threads:
        first, second = threads.map(migrations.upgrade, [empty_postgres_url] * 2)
    assert {len(first), len(second)} == {0, len(first or second)}
