"""The benches still run, and measure what they say; no time is asserted."""

from pathlib import Path

import pytest

from tests.bench import machine, servers, traffic, webhooks

pytestmark = [pytest.mark.slow, pytest.mark.timeout(120)]


def test_starling_and_the_peer_take_the_same_messages(tmp_path: Path) -> None:
    bodies = traffic.messages(60)
    assert len(set(bodies)) == 60
    with servers.starling(tmp_path / "starling") as starling, servers.peer(tmp_path / "peer") as peer:
        for server in (starling, peer):
            measured = webhooks.measure(server, bodies)
            assert measured.cpu > 0
            assert 0 < measured.p50 <= measured.p99 <= measured.wall
        assert starling.count("message") == 60
        assert not starling.busy()


def test_the_same_seed_tells_the_same_story() -> None:
    def texts(bodies: list[bytes]) -> list[bytes]:
        return [body.partition(b'"text"')[2] for body in bodies]

    assert texts(traffic.messages(50)) == texts(traffic.messages(50))


def test_a_percentile_is_one_of_the_values() -> None:
    assert machine.percentile([3.0, 1.0, 2.0], 50) == 2.0
    assert machine.percentile([float(n) for n in range(100)], 99) == 99.0
