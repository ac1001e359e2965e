"""A limit in time for what somebody waits for: reading is given up after it, a change never."""

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError

from storage.errors import TooSlow

STEPS = 20_000  # of SQLite's own, between two looks at the clock: a fraction of a millisecond
CHANGES = ("INSERT", "UPDATE", "DELETE")
CANCELLED = "57014"  # how PostgreSQL calls it


@contextmanager
def within(tx: Connection, seconds: float) -> Iterator[None]:
    """Raise TooSlow where reading takes longer, in the midst of a question or before the next one.

    With the first thing that is changed the limit is lifted, so that a change is made to its end. Who is told
    TooSlow leaves the transaction.
    """
    limit = _Limit(tx, monotonic() + seconds)
    event.listen(tx, "before_cursor_execute", limit.look)
    try:
        yield
        limit.lift()
    except DBAPIError as error:
        if limit.cut(error):
            raise TooSlow from error
        raise
    finally:
        event.remove(tx, "before_cursor_execute", limit.look)
        limit.rest()


class _Limit:
    def __init__(self, tx: Connection, until: float):
        self._until = until
        self._raw = _driver(tx)
        self._sqlite = isinstance(self._raw, sqlite3.Connection)
        self._lifted = self._told = False
        if self._sqlite:
            self._raw.set_progress_handler(self._over, STEPS)

    def look(self, _tx: Any, _cursor: Any, statement: str, *_: Any) -> None:
        """Before each statement."""
        if self._lifted:
            return
        if statement.startswith(CHANGES):
            self.lift()
            return
        left = self._until - monotonic()
        if left <= 0:
            raise TooSlow
        if not self._sqlite:
            self._raw.execute(f"SET LOCAL statement_timeout = {max(1, round(left * 1000))}")
            self._told = True

    def lift(self) -> None:
        self._lifted = True
        self.rest()
        if self._told:
            self._raw.execute("SET LOCAL statement_timeout TO DEFAULT")
            self._told = False

    def rest(self) -> None:
        if self._sqlite:
            self._raw.set_progress_handler(None, 0)

    def cut(self, error: DBAPIError) -> bool:
        """Whether it was we who ended the question."""
        if self._sqlite:
            return getattr(error.orig, "sqlite_errorcode", 0) == sqlite3.SQLITE_INTERRUPT
        return getattr(error.orig, "sqlstate", "") == CANCELLED

    def _over(self) -> bool:
        return monotonic() > self._until


def _driver(tx: Connection) -> Any:
    return tx.connection.driver_connection
