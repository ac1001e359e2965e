"""APScheduler behind start and stop: it only says when."""

from collections.abc import Callable, Sequence

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler

from handlers.context import Context
from scheduler.jobs import Job

log = structlog.get_logger()


class Clock:
    """Runs each job in its own time, never twice at once; a job that fails is tried at its next time."""

    def __init__(self, jobs: Sequence[Job], ctx: Context, after: Callable[[], None] = lambda: None):
        self._after = after  # called when a job reports that it did something
        self._scheduler = BackgroundScheduler(executors={"default": ThreadPoolExecutor(4)}, timezone="UTC")
        for job in jobs:
            self._scheduler.add_job(
                self._run, "interval", args=(job, ctx), seconds=job.seconds, id=job.name, coalesce=True,
                max_instances=1, misfire_grace_time=None,
            )  # fmt: skip

    def start(self) -> None:
        self._scheduler.start()

    def stop(self) -> None:
        self._scheduler.shutdown(wait=True)

    @property
    def running(self) -> bool:
        return bool(self._scheduler.running)

    def _run(self, job: Job, ctx: Context) -> None:
        try:
            if job.run(ctx):
                self._after()
        except Exception:  # around one job
            log.exception("job_failed", job=job.name)
