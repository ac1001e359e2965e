"""Which one somebody means, however they write its number."""

import pytest

from rules.subject import code, read


@pytest.mark.parametrize(
    ("told", "meant"),
    [
        ("Q12 不扣 理由", (12, "不扣 理由")),
        ("#q12，不扣", (12, "不扣")),
        ("12不扣", (12, "不扣")),
        (" Q12", (12, "")),
        ("Q12b", (None, "Q12b")),
        ("不扣 Q12", (None, "不扣 Q12")),
        ("1234567890", (None, "1234567890")),
        ("", (None, "")),
    ],
)
def test_a_number_is_read_with_its_letter_or_without(told: str, meant: tuple[int | None, str]) -> None:
    assert read(told, "Q") == meant


@pytest.mark.parametrize(
    ("told", "read"),
    [("A12", 12), ("#A12", 12), (" a12 ", 12), ("# a12", 12), ("G12", None), ("12", None), ("A", None), ("A1b", None),
     ("A1234567890", None), ("AA12", None)],
)  # fmt: skip
def test_an_alerts_number_is_read(told: str, read: int | None) -> None:
    assert code(told, "A") == read
