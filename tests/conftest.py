"""What every test may ask for: a store on each engine, a database of PostgreSQL, a browser."""

import gc
import os
import shutil
from collections.abc import Iterator
from typing import NoReturn

import pytest
import structlog

from storage.db import Store
from tests import order, stores
from tests import postgres as server

ENGINES = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]


def pytest_sessionstart() -> None:
    """What is imported and collected stays for good: looking through it for garbage takes seconds and finds none."""
    gc.disable()


def pytest_collection_finish() -> None:
    gc.freeze()
    gc.enable()


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    if (workers := int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))) > 1:
        items[:] = order.dealt(items, workers)


@pytest.fixture(autouse=True)
def plain_tracebacks() -> None:
    """Those that structlog draws by default, with every local variable, take half a second each."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[*structlog.get_config()["processors"][:-1], plain])


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
def kept_sqlite() -> Iterator[stores.Kept]:
    with stores.kept("sqlite://") as kept:
        yield kept


@pytest.fixture(scope="session")
def kept_postgres(postgres: server.Server) -> Iterator[stores.Kept]:
    name = postgres.create(template=postgres.with_tables())
    with stores.kept(postgres.url(name)) as kept:
        yield kept
    postgres.drop(name)


@pytest.fixture
def sqlite_store(kept_sqlite: stores.Kept) -> Store:
    """An empty store with every table: a real file that lies in memory."""
    return kept_sqlite.emptied()


@pytest.fixture(params=ENGINES)
def store(request: pytest.FixtureRequest) -> Store:
    """An empty store with every table, on each engine."""
    kept: stores.Kept = request.getfixturevalue("kept_postgres" if request.param == "postgresql" else "kept_sqlite")
    return kept.emptied()


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
