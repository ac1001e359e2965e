"""Which one somebody means: the 12 of "#Q12 不扣", "q12不扣" or "12", and what they say behind it."""

import re

NUMBER = r"(\d{1,9})(?![A-Za-z\d])"


def read(told: str, letters: str) -> tuple[int | None, str]:
    """(number, the rest) with the letters before it or without; (None, all of it) when no number comes first."""
    found = re.fullmatch(rf"[\s#]*(?:{letters})?{NUMBER}[\s,，:：]*(.*)", told.strip(), re.IGNORECASE | re.DOTALL)
    return (int(found[1]), found[2].strip()) if found else (None, told.strip())


def code(told: str, letter: str) -> int | None:
    """The 12 of "A12", "#A12" or "a12"; None without the letter, and when more is said."""
    found = re.fullmatch(rf"#?\s*{letter}{NUMBER}", told.strip(), re.IGNORECASE)
    return int(found[1]) if found else None
