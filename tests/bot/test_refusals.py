"""What is told of webhooks that were not taken: to whoever sent them, and in the log."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import structlog

from tests.bot.helpdesks import vendors
from tests.bot.helpdesks.vendors import NOW, Call
from tests.bot.ingest_rig import Rig

MESSAGE = vendors.fixture("generic", "message")


@pytest.fixture
def rig() -> Iterator[Rig]:
    with Rig() as opened:
        yield opened


def test_a_wrong_clock_is_told_from_a_wrong_secret_to_who_knows_the_secret_alone(rig: Rig) -> None:
    late = NOW - timedelta(minutes=10)
    assert "时钟" in rig.post("/in/shop", vendors.generic(MESSAGE, at=late)).json["error"]
    stranger = rig.post("/in/shop", vendors.generic(MESSAGE, "another", late))
    assert stranger.json["error"] == "签名不对"
    assert (rig.refused("shop", "clock"), rig.refused("shop", "forged")) == (1, 1)


def test_refused_webhooks_leave_one_line_a_minute_for_each_helpdesk(rig: Rig) -> None:
    with structlog.testing.capture_logs() as lines:
        for _ in range(3):
            rig.post("/in/shop", Call(MESSAGE))
        rig.post("/in/woot", Call(MESSAGE))
        rig.at(NOW + timedelta(minutes=6))
        rig.post("/in/shop", vendors.generic(MESSAGE))
    told = [(line["helpdesk"], line["count"], line["reasons"]) for line in lines if line["event"] == "webhooks_refused"]
    assert told == [
        ("shop", 1, {"forged": 1}),
        ("woot", 1, {"forged": 1}),
        ("shop", 3, {"forged": 2, "clock": 1}),
    ]
