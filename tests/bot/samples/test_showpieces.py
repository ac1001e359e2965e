"""Our hand-written conversations are screened as their authors expect."""

from typing import Any

import pytest

from bot import engine
from bot.samples.showpieces import showpieces
from bot.screening import screener
from rules.policy import Policy

PIECES = list(showpieces())


@pytest.fixture(scope="module")
def screen() -> Any:
    return screener(engine.load(), Policy())


@pytest.mark.parametrize("piece", PIECES, ids=[piece["id"] for piece in PIECES])
def test_a_showpiece_is_screened_as_expected(piece: dict[str, Any], screen: Any) -> None:
    expected = piece["expect"]
    told = screen(piece)
    kinds = {finding["kind"] for finding in told["findings"] if finding["severity"] != "none"}
    if "level" in expected:
        assert told["level"] == expected["level"], told["findings"]
    if "star" in expected:
        assert ("star" in kinds) == expected["star"], told["findings"]
