"""The bench of live views still runs, and every watcher of a conversation gets every message of it."""

from pathlib import Path

import pytest

from tests.bench import watchers

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_every_watcher_gets_every_message(tmp_path: Path) -> None:
    waited = watchers.run(tmp_path, watchers=6, talks=2, messages=6)
    assert len(waited) == 18
    assert min(waited) > 0
