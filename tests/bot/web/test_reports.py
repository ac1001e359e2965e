"""Reports to print: for whom, and of which days."""

import pytest

from storage.db import Store
from tests.bot.web.door import Door
from tests.handlers.stage import Stage


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("week/2026-11-16/售后", 200),
        ("week/2026-11-18/售后", 404),  # no first day of a week
        ("week/2026-11-23/售后", 404),  # yet to come
        ("week/0001-01-01/售后", 404),
        ("month/0001-01-01/售后", 404),
        ("year/2026-11-16/售后", 404),
        ("week/2026-11-16/火星", 403),
        ("month/2026-11-01/all", 403),
    ],
)
def test_a_lead_reads_the_weeks_of_their_team_that_have_ended(store: Store, path: str, status: int) -> None:
    assert Door(Stage(store)).browser("张主管").get(f"/report/{path}").status_code == status


def test_a_team_that_nobody_is_in_has_no_report(store: Store) -> None:
    assert Door(Stage(store)).browser("陈质检").get("/report/week/2026-11-16/火星").status_code == 404
