"""The short numbers people call things by: A12 an alert, G3 one card for many."""

import re

_CODE = re.compile(r"#?\s*([a-zA-Z]{1,2})(\d{1,9})")


def number(told: str, letter: str) -> int | None:
    """The 12 of "A12", "#A12" or "a12"; None for anything else."""
    found = _CODE.fullmatch(told.strip())
    return int(found[2]) if found and found[1].upper() == letter else None
