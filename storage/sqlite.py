"""SQLite: any number of read-only readers, and one thread that does every write and every checkpoint."""

import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool, QueuePool

from storage.errors import CannotOpen, InUse
from storage.writer import Writer

STATEMENTS = 1000  # kept prepared; of the driver's 128 the one wanted next has often just gone
MEMORY = ("", ":memory:")
PRAGMAS = "PRAGMA foreign_keys=ON; PRAGMA busy_timeout=5000; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;"


def engine(path: Path, *, readonly: bool, durable: bool = True) -> Engine:
    """Connections to the file; transactions begin when we say so, not when the driver guesses."""
    address = f"file:{quote(str(path))}?mode={'ro' if readonly else 'rwc'}"

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(
            address, uri=True, isolation_level=None, check_same_thread=False, cached_statements=STATEMENTS
        )
        connection.executescript(PRAGMAS)
        if not readonly:
            connection.executescript(f"PRAGMA journal_mode=WAL; PRAGMA synchronous={'FULL' if durable else 'OFF'};")
        connection.execute("PRAGMA wal_autocheckpoint=0")
        return connection

    pool = {"poolclass": QueuePool, "pool_size": 8, "max_overflow": 24} if readonly else {"poolclass": NullPool}
    made = create_engine("sqlite://", creator=connect, **pool)
    if readonly:  # the writer says itself when its transactions begin
        event.listen(made, "begin", lambda connection: connection.exec_driver_sql("BEGIN"))
    return made


def lock(path: Path) -> IO[str]:
    """Hold the file for this process alone; death gives it back."""
    try:
        handle = open(f"{path}-lock", "a+", encoding="utf-8")  # noqa: SIM115 - held as long as the store
    except OSError as error:
        raise CannotOpen(f"数据库所在的文件夹不可写：{error}。") from error
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        handle.seek(0)
        holder = handle.read().strip()
        handle.close()
        raise InUse(
            f"数据库 {path} 正被另一个八哥使用（进程 {holder or '未知'}）。"
            "一个 SQLite 文件只能由一个八哥服务；要开多个，请改用 PostgreSQL。"
        ) from None
    handle.truncate(0)
    handle.write(str(os.getpid()))
    handle.flush()
    return handle


def _writer(path: Path, durable: bool) -> Writer:
    try:
        return Writer(engine(path, readonly=False, durable=durable).connect())
    except (DBAPIError, sqlite3.Error) as error:
        why = getattr(error, "orig", error)
        raise CannotOpen(f"数据库 {path} 打不开：{why}。请检查路径、权限和磁盘，或从备份恢复。") from error


def private_folder() -> "tempfile.TemporaryDirectory[str]":
    """In memory where the system offers it, so that a throw-away database behaves exactly like a file."""
    place = "/dev/shm" if os.access("/dev/shm", os.W_OK) else None  # noqa: S108
    return tempfile.TemporaryDirectory(prefix="starling-", dir=place, ignore_cleanup_errors=True)


class Sqlite:
    """One file, or, for no name, one private file in memory that goes away on closing."""

    dialect = "sqlite"

    def __init__(self, name: str, *, exclusive: bool = False, readonly: bool = False):
        self._folder = private_folder() if name in MEMORY else None
        path = Path(self._folder.name, "starling.db") if self._folder else Path(name).absolute()
        if not path.parent.is_dir():
            raise CannotOpen(f"文件夹 {path.parent} 不存在，请先创建它。")
        if readonly and not path.exists():
            raise CannotOpen(f"还没有数据库 {path}。")
        self._lock = lock(path) if exclusive else None
        self._writer = None if readonly else _writer(path, durable=self._folder is None)
        self.readers = engine(path, readonly=True)

    def submit(self, job: Callable[[Connection], Any], *, urgent: bool = False) -> "Future[Any]":
        if self._writer is None:
            raise RuntimeError("this store was opened for reading only")
        return self._writer.submit(job, urgent=urgent)

    def close(self) -> None:
        self.readers.dispose()
        if self._writer is not None:
            self._writer.close()
        if self._lock is not None:
            self._lock.close()
        if self._folder is not None:
            self._folder.cleanup()
