"""One of several processes that keep the timetable: a program of its own, so that it can be killed.

python -m tests.faults.mornings URL MINUTES…   asks every job at each of these minutes of one week, in this order
"""

import sys
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from bot.files import metric_packs
from handlers.people import Directory
from rules.schedule import Schedule
from scheduler import calendar
from scheduler.jobs import JOBS
from storage.db import Store
from tests.handlers.calibration import CROWD, POLLS, doubtful
from tests.handlers.stage import Stage

MIDNIGHT = datetime(2026, 11, 22, 16, 0, tzinfo=UTC)  # of Monday in Shanghai
HEARD = ("briefing", "honours", "stars")


def staged(store: Store) -> Stage:
    """A team with a room that hears the morning, and votes on Wednesdays."""
    stage = Stage(store)
    rooms = tuple(replace(room, wants=(*room.wants, *HEARD)) if room.id == "team" else room for room in POLLS)
    schedule = Schedule(workday=calendar.workdays(), calibration=(2, time(15, 7)))
    packs = metric_packs.choice("generic", {})
    stage.ctx = replace(stage.ctx, people=Directory(CROWD, rooms), schedule=schedule, metrics=packs)
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    return stage


def prepare(store: Store) -> None:
    """Something to remind of, to vote on and to praise."""
    stage = staged(store)
    stage.at = MIDNIGHT - timedelta(days=3)
    stage.say("小李", "提名 小周 帮我顶了一晚上", "@小李")
    doubtful(stage, 2)
    stage.assigned("xiaoli", "c9")
    stage.angry("c9")
    stage.press("张主管", "claim", card=2)
    stage.say("张主管", "解决 A3 已处理")
    stage.say("小李", "申诉 A3 当时已经解释过了", "@小李")  # nobody judges it


def main(url: str, minutes: list[int]) -> None:
    with Store.open(url) as store:
        stage = staged(store)
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        sys.stdin.readline()
        for minute in minutes:
            stage.at = MIDNIGHT + timedelta(minutes=minute)
            for job in JOBS:
                job.run(stage.ctx)
            sys.stdout.write(f"{minute}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], [int(minute) for minute in sys.argv[2:]])
