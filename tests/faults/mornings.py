"""One of several processes that tell the morning: a program of its own, so that it can be killed.

python -m tests.faults.mornings URL MINUTES…   looks at each of these minutes of one Friday, in this order
"""

import sys
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from bot import metric_packs
from handlers.growing import own_week
from handlers.people import Directory
from handlers.sharing import briefings
from rules.schedule import Schedule
from scheduler import calendar
from storage.db import Store
from tests.handlers.stage import PEOPLE, ROOMS, Stage

MIDNIGHT = datetime(2026, 11, 19, 16, 0, tzinfo=UTC)  # of Friday in Shanghai


def main(url: str, minutes: list[int]) -> None:
    with Store.open(url) as store:
        stage = Stage(store)
        rooms = tuple(replace(room, wants=(*room.wants, "briefing")) for room in ROOMS)
        weekdays = Schedule(workday=calendar.workdays())
        packs = metric_packs.choice("generic", {})
        ctx = replace(stage.ctx, people=Directory(PEOPLE, rooms), schedule=weekdays, metrics=packs)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for minute in minutes:
            stage.at = MIDNIGHT + timedelta(minutes=minute)
            briefings.look(ctx)
            own_week.look(ctx)


if __name__ == "__main__":
    main(sys.argv[1], [int(minute) for minute in sys.argv[2:]])
