"""The numbers people call things by are read the same wherever they are told."""

import pytest

from rules import codes


@pytest.mark.parametrize(
    ("told", "read"),
    [("A12", 12), ("#A12", 12), (" a12 ", 12), ("# a12", 12), ("G12", None), ("12", None), ("A", None), ("A1b", None),
     ("A1234567890", None), ("AA12", None)],
)  # fmt: skip
def test_an_alerts_number_is_read(told: str, read: int | None) -> None:
    assert codes.number(told, "A") == read
