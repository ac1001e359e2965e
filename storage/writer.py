"""SQLite's one writing thread: what waits shares a transaction, and so one fsync."""

import sqlite3
import threading
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from contextlib import suppress
from queue import Empty, SimpleQueue
from time import monotonic
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from storage import chain
from storage.errors import Unavailable

GROUP_JOBS = 256  # so many jobs, or so many seconds, share one transaction at most
GROUP_SECONDS = 0.02
CHECKPOINT_GROUPS = 200
IDLE_SECONDS = 0.5
# Busy, locked, read-only, I/O error, full, cannot open: the data are sound, the moment is not.
PASSING = {5, 6, 8, 10, 13, 14}


class _Waiting:
    __slots__ = ("future", "job", "result", "urgent")

    def __init__(self, job: Callable[[Connection], Any], urgent: bool):
        self.job = job
        self.urgent = urgent
        self.future: Future[Any] = Future()
        self.result: Any = None


class Writer:
    """Runs jobs in order, each all or nothing; a future resolves only after COMMIT.

    Urgent ones come first, and nothing else makes their transaction longer: somebody waits for it.
    A job may run a second time when the transaction around it was lost, so it must touch nothing but its connection.
    """

    def __init__(self, connection: Connection):
        self._tx = connection
        raw = connection.connection.driver_connection
        assert isinstance(raw, sqlite3.Connection)  # noqa: S101 - for the type checker
        self._raw = raw
        # SQLAlchemy is told of one endless transaction; the real ones begin and end in the driver, far more cheaply.
        connection.begin()
        self._urgent: deque[_Waiting] = deque()
        self._others: deque[_Waiting] = deque()
        self._tickets: SimpleQueue[bool] = SimpleQueue()  # one True for each job, and a last False
        self._gate = threading.Lock()
        self._closed = False
        self._groups = 0  # since the last checkpoint
        self._thread = threading.Thread(target=self._run, name="sqlite-writer", daemon=True)
        self._thread.start()

    def submit(self, job: Callable[[Connection], Any], *, urgent: bool = False) -> "Future[Any]":
        waiting = _Waiting(job, urgent)
        with self._gate:
            if self._closed:
                raise RuntimeError("the store is closed")
            (self._urgent if urgent else self._others).append(waiting)
            self._tickets.put(True)
        return waiting.future

    def close(self) -> None:
        """Finish what waits, then fold the log into the file."""
        with self._gate:
            if not self._closed:
                self._tickets.put(False)
            self._closed = True
        self._thread.join()

    def _run(self) -> None:
        while (first := self._next()) is not None:
            self._group(first)
            self._groups += 1
            if self._groups >= CHECKPOINT_GROUPS:
                self._checkpoint("PASSIVE")
        self._checkpoint("TRUNCATE")
        self._tx.close()

    def _next(self) -> _Waiting | None:
        while True:
            try:
                ticket = self._tickets.get(timeout=IDLE_SECONDS if self._groups else None)
            except Empty:
                self._checkpoint("PASSIVE")
                continue
            return self._first() if ticket else None

    def _first(self) -> _Waiting:
        """Whoever has a ticket has a job."""
        return self._urgent.popleft() if self._urgent else self._others.popleft()

    def _group(self, first: _Waiting) -> None:
        kept: list[_Waiting] = []
        try:
            self._raw.execute("BEGIN IMMEDIATE")
        except BaseException as error:
            self._fail_all(first, error)
            return
        try:
            self._fill(first, kept)
            self._commit()
        except BaseException:
            self._raw.rollback()
            for waiting in kept:
                self._alone(waiting)
            return
        for waiting in kept:
            waiting.future.set_result(waiting.result)

    def _fill(self, first: _Waiting, kept: list[_Waiting]) -> None:
        """Run the first job and whatever waits behind it, each undone by itself when it fails."""
        until = monotonic() + GROUP_SECONDS
        waiting: _Waiting | None = first
        while waiting is not None:
            if waiting.future.set_running_or_notify_cancel() and self._try(waiting, alone=not kept):
                kept.append(waiting)
            full = len(kept) >= GROUP_JOBS or monotonic() > until or not self._raw.in_transaction
            complete = waiting.urgent and not self._urgent
            waiting = None if full or complete else self._more()

    def _try(self, waiting: _Waiting, *, alone: bool) -> bool:
        """Alone in its transaction, as most are, a job needs no savepoint to be undone."""
        try:
            if not alone:
                self._raw.execute("SAVEPOINT job")
            waiting.result = waiting.job(self._tx)
            if not alone:
                self._raw.execute("RELEASE job")
        except BaseException as error:  # whatever it was, the thread must live and the future must know
            try:
                self._undo(alone)
            finally:
                waiting.future.set_exception(_plain(error))
            return False
        return True

    def _undo(self, alone: bool) -> None:
        if not self._raw.in_transaction:
            return
        if alone:
            self._raw.execute("ROLLBACK")
            self._raw.execute("BEGIN IMMEDIATE")
        else:
            self._raw.execute("ROLLBACK TO job")
            self._raw.execute("RELEASE job")

    def _alone(self, waiting: _Waiting) -> None:
        """Once more, in a transaction of its own, because the one it shared was lost."""
        try:
            self._raw.execute("BEGIN IMMEDIATE")
            waiting.result = waiting.job(self._tx)
            self._commit()
        except BaseException as error:
            self._raw.rollback()
            waiting.future.set_exception(_plain(error))
            return
        waiting.future.set_result(waiting.result)

    def _commit(self) -> None:
        if not self._raw.in_transaction:  # a full disk rolls back by itself, and there is nothing left to commit
            raise Unavailable("数据库丢弃了这次写入（磁盘已满？）。")
        chain.seal(self._tx)
        self._raw.execute("COMMIT")

    def _more(self) -> _Waiting | None:
        try:
            ticket = self._tickets.get_nowait()
        except Empty:
            return None
        if not ticket:
            self._tickets.put(False)  # we are closing: leave the sign for the outer loop
            return None
        return self._first()

    def _fail_all(self, first: _Waiting, error: BaseException) -> None:
        """The database does not let us begin: tell everybody now instead of letting each wait in turn."""
        waiting: _Waiting | None = first
        while waiting is not None:
            if waiting.future.set_running_or_notify_cancel():
                waiting.future.set_exception(_plain(error))
            waiting = self._more()

    def _checkpoint(self, mode: str) -> None:
        with suppress(sqlite3.Error):  # another time, then; the log is as durable as the file
            self._raw.execute(f"PRAGMA wal_checkpoint({mode})").fetchall()
        self._groups = 0


def _plain(error: BaseException) -> BaseException:
    """The error for the future: Unavailable where trying later may help."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    code = getattr(cause, "sqlite_errorcode", 1) & 0xFF
    if not isinstance(cause, sqlite3.Error) or code not in PASSING:
        return error
    unavailable = Unavailable(f"数据库暂时不能写入：{cause}。")
    unavailable.__cause__ = error
    return unavailable
