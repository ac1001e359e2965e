"""Takes one promise after the other out of the program: each time the oracle must notice."""

import re
import sys
from pathlib import Path

import pytest

from tests.emulators.feishu import Feishu
from tests.faults.kills import Report, Run

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

TIMES = 3  # chance may spare a broken program once, never three times
EVENTS = 120
SLOW = 0.8  # seconds Feishu takes: time enough for the kill


@pytest.mark.parametrize(
    ("broken", "complaint"),
    [
        ("no_deduplication", "happenings are stored"),
        ("mark_before_post", "never reached the sandbox|as it was before|card in Feishu .* is missing"),
        ("no_key", "card in Feishu .* is there 2 times"),
    ],
)
def test_the_oracle_notices(broken: str, complaint: str, tmp_path: Path, feishu: Feishu) -> None:
    command = (sys.executable, "-m", "tests.faults.broken", broken, "serve", "--config")
    for turn in range(TIMES):
        feishu.state.faults[0].late = SLOW
        feishu.state.posts.clear()
        folder = tmp_path / str(turn)
        folder.mkdir()
        report = Run(folder, f"sqlite:///{folder}/starling.db", feishu, command).meet(
            EVENTS, arrives=broken != "mark_before_post"
        )
        print(report)  # noqa: T201 - how often chance spared it
        if noticed(report, complaint):
            return
    pytest.fail(f"{broken} went unnoticed: {report}")


def noticed(report: Report, complaint: str) -> bool:
    return any(re.search(complaint, problem) for problem in report.problems)
