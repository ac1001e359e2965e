"""`python -m bot.samples N --seed S` prints N made-up conversations as JSON Lines."""

import argparse
import json
import sys
from datetime import datetime

from bot.samples.generator import conversations

START = "2026-11-16T09:00:00+08:00"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bot.samples", description="生成示例会话，每行一段（JSON Lines）")
    parser.add_argument("n", type=int, nargs="?", default=200, help="几段，默认 200")
    parser.add_argument("--seed", type=int, default=1, help="同一个数字得到同样的会话")
    parser.add_argument("--start", default=START, help="第一段从什么时候开始，带时区")
    asked = parser.parse_args()
    for line in conversations(asked.seed, asked.n, datetime.fromisoformat(asked.start)):
        sys.stdout.write(json.dumps(line, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
