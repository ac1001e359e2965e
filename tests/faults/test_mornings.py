"""Three processes, one week: one is killed in the middle, one's clock steps back, and nothing is told twice."""

import subprocess
import sys
from collections import Counter
from itertools import chain

import pytest
from sqlalchemy import select

from storage import migrations, occurrences
from storage.db import Store
from storage.tables import HONOUR, POST
from tests.faults.mornings import prepare
from tests.program import ROOT, environment

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.timeout(240)]

TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, MONDAY = (day * 1440 for day in (1, 2, 3, 4, 7))
EARLY, MORNING = 8 * 60 + 13, 8 * 60 + 43
DUE = (
    TUESDAY + EARLY, TUESDAY + MORNING, TUESDAY + 15 * 60 + 9,  # a question for QA; the judge is reminded
    WEDNESDAY + EARLY, WEDNESDAY + MORNING, WEDNESDAY + 15 * 60 + 9,  # QA is reminded; another judge is asked
    THURSDAY + 10 * 60 + 13,  # honours
    FRIDAY + 17 * 60 + 53,  # everybody's own week
    MONDAY + 9 * 60 + 23,  # the week's report
)  # fmt: skip
CLOCKS = (
    [*chain.from_iterable((minute, minute + 1) for minute in DUE)],
    [*DUE[:3], *DUE[1:6], *DUE[4:]],  # steps back by hours, and by a day
    [*DUE],
)
ONCE = {
    "briefing_preview:售后": 2, "briefing:售后": 5, "calibration": 1, "calibration_again": 1, "honours_week": 1,
    "own_week": 1, "report_week": 1,
}  # fmt: skip


ABOUT = select(POST).where(POST.c.kind != "reply")  # what was told without being asked


def test_nothing_is_told_twice(empty_postgres_url: str) -> None:
    with Store.open(empty_postgres_url) as store:
        migrations.upgrade(store)
        prepare(store)
        running = [_start(empty_postgres_url, clock) for clock in CLOCKS]
        for process in running:
            assert process.stdout is not None
            assert process.stdout.readline() == "ready\n"
        for process in running:
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert running[2].stdout is not None
        running[2].stdout.readline()  # it has kept its first moment, and is at the next one
        running[2].kill()
        for process in running:
            process.communicate(timeout=200)
        assert [process.returncode for process in running[:2]] == [0, 0]
        with store.read() as tx:
            told = Counter((row.kind, row.subject, row.room, row.card["title"]) for row in tx.execute(ABOUT))
            ran = Counter(job for job, _, _ in occurrences.ran(tx))
            honoured = tx.execute(select(HONOUR.c.award)).all()
    assert {job: ran[job] for job in ONCE} == ONCE
    assert {key: n for key, n in told.items() if n > 1} == {}
    assert len(honoured) == 1
    _all_was_told(Counter(one[0] for one in told), {one[1] for one in told})


def _all_was_told(kinds: Counter[str], subjects: set[str]) -> None:
    # On Thursday, Friday and Monday nobody was there in time: the morning is told late.
    assert (kinds["briefing"], kinds["briefing_preview"], kinds["own_week"]) == (5, 2, 3)
    assert (kinds["honour"], kinds["report_week"]) == (1, 2)
    assert {"poll1.qa", "poll1.again", "AP3", "AP3.again"} <= subjects


def _start(url: str, clock: list[int]) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "tests.faults.mornings", url, *map(str, clock)]
    return subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment()
    )
