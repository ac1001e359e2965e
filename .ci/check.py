"""Format, lint, types, import contracts, tests: one after the other, and at the end what was not run."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
WORKERS = os.environ.get("STARLING_TEST_WORKERS", "auto")
STEPS: tuple[tuple[str, list[str]], ...] = (
    ("format", ["ruff", "format", "--check", "--quiet", "."]),
    ("lint", ["ruff", "check", "--quiet", "."]),
    ("types", ["mypy"]),
    ("imports", ["lint-imports", "--no-logo"]),
    ("tests", ["pytest", "-q", "-n", WORKERS, "--dist", "loadgroup"]),
)


def main() -> int:
    failed = [name for name, command in STEPS if not passes(name, command)]
    for line in not_run():
        print(line)
    print(f"失败：{'、'.join(failed)}" if failed else "全部通过。")
    return 1 if failed else 0


def passes(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False)
    print(f"[{name}] {'ok' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s", flush=True)
    return done.returncode == 0


def not_run() -> list[str]:
    missing = []
    if not (shutil.which("pg_ctl") or list(Path("/usr/lib/postgresql").glob("*/bin/pg_ctl"))):
        missing.append("没有运行 PostgreSQL 的测试：这台机器没有 PostgreSQL 的服务器程序。")
    if not (shutil.which("chromium") or shutil.which("chromium-browser")):
        missing.append("没有运行浏览器的测试：这台机器没有 Chromium。")
    return missing


if __name__ == "__main__":
    sys.exit(main())
