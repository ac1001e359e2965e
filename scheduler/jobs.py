"""The timetable: what is called when. Each job asks the database what is due, so a missed call loses nothing."""

from collections.abc import Callable
from dataclasses import dataclass

from handlers import tick
from handlers.alerting import auditor, incidents, opinions, shadow
from handlers.calibrating import decisions, poll_sessions
from handlers.context import Context
from handlers.counting import account_owners, figures, outcomes
from handlers.growing import growth, honours, own_week
from handlers.reviewing import appeal_judges, causes, learning, ledger, review_queue
from handlers.sharing import briefings, reports
from handlers.watching import disclosures


@dataclass(frozen=True, slots=True)
class Job:
    name: str
    seconds: int
    run: Callable[[Context], object]


JOBS = (
    Job("tick", 1, tick.due),  # beside the worker that takes in what is new
    Job("disclose", 3, disclosures.work),
    Job("figures", 60, figures.work),
    Job("bindings", 60, account_owners.look),
    Job("audit", 60, auditor.look),
    Job("incidents", 20, incidents.look),
    Job("tidy", 3600, tick.tidy),
    Job("ledger", 3600, ledger.propose),
    Job("lesson", 60, learning.ask_daily),
    Job("reviews", 120, review_queue.work),
    Job("shadow", 60, shadow.look),
    Job("appeals", 60, appeal_judges.look),
    Job("causes", 60, causes.look),
    Job("briefing", 30, briefings.look),
    Job("own_week", 60, own_week.look),
    Job("reports", 60, reports.look),
    Job("honours", 60, honours.look),
    Job("growth", 60, growth.look),
    Job("outcomes", 60, outcomes.look),
    Job("calibration", 5, poll_sessions.work),
    Job("decisions", 20, decisions.work),
    Job("opinions", 600, opinions.grade),
)
