"""What every test may ask for: a store on each engine, a database of PostgreSQL, a browser."""

import os
import shutil
from collections.abc import Iterator
from typing import NoReturn

import pytest

from storage.db import Store
from storage.tables import SQLModel
from tests import postgres as server

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[server.Server]:
    """A running server, shared by the workers of this run."""
    programs = server.installed()
    if programs is None:
        _missing("PostgreSQL 未安装", "STARLING_REQUIRE_POSTGRES")
    base = tmp_path_factory.getbasetemp()
    with server.shared(programs, base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) as running:
        yield running


@pytest.fixture
def postgres_url(postgres: server.Server) -> Iterator[str]:
    """A fresh database with every table."""
    name = postgres.create(template=postgres.with_tables())
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def empty_postgres_url(postgres: server.Server) -> Iterator[str]:
    """A fresh database with nothing in it."""
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(scope="session")
def worker_postgres_url(postgres: server.Server) -> Iterator[str]:
    """This worker's own database: emptied for each test, which is ten times faster than a new one."""
    name = postgres.create(template=postgres.with_tables())
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest) -> Iterator[Store]:
    """An empty store with every table, on each engine; SQLite's is a real file that lies in memory."""
    on_postgres = request.param == "postgresql"
    with Store.open(request.getfixturevalue("worker_postgres_url") if on_postgres else "sqlite://") as opened:
        opened.transact(server.empty if on_postgres else SQLModel.metadata.create_all)
        yield opened


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of a browser."""
    found = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if found is None:
        _missing("Chromium 未安装", "STARLING_REQUIRE_BROWSER")
    return found


def _missing(reason: str, required_by: str) -> NoReturn:
    if os.environ.get(required_by) == "1":
        pytest.fail(f"{reason}（{required_by}=1）")
    pytest.skip(reason)
