"""The demo as a newcomer meets it: a link, a red alert, a star, and a clean end."""

import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.program import Program, started

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

DEMO = (sys.executable, "-m", "bot", "demo", "--port", "0")


def test_the_demo_shows_an_alert_and_a_star_in_time_and_ends_when_asked(tmp_path: Path) -> None:
    with started([*DEMO, "--speed", "1"], tmp_path / "demo.log") as program:
        began = time.monotonic()
        listening = threading.Thread(target=keep_open, args=(f"{program.url}/sandbox/api/stream",))
        listening.start()
        assert seen(program, "alert", "red", began) <= 15.0
        assert seen(program, "star", "", began) <= 30.0
        told = httpx.get(f"{program.url}/sandbox/api/start", trust_env=False).json()
        assert told["story"] == {"speed": 1.0, "over": False}
        assert "admin" in [person["role"] for person in told["people"]]
        seconds = program.stop(signal.SIGINT)
        assert program.process.stdout is not None
        out = program.process.stdout.read()
    listening.join(5)
    assert seconds <= 3.0
    assert program.process.returncode == 0
    assert "再见" in out
    assert (tmp_path / "demo.log").read_text() == ""


def test_a_closed_window_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (room := tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(room))
    before = signal.signal(signal.SIGHUP, signal.SIG_DFL)  # who runs the tests under nohup has it ignored
    with started(DEMO, tmp_path / "demo.log") as program:
        assert list(room.glob("starling-demo-*/demo.db"))
        assert program.process.stdout is not None
        program.process.stdout.close()  # as the window's end does
        program.stop(signal.SIGHUP)
    signal.signal(signal.SIGHUP, before)
    assert list(room.iterdir()) == []


def seen(program: Program, kind: str, tone: str, began: float) -> float:
    """Seconds until such a card stands in some room."""
    with httpx.Client(base_url=f"{program.url}/sandbox/api", trust_env=False) as client:
        while time.monotonic() - began < 60:
            cards = [card for room in client.get("/rooms").json() for card in cards_in(client, room["id"])]
            if any(card["kind"] == kind and card["tone"].startswith(tone) for card in cards):
                return time.monotonic() - began
            time.sleep(0.2)
    return 60.0


def cards_in(client: httpx.Client, room: str) -> list[dict[str, Any]]:
    cards: list[dict[str, Any]] = client.get(f"/rooms/{room}/cards").json()
    return cards


def keep_open(url: str) -> None:
    """A page that stays open until the server ends it."""
    with httpx.Client(trust_env=False, timeout=60) as client, client.stream("GET", url) as page:
        assert page.status_code == 200
        for _ in page.iter_raw():
            pass
