"""Asked to stop in the middle of work, the program ends soon, with nothing left in doubt."""

import random
import time
from pathlib import Path

import pytest

from tests.emulators.feishu import Feishu
from tests.faults import shop
from tests.faults.oracle import Database
from tests.faults.sender import Sender
from tests.program import SERVE, alive, children, started

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

SECONDS = 5.0


def test_sigterm_under_load_ends_in_time_and_leaves_nothing_in_doubt(tmp_path: Path, feishu: Feishu) -> None:
    url = f"sqlite:///{tmp_path / 'starling.db'}"
    config = shop.write(tmp_path, url, feishu)
    told = shop.story(600, seed=11)
    with started([*SERVE, config], tmp_path / "starling.log") as program, Sender(told.sendings, 0.02) as sender:
        sender.urls = (program.url,)
        while len(sender.acknowledged) < 100:
            time.sleep(0.05)
        time.sleep(random.uniform(0.0, 0.3))
        below = children(program.process.pid)
        seconds = program.stop()
        sender.urls = ()
    assert program.process.returncode == 0, (tmp_path / "starling.log").read_text()[-2000:]
    assert seconds <= SECONDS
    assert not [pid for pid in below if alive(pid)]
    database = Database(url)
    assert database.number("SELECT count(*) FROM post") > 0
    assert database.number("SELECT count(*) FROM post WHERE uncertain OR lease_until IS NOT NULL") == 0
    assert database.number("SELECT count(DISTINCT key) FROM inbox") >= len(set(sender.acknowledged))
    database.close()
