"""Two programs at one database: on PostgreSQL they share the work, on SQLite the second one stays out."""

import re
import subprocess
import time
from pathlib import Path

import httpx
import pytest

from tests.emulators.feishu import Feishu
from tests.faults import oracle, shop
from tests.faults.broken import DEAF
from tests.faults.oracle import Database
from tests.faults.sender import Sender
from tests.program import ROOT, SERVE, Program, environment, launch, ready, started

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

EVENTS = 500


@pytest.mark.postgres
def test_two_programs_share_the_work_and_one_finishes_what_the_other_left(
    tmp_path: Path, feishu: Feishu, empty_postgres_url: str
) -> None:
    told = shop.story(EVENTS, seed=7)
    config = shop.write(tmp_path, empty_postgres_url, feishu)
    log = tmp_path / "starling.log"
    with launch([*DEAF, config], log) as first, launch([*DEAF, config], log) as second:
        with Sender(told.sendings, pause=0.03) as sender:
            first.url, second.url = ready(first, log), ready(second, log)
            sender.urls = (first.url, second.url)
            wait_until(lambda: len(sender.acknowledged) > EVENTS // 2)
            done = settled(first), settled(second)
            first.kill()
            sender.finish(60)
        database = Database(empty_postgres_url)
        wait_until(database.quiet)
        found = oracle.problems(database, told, sender.acknowledged, feishu)
        database.close()
    assert not found, found
    assert not sender.refused
    assert min(done) > 0, f"settled before one was killed: {done}"


def settled(program: Program) -> int:
    """How many conversations it has worked on, as it says itself."""
    told = httpx.get(f"{program.url}/metrics", trust_env=False).text
    found = re.search(r"^starling_conversations_settled (\d+)", told, re.MULTILINE)
    assert found, told
    return int(found[1])


def wait_until(holds, within: float = 60.0) -> None:  # type: ignore[no-untyped-def]
    until = time.monotonic() + within
    while not holds() and time.monotonic() < until:
        time.sleep(0.1)


def test_a_second_program_does_not_start_on_the_same_sqlite_file(tmp_path: Path) -> None:
    config = shop.write(tmp_path, f"sqlite:///{tmp_path / 'starling.db'}")
    with started([*SERVE, config], tmp_path / "starling.log") as first:
        second = subprocess.run(
            [*SERVE, config], cwd=ROOT, env=environment(), capture_output=True, text=True, timeout=60, check=False
        )
        assert second.returncode == 1
        assert f"正被另一个八哥使用（进程 {first.process.pid}）" in second.stderr
        assert "PostgreSQL" in second.stderr  # the remedy
        assert httpx.get(f"{first.url}/readyz", trust_env=False).status_code == 200
