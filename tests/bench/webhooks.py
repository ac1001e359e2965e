"""From the webhook to the verdict: messages a second of CPU, how late they are screened, how soon they are answered."""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.bench import machine, servers, traffic
from tests.bench.row import Row
from tests.bench.servers import Server
from tests.program import ROOT, environment

WARM = 1000  # messages first, of which nothing is measured: a server runs for weeks, not for its first second
MESSAGES = 6000
CONNECTIONS = 32
RATE, RATED = 500, 5000  # messages a second, and how many of them


@dataclass(frozen=True, slots=True)
class Measured:
    cpu: float  # seconds, until the last message was screened and the last card stood
    wall: float  # seconds, until the last answer
    p50: float
    p99: float
    worst_lag: float
    lag: float  # seconds from the last answer until everything was screened


def rows() -> Sequence[Row]:
    with tempfile.TemporaryDirectory(prefix="starling-bench-") as name:
        folder = Path(name)
        return [*_saturated(folder), *_steady(folder)]


def _saturated(folder: Path) -> list[Row]:
    bodies = traffic.messages(WARM + MESSAGES)
    with servers.starling(folder / "s1") as ours:
        starling = measure_warm(ours, bodies)
        assert ours.count("message") == WARM + MESSAGES
    with servers.peer(folder / "p1") as theirs:
        peer = measure_warm(theirs, bodies)
    rate, other = MESSAGES / starling.cpu, MESSAGES / peer.cpu
    late = max(starling.worst_lag, starling.lag)
    return [
        Row("messages per second of CPU", f"{rate:,.0f}", f"{other:,.0f}", rate / other, "≥ 5 ×", rate >= 5 * other),
        Row("messages per second", f"{MESSAGES / starling.wall:,.0f}", f"{MESSAGES / peer.wall:,.0f}",
            peer.wall / starling.wall),
        Row("screened at the latest after", f"{late:.2f} s", "", None, "≤ 2 s", late <= 2),
        Row(f"answer p50 / p99, {CONNECTIONS} at once", spans(starling), spans(peer), peer.p99 / starling.p99),
    ]  # fmt: skip


def _steady(folder: Path) -> list[Row]:
    bodies = traffic.messages(WARM + RATED, seed=2)
    with servers.starling(folder / "s2") as ours:
        disk = machine.fsync_p99(folder)
        starling = measure_warm(ours, bodies, RATE)
    with servers.peer(folder / "p2") as theirs:
        peer = measure_warm(theirs, bodies, RATE)
    limit = 5 * disk + 0.010
    goal = f"≤ 5 × fsync p99 ({disk * 1e3:.1f} ms) + 10 ms = {limit * 1e3:.0f} ms"
    late = max(starling.worst_lag, starling.lag)
    return [
        Row(f"answer p50 / p99 at {RATE} messages/s", spans(starling), spans(peer), peer.p99 / starling.p99, goal,
            starling.p99 <= limit),
        Row(f"screened at the latest after, at {RATE}/s", f"{late:.2f} s", "", None, "≤ 2 s", late <= 2),
    ]  # fmt: skip


def spans(measured: Measured) -> str:
    return f"{measured.p50 * 1e3:.1f} / {measured.p99 * 1e3:.1f} ms"


def measure_warm(server: Server, bodies: Sequence[bytes], rate: int = 0) -> Measured:
    measure(server, bodies[:WARM], rate)
    return measure(server, bodies[WARM:], rate)


def measure(server: Server, bodies: Sequence[bytes], rate: int = 0) -> Measured:
    pid = server.program.process.pid
    file = server.database.parent / "bodies"
    file.write_bytes(b"\n".join(bodies))
    before = machine.cpu_seconds(pid)
    worst = 0.0
    command = [sys.executable, "-m", "tests.bench.load", server.host, str(file), str(CONNECTIONS), str(rate)]
    with subprocess.Popen(command, cwd=ROOT, env=environment(), stdout=subprocess.PIPE, text=True) as load:
        while load.poll() is None:
            worst = max(worst, server.waiting())
            time.sleep(0.1)
        assert load.stdout is not None
        told = json.loads(load.stdout.read())
    ended = time.monotonic()
    while server.waiting():
        time.sleep(0.02)
    lag = time.monotonic() - ended
    while server.busy():
        time.sleep(0.02)
    assert not told["failed"], f"{told['failed']} events were not taken"
    return Measured(machine.cpu_seconds(pid) - before, told["seconds"], told["p50"], told["p99"], worst, lag)
