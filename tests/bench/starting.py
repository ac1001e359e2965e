"""How long it takes until Starling is ready, without Feishu."""

import statistics
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.bench import machine, servers
from tests.bench.row import Row

TIMES = 3
GOAL = 3.0


def rows() -> Sequence[Row]:
    taken, cpu = [], []
    with tempfile.TemporaryDirectory(prefix="starling-bench-") as folder:
        for number in range(TIMES):
            with servers.starling(Path(folder, str(number))) as server:
                taken.append(server.program.seconds)
                cpu.append(machine.cpu_seconds(server.program.process.pid))
    seconds = statistics.median(taken)
    told = f"{seconds:.1f} s ({statistics.median(cpu):.1f} s of CPU)"
    return [Row("start until ready", told, goal=f"≤ {GOAL:.0f} s", met=seconds <= GOAL)]
