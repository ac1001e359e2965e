"""PostgreSQL: a pool of connections, a few writing threads, and one more try where the server asks for it."""

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import DBAPIError, OperationalError

from storage import chain
from storage.errors import CannotOpen, Unavailable

WRITERS = 4
CONNECT = {
    "application_name": "starling",
    "connect_timeout": 5,
    "options": "-c timezone=UTC -c lock_timeout=10s -c idle_in_transaction_session_timeout=60s",
    "keepalives_idle": 30,
}
AGAIN = {"40001", "40P01"}  # serialization failure, deadlock: the server rolled back and asks us to repeat


class Postgres:
    dialect = "postgresql"

    def __init__(self, url: str, *, readonly: bool = False):
        self._engine = create_engine(
            url, pool_size=WRITERS + 4, max_overflow=16, pool_pre_ping=True, connect_args=CONNECT
        )
        self.readers: Engine = self._engine.execution_options(
            isolation_level="REPEATABLE READ", postgresql_readonly=True
        )
        self._readonly = readonly
        self._threads = ThreadPoolExecutor(WRITERS, thread_name_prefix="postgres-writer")
        try:
            self._engine.connect().close()
        except OperationalError as error:
            self.close()
            raise CannotOpen(f"连不上 PostgreSQL：{error.orig}。请检查地址、账号，以及服务是否在运行。") from error

    def submit(self, job: Callable[[Connection], Any], *, urgent: bool = False) -> "Future[Any]":
        """Several write at once, so that nobody waits long, and `urgent` makes no difference."""
        if self._readonly:
            raise RuntimeError("this store was opened for reading only")
        return self._threads.submit(self._run, job)

    def close(self) -> None:
        self._threads.shutdown(wait=True)
        self._engine.dispose()

    def _run(self, job: Callable[[Connection], Any]) -> Any:
        """The job in a transaction, and once more if the first one certainly left nothing behind."""
        try:
            return self._once(job)
        except (DBAPIError, _Uncertain) as error:
            if not _repeatable(error):
                raise _plain(error) from error
        try:
            return self._once(job)
        except (DBAPIError, _Uncertain) as error:
            raise _plain(error) from error

    def _once(self, job: Callable[[Connection], Any]) -> Any:
        with self._engine.connect() as connection:
            result = job(connection)
            chain.seal(connection)
            try:
                connection.commit()
            except DBAPIError as error:
                if error.connection_invalidated:
                    raise _Uncertain(str(error.orig)) from error
                raise
            return result


class _Uncertain(Exception):
    """The connection was lost during COMMIT: the job may have been done."""


def _repeatable(error: Exception) -> bool:
    return isinstance(error, DBAPIError) and (
        error.connection_invalidated or getattr(error.orig, "sqlstate", None) in AGAIN
    )


def _plain(error: Exception) -> Exception:
    if isinstance(error, _Uncertain):
        return Unavailable(f"提交时与 PostgreSQL 断开，不能确定是否写入：{error}。")
    return Unavailable(f"数据库暂时不能写入：{error.orig}。") if isinstance(error, OperationalError) else error
