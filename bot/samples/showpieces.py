"""The hand-written conversations: each shows one thing well, and `expect` says what screening should make of it."""

import json
from pathlib import Path
from typing import Any

FILE = Path(__file__).parent / "showpieces.jsonl"


def showpieces() -> list[dict[str, Any]]:
    return [json.loads(line) for line in FILE.read_text("utf-8").splitlines()]
