"""A store in which every write is tried, looked at, and undone; so each cell of the matrix finds the same things."""

import re
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, event, func, literal, select, union_all

from storage.db import Store, Tx
from storage.tables import SQLModel

T = TypeVar("T")


class Undone(Exception):
    """Carries out what a job returned, while the job itself is undone."""


class Rehearsal(Store):
    """The same store, in which every write is tried and undone."""

    def __init__(self, store: Store):
        self._store = store
        self.dialect = store.dialect
        self.changed: set[str] = set()  # tables that would be, since somebody emptied this

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._store.read() as connection:
            yield connection

    def write(self, job: Callable[[Connection], T], *, urgent: bool = False) -> "Future[T]":
        done: Future[T] = Future()

        def undone(tx: Tx) -> None:
            with written(tx) as changed:
                told = job(tx)
            self.changed |= changed
            raise Undone(told)

        try:
            self._store.transact(undone)
        except Undone as told:
            done.set_result(told.args[0])
        except Exception as error:
            done.set_exception(error)
        return done


NOTES = {"audit", "heard", "post", "sandbox_post"}  # a refusal may be written down and answered
WRITES = re.compile(r"(?:INSERT(?: OR \w+)? INTO|UPDATE|DELETE FROM) (\w+)")


@contextmanager
def written(tx: Tx) -> Iterator[set[str]]:
    """The tables in which something is changed meanwhile, but for what is noted and answered."""
    found: set[str] = set()
    raw: Any = tx.connection.driver_connection
    last: list[tuple[str, int]] = []  # SQLite tells what a statement changed only when its rows were read

    def settle() -> None:
        for table, before in last:
            found.update({table} if raw.total_changes > before else ())
        last.clear()

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        settle()
        wrote = WRITES.match(statement)
        if wrote and wrote[1] not in NOTES:
            last.append((wrote[1], raw.total_changes))

    event.listen(tx, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(tx, "before_cursor_execute", note)
        settle()


COUNTED = union_all(
    *(
        select(literal(name).label("name"), select(func.count()).select_from(table).scalar_subquery().label("n"))
        for name, table in SQLModel.metadata.tables.items()
    )
)


def counts(tx: Tx) -> Mapping[str, int]:
    return {row.name: row.n for row in tx.execute(COUNTED)}
