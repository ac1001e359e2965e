"""A private PostgreSQL for the tests: one server for the whole run, and databases as they are asked for."""

import fcntl
import json
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg

from storage.db import Store
from storage.tables import SQLModel

PLACES = (
    "/usr/lib/postgresql/*/bin",
    "/usr/pgsql-*/bin",
    "/opt/homebrew/opt/postgresql*/bin",
    "/usr/local/opt/postgresql*/bin",
)
# A server of ours is killed but never loses power, so what it wrote need not reach the disk.
SETTINGS = {
    "listen_addresses": "''",
    "max_connections": "200",
    "shared_buffers": "64MB",
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_prepared_transactions": "4",
}


def installed() -> Path | None:
    """The folder of initdb and pg_ctl, of the newest version installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = [folder for place in PLACES for folder in Path("/").glob(place.lstrip("/"))]
    return max(
        (f for f in folders if (f / "pg_ctl").exists()), key=lambda f: [int(n) for n in _digits(f)], default=None
    )


def _digits(folder: Path) -> list[str]:
    return "".join(c if c.isdigit() else " " for c in str(folder)).split()


@dataclass(frozen=True, slots=True)
class Server:
    programs: Path
    folder: Path  # data, socket and log; owned by the user who runs the server

    def url(self, database: str) -> str:
        return f"postgresql+psycopg://{_owner()}@/{database}?host={self.folder}"

    def create(self, template: str = "template1") -> str:
        """A fresh database; returns its name."""
        name = f"t_{uuid4().hex[:12]}"
        self._ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return name

    def drop(self, name: str) -> None:
        self._ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def with_tables(self) -> str:
        """The name of a database to copy from, which has every table and no row."""
        if not self._ask("SELECT 1 FROM pg_database WHERE datname = 'starling_tables'"):
            self._ask("CREATE DATABASE starling_tables")
            with Store.open(self.url("starling_tables")) as store:
                store.transact(SQLModel.metadata.create_all)
        return "starling_tables"

    def restart(self) -> None:
        """As after a crash: no goodbye to anybody."""
        self._ctl("restart", "-m", "immediate")

    def start(self) -> None:
        options = " ".join(f"-c {name}={value}" for name, value in SETTINGS.items())
        _run(
            self.programs / "initdb", "-D", self.folder / "data", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"
        )
        self._ctl("start", "-o", f"-k {self.folder} {options}")

    def stop(self) -> None:
        self._ctl("stop", "-m", "immediate")
        shutil.rmtree(self.folder, ignore_errors=True)

    def _ctl(self, *words: str) -> None:
        _run(self.programs / "pg_ctl", "-D", self.folder / "data", "-l", self.folder / "log", "-w", "-t", "30", *words)

    def _ask(self, sql: str) -> list[tuple[object, ...]]:
        with psycopg.connect(host=str(self.folder), user=_owner(), dbname="postgres", autocommit=True) as connection:
            cursor = connection.execute(sql.encode())
            return cursor.fetchall() if cursor.description else []


@contextmanager
def shared(programs: Path, meeting: Path) -> Iterator[Server]:
    """The server of this test run: the first worker to come starts it, the last to go stops it."""
    state = meeting / "postgres.json"
    with _held(meeting):
        known: dict[str, Any] = json.loads(state.read_text()) if state.exists() else {"users": 0, "folder": folder()}
        server = Server(programs, Path(known["folder"]))
        if not known["users"]:
            server.start()
        server.with_tables()
        state.write_text(json.dumps({**known, "users": known["users"] + 1}))
    try:
        yield server
    finally:
        with _held(meeting):
            users = json.loads(state.read_text())["users"] - 1
            state.write_text(json.dumps({**known, "users": users}))
            if not users:
                server.stop()
                state.unlink()


@contextmanager
def _held(meeting: Path) -> Iterator[None]:
    with (meeting / "postgres.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _owner() -> str:
    """PostgreSQL refuses to run as root, so root borrows the user that came with it."""
    return "postgres" if os.getuid() == 0 else pwd.getpwuid(os.getuid()).pw_name


def folder() -> str:
    folder = tempfile.mkdtemp(prefix="starling-pg-", dir="/tmp")  # a socket's path must be short
    if os.getuid() == 0:
        shutil.chown(folder, "postgres", "postgres")
    return folder


def _run(*words: str | Path) -> None:
    borrowed: dict[str, Any] = {"user": "postgres", "group": "postgres", "extra_groups": ()} if os.getuid() == 0 else {}
    # A file, not a pipe: the server inherits it and would keep a pipe open for ever.
    with tempfile.TemporaryFile() as said:
        done = subprocess.run([*map(str, words)], cwd="/", stdout=said, stderr=said, check=False, **borrowed)
        said.seek(0)
        if done.returncode:
            raise RuntimeError(f"{words[0]}: {said.read().decode(errors='replace')}")
