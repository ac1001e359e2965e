"""Three processes, one morning: one is killed in the middle, one's clock steps back, and nothing is told twice."""

import subprocess
import sys
from collections import Counter

import pytest
from sqlalchemy import select

from storage import migrations, occurrences
from storage.db import Store
from storage.tables import POST
from tests.program import ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(120)]

EARLY, DUE, EVENING = 8 * 60 + 13, 8 * 60 + 43, 17 * 60 + 53
CLOCKS = (
    (EARLY, EARLY + 1, DUE, DUE + 1, EVENING, EVENING + 1),
    (EARLY, DUE, EARLY, EARLY + 1, DUE, EVENING),  # steps back half an hour
    (EARLY, DUE, EVENING),
)


def test_nothing_is_told_twice(empty_postgres_url: str) -> None:
    with Store.open(empty_postgres_url) as store:
        migrations.upgrade(store)
        running = [_start(empty_postgres_url, clock) for clock in CLOCKS]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        running[2].kill()
        for process in running:
            process.communicate(timeout=60)
        assert [process.returncode for process in running[:2]] == [0, 0]
        with store.read() as tx:
            told = Counter((row.kind, row.room) for row in tx.execute(select(POST.c.kind, POST.c.room)))
            ran = Counter(job for job, _, _ in occurrences.ran(tx))
    assert ran == {"briefing_preview:售后": 1, "briefing:售后": 1, "own_week": 1}
    assert {key: n for key, n in told.items() if n > 1} == {}
    assert {room for kind, room in told if kind == "briefing"} == {"leads", "team"}
    assert len([room for kind, room in told if kind == "own_week"]) == 3


def _start(url: str, clock: tuple[int, ...]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.faults.mornings", url, *map(str, clock)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )
