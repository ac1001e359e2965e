"""Which one somebody means: the 12 of "#Q12 不扣", "q12不扣" or "12", and what they say behind it."""

import re

REST = r"(\d{1,9})(?![A-Za-z\d])[\s,，:：]*(.*)"


def read(told: str, letters: str) -> tuple[int | None, str]:
    """(number, the rest) with the letters before it or without; (None, all of it) when no number comes first."""
    found = re.fullmatch(rf"[\s#]*(?:{letters})?{REST}", told.strip(), re.IGNORECASE | re.DOTALL)
    return (int(found[1]), found[2].strip()) if found else (None, told.strip())
