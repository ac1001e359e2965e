"""The database: readers see a snapshot, writes are jobs that happen as a whole or not at all."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from types import TracebackType
from typing import Protocol, Self, TypeVar

from sqlalchemy import Connection, Engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import CannotOpen, InUse, NewerSchema, Unavailable
from storage.postgres import Postgres
from storage.sqlite import Sqlite
from storage.statements import for_update_skip_locked, insert_ignore, upsert

__all__ = ["CannotOpen", "InUse", "NewerSchema", "Store", "Unavailable"]
__all__ += ["Tx", "for_update_skip_locked", "insert_ignore", "upsert"]

T = TypeVar("T")
ADDRESS = "数据库地址要以 sqlite:/// 或 postgresql+psycopg:// 开头，请检查 [database] url。"
Tx = Connection  # what is done inside one transaction; handlers pass it on and never look inside


class Engines(Protocol):
    """What each kind of database does in its own way."""

    readers: Engine

    def submit(self, job: Callable[[Connection], T], *, urgent: bool = False) -> "Future[T]": ...

    def close(self) -> None: ...


class Store:
    """`Store.open(url)`: sqlite:///file, sqlite:// (throw-away, in memory) or postgresql+psycopg://…"""

    def __init__(self, dialect: str, engines: Engines):
        self.dialect = dialect  # "sqlite" | "postgresql"
        self._engines = engines

    @classmethod
    def open(cls, url: str, *, exclusive: bool = False, readonly: bool = False) -> Self:
        """`exclusive`: nobody else may serve this SQLite file. Raises CannotOpen or InUse, for people."""
        try:
            address = make_url(url)
        except ArgumentError:
            raise CannotOpen(ADDRESS) from None
        if address.get_backend_name() == "sqlite":
            return cls("sqlite", Sqlite(address.database or "", exclusive=exclusive, readonly=readonly))
        if address.drivername == "postgresql+psycopg":
            return cls("postgresql", Postgres(url, readonly=readonly))
        raise CannotOpen(ADDRESS)

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only connection that sees the database as it was at its first question."""
        with self._engines.readers.connect() as connection:
            yield connection

    def write(self, job: Callable[[Connection], T], *, urgent: bool = False) -> "Future[T]":
        """Run the job in a transaction; the future resolves after COMMIT, or with the error that undid the job.

        The job may run twice (the first time undone), so it must touch nothing but its connection, and never wait
        for another write. An `urgent` one is short, comes first, and is committed without others.
        """
        return self._engines.submit(job, urgent=urgent)

    def transact(self, job: Callable[[Connection], T]) -> T:
        return self.write(job).result()

    def close(self) -> None:
        """Finish what waits."""
        self._engines.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self.close()
