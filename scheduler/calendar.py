"""Workdays: the shop's own dates first, then the holidays of the state as far as they are known, then weekends."""

from collections.abc import Callable, Collection
from datetime import date
from functools import lru_cache

import chinese_calendar


def workdays(holidays: Collection[date] = (), workdays: Collection[date] = ()) -> Callable[[date], bool]:
    """Tells whether a day is one on which people work; `workdays` are weekends that are worked."""

    def is_workday(day: date) -> bool:
        if day in workdays:
            return True
        return day not in holidays and _state(day)

    return is_workday


@lru_cache(maxsize=1024)
def _state(day: date) -> bool:
    """The state announces a year's holidays in the autumn before; of later years only weekends are known."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5
