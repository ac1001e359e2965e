"""Format, lint, types, import contracts beside the tests, and at the end what was not run."""

import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
# Two workers more than there are processors, because some tests mostly wait.
WORKERS = os.environ.get("STARLING_TEST_WORKERS", str((os.cpu_count() or 1) + 2))
OURS = ("bot", "handlers", "rules", "scheduler", "storage", "tests")
CODE: tuple[tuple[str, list[str]], ...] = (
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["ruff", "check", "--quiet", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports", "--no-logo"]),
)
# Once for all: each worker would compile everything by itself, all at the same time.
COMPILE = ("compile", ["python", "-m", "compileall", "-q", "-j", "0", *OURS])
TESTS = ("tests", ["pytest", "-q", "-n", WORKERS, "--dist", "worksteal"])


def main() -> int:
    """The code is read while the workers of the tests start, and what it says is told at once when it is wrong."""
    passes(*COMPILE)
    with ThreadPoolExecutor(1) as beside:
        code = beside.submit(lambda: [name for name, command in CODE if not passes(name, command)])
        tests = [] if passes(*TESTS) else [TESTS[0]]
    failed = code.result() + tests
    for line in not_run():
        print(line)
    print(f"失败：{'、'.join(failed)}" if failed else "全部通过。")
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, env=environment(), check=False)
    print(f"[{name}] {'ok' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
    return done.returncode == 0


def environment() -> dict[str, str]:
    """Ours, with what is compiled kept: the programs that tests start would compile it each time."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def not_run() -> list[str]:
    missing = []
    if not (shutil.which("pg_ctl") or list(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))):
        missing.append("没有运行 PostgreSQL 的测试：这台机器没有 PostgreSQL 的服务器程序。")
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        missing.append("没有运行浏览器的测试：这台机器没有 Chromium。")
    return missing


if __name__ == "__main__":
    sys.exit(main())
