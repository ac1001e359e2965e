"""Killed in the middle of writing: what was acknowledged is there, and the file is whole."""

import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

from storage.db import Store
from storage.tables import SQLModel

ROUNDS = 3
# Writes rows 1, 2, 3 … in groups, and says each number once it is acknowledged.
PROGRAM = """
import itertools, sys
from storage.db import Store
store = Store.open(sys.argv[1], exclusive=True)
first = int(sys.argv[2])
for start in itertools.count(first, 8):
    def job(n):
        return store.write(lambda tx: tx.exec_driver_sql("INSERT INTO written VALUES (?)", (n,)))
    jobs = {n: job(n) for n in range(start, start + 8)}
    for n in jobs:
        jobs[n].result()
        print(n, flush=True)
"""


def test_kill_9_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    file, seed = tmp_path / "starling.db", random.randrange(10**6)
    moments = random.Random(seed)
    with Store.open(f"sqlite:///{file}") as store:
        store.transact(SQLModel.metadata.create_all)
        store.transact(lambda tx: tx.exec_driver_sql("CREATE TABLE written (n INTEGER PRIMARY KEY)"))
    for turn in range(ROUNDS):
        acknowledged = write_until_killed(f"sqlite:///{file}", turn * 10**6 + 1, moments.uniform(0.05, 0.3))
        with closing(sqlite3.connect(file)) as after:
            assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)
            kept = {n for (n,) in after.execute("SELECT n FROM written WHERE n > ?", (turn * 10**6,))}
        assert set(range(turn * 10**6 + 1, acknowledged + 1)) <= kept, f"seed {seed}"


def write_until_killed(url: str, first: int, seconds: float) -> int:
    """The last number acknowledged. Each turn opens the file for itself alone: the lock of the dead is gone."""
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, url, str(first)], stdout=subprocess.PIPE, text=True
    ) as program:
        assert program.stdout is not None
        said = program.stdout.readline()  # it is at work, however slow the machine
        time.sleep(seconds)  # the fault itself
        program.send_signal(signal.SIGKILL)
        said += program.stdout.read()
    return int(said.split("\n")[-2])  # what follows the last line break was cut off
