"""Nothing is lost and nothing is said twice, however often the program is killed."""

import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.emulators.feishu import Feishu
from tests.faults.broken import DEAF
from tests.faults.kills import Report, Run
from tests.program import alive

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

EVENTS = int(os.environ.get("STARLING_EVENTS", "600"))
KILLS = int(os.environ.get("STARLING_KILLS", "4"))


def test_no_event_is_lost_and_no_alert_is_told_twice_on_sqlite(tmp_path: Path, feishu: Feishu) -> None:
    file = tmp_path / "starling.db"
    report = Run(tmp_path, f"sqlite:///{file}", feishu).survive(EVENTS, KILLS)
    check(report)
    with closing(sqlite3.connect(file)) as after:
        assert after.execute("PRAGMA integrity_check").fetchone() == ("ok",)


@pytest.mark.postgres
def test_no_event_is_lost_and_no_alert_is_told_twice_on_postgresql(
    tmp_path: Path, feishu: Feishu, empty_postgres_url: str
) -> None:
    events, kills = (EVENTS, KILLS) if "STARLING_KILLS" in os.environ else (EVENTS // 2, KILLS // 2)
    check(Run(tmp_path, empty_postgres_url, feishu, DEAF).survive(events, kills), events, kills)


def check(report: Report, events: int = EVENTS, kills: int = KILLS) -> None:
    print(report)  # noqa: T201 - the seed, and the figures
    assert not report.problems, str(report)
    assert report.kills == kills
    assert report.alerts > events / 20, str(report)
    assert ended(report.orphans), "a listener outlived its parent"


def ended(orphans: list[int], within: float = 5.0) -> bool:
    until = time.monotonic() + within
    while any(map(alive, orphans)) and time.monotonic() < until:
        time.sleep(0.1)
    return not any(map(alive, orphans))
