"""The real program in a process of its own: started with a configuration, told to stop by its id, never by its name."""

import base64
import hashlib
import hmac
import os
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SERVE = (sys.executable, "-m", "bot", "serve", "--config")
SECRET = "whsec_c3RhcmxpbmctdGVzdC1zZWNyZXQtMTIzNA=="
PATIENCE = 60.0  # seconds for the start, on a machine that does much else


class NotReady(Exception):
    """The program ended, or said nothing, instead of becoming ready; its last words."""


class StillThere(Exception):
    """The program did not end when it was asked to; where each of its threads stood."""


@dataclass(slots=True)
class Program:
    """`with started(...) as program`; whatever happens, it has ended when the block ends."""

    process: subprocess.Popen[str]
    log: Path
    url: str = ""
    seconds: float = 0.0  # from the start until it was ready

    def kill(self) -> None:
        """The fault itself: no goodbye."""
        self.process.kill()
        self.process.wait()

    def stop(self, sign: signal.Signals = signal.SIGTERM, within: float = 20.0) -> float:
        """Ask it to end; the seconds that took. Its exit status is `process.returncode`."""
        began = time.monotonic()
        self.process.send_signal(sign)
        try:
            self.process.wait(within)
        except subprocess.TimeoutExpired as error:
            self.process.send_signal(signal.SIGABRT)
            self.process.wait()
            raise StillThere(self.log.read_text()[-6000:]) from error
        return time.monotonic() - began


@contextmanager
def started(command: Sequence[str | Path], log: Path, *, wait: bool = True) -> Iterator[Program]:
    """Start it, and wait until it says at which address it is ready; its log is added to the file."""
    with launch(command, log) as program:
        if wait:
            program.url = ready(program, log)
        yield program


@contextmanager
def launch(command: Sequence[str | Path], log: Path) -> Iterator[Program]:
    with log.open("a") as said:
        process = subprocess.Popen(
            [*map(str, command)], cwd=ROOT, stdout=subprocess.PIPE, stderr=said, text=True, env=environment()
        )
    try:
        yield Program(process, log)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def ready(program: Program, log: Path) -> str:
    """The address it serves at; raises NotReady with what it said last."""
    began = time.monotonic()
    out = program.process.stdout
    assert out is not None
    heard = select.select([out], [], [], PATIENCE)[0]
    line = out.readline() if heard else ""
    found = re.search(r"http://[\d.:]+", line)
    if found is None:
        raise NotReady(line + log.read_text()[-2000:])
    program.seconds = time.monotonic() - began
    return found[0]


def environment() -> dict[str, str]:
    """Ours, with compiled modules kept as people keep them, and with threads that say where they stand when aborted."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONFAULTHANDLER": "1"}


def signed(body: bytes, ident: str, secret: str = SECRET) -> dict[str, str]:
    """The headers of Standard Webhooks."""
    at = str(int(time.time()))
    key = base64.b64decode(secret.removeprefix("whsec_"))
    signature = base64.b64encode(hmac.digest(key, f"{ident}.{at}.".encode() + body, hashlib.sha256)).decode()
    return {"webhook-id": ident, "webhook-timestamp": at, "webhook-signature": f"v1,{signature}"}


def children(pid: int) -> list[int]:
    """Every process below this one that still lives (Linux)."""
    found: list[int] = []
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        found += [int(child), *children(int(child))]
    return found


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False
