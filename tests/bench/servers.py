"""Starling and the peer, each started in a folder of its own."""

import sqlite3
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.program import SECRET, SERVE, Program, started

CONFIG = """
[server]
port = 0
[database]
url = "sqlite:///{folder}/starling.db"
[helpdesks.shop]
kind = "generic"
secret = "{secret}"
[[teams]]
name = "售前"
[[teams]]
name = "售后"
[[rooms]]
name = "主管群"
chat = "sandbox"
id = "leads"
wants = ["alerts", "stars"]
"""


@dataclass(slots=True)
class Server:
    program: Program
    database: Path

    @property
    def host(self) -> str:
        return self.program.url.removeprefix("http://")

    def waiting(self) -> float:
        """Seconds since the oldest message came that nobody has screened yet; 0 when there is none."""
        return 0.0

    def busy(self) -> bool:
        return False


class Starling(Server):
    def waiting(self) -> float:
        oldest = self._ask("SELECT received_at FROM inbox WHERE done_at IS NULL ORDER BY id LIMIT 1")
        return time.time() - oldest / 1e6 if oldest else 0.0

    def busy(self) -> bool:
        wanted = "SELECT count(*) FROM post WHERE shown < wanted AND NOT dead"
        return bool(self.waiting() or self._ask(wanted))

    def count(self, table: str) -> int:
        return self._ask(f"SELECT count(*) FROM {table}")  # noqa: S608 - our own words

    def _ask(self, sql: str) -> int:
        with closing(sqlite3.connect(f"file:{self.database}?mode=ro", uri=True)) as database:
            row = database.execute(sql).fetchone()
        return int(row[0]) if row and row[0] else 0


@contextmanager
def starling(folder: Path) -> Iterator[Starling]:
    folder.mkdir()
    config = folder / "config.toml"
    config.write_text(CONFIG.format(folder=folder, secret=SECRET), encoding="utf8")
    with started([*SERVE, config], folder / "log") as program:
        yield Starling(program, folder / "starling.db")
        program.stop()


@contextmanager
def peer(folder: Path) -> Iterator[Server]:
    folder.mkdir()
    with started([sys.executable, "-m", "tests.bench.peer", folder], folder / "log") as program:
        yield Server(program, folder / "peer.db")
        program.stop()
