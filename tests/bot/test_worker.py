"""How long the worker rests between two rounds."""

import pytest

from bot.running.worker import rest


@pytest.mark.parametrize("took", [0.0, 0.01, 0.2, 0.4, 0.7])
def test_what_just_missed_a_round_is_done_within_two_seconds(took: float) -> None:
    assert took + rest(took) + took < 2


def test_it_rests_the_longer_the_more_there_was_to_do_and_not_at_all_when_it_lags() -> None:
    assert 0 < rest(0.05) < rest(0.2)
    assert rest(5.0) == 0
