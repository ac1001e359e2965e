"""What the machine itself says: CPU time of a process and all below it (Linux), and how long its disk takes."""

import os
import time
from pathlib import Path

from tests.program import children

TICK = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    return sum(_ticks(each) for each in [pid, *children(pid)]) / TICK


def _ticks(pid: int) -> int:
    after_name = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return int(after_name[11]) + int(after_name[12])  # user and system


def fsync_p99(folder: Path, times: int = 500) -> float:
    """Seconds; each appends a page to a file, as a database's log does."""
    taken = []
    with (folder / "fsync").open("wb", buffering=0) as file:
        for _ in range(times):
            file.write(bytes(4096))
            began = time.perf_counter()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    return percentile(taken, 99)


def percentile(values: list[float], share: float) -> float:
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(len(ordered) * share / 100))]
