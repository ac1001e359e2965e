"""A throw-away database for a program of one thread: jobs happen where they are asked for, and nobody waits."""

from collections.abc import Callable
from concurrent.futures import Future
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, Engine

from storage import sqlite
from storage.db import Store
from storage.lean import Lean

# What is thrown away needs no log, no lock and no wiping.
PRAGMAS = """
PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; PRAGMA secure_delete=OFF; PRAGMA cache_size=-65536;
"""


class Alone:
    """In memory; readers see what the one writer sees."""

    def __init__(self) -> None:
        self._folder = sqlite.private_folder()
        engine = sqlite.engine(Path(self._folder.name, "starling.db"), readonly=False, durable=False)
        self._tx = Lean(engine)
        self._tx.begin()  # as far as SQLAlchemy knows; the real ones begin and end in the driver
        self._raw = cast(Any, self._tx.connection.driver_connection)
        self._raw.executescript(PRAGMAS)
        self.readers = cast(Engine, self)

    def connect(self) -> AbstractContextManager[Connection]:
        return nullcontext(self._tx)

    def submit(self, job: Callable[[Connection], Any], *, urgent: bool = False) -> "Future[Any]":
        done: Future[Any] = Future()
        self._raw.execute("BEGIN IMMEDIATE")
        try:
            result = job(self._tx)
        except BaseException as error:  # the future tells whoever asked
            self._raw.execute("ROLLBACK")
            done.set_exception(error)
            return done
        self._raw.execute("COMMIT")
        done.set_result(result)
        return done

    def close(self) -> None:
        self._tx.close()
        self._folder.cleanup()


def open_alone() -> Store:
    return Store("sqlite", Alone())
