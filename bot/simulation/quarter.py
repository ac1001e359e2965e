"""The quarter itself: a clock that jumps from one due moment to the next, and everything that is due then, done."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import structlog

from bot.simulation import traffic
from bot.simulation.chat import CountingChat
from bot.simulation.colleagues import Colleagues
from bot.simulation.traffic import Pool
from handlers import deliver, figures, intake
from handlers.context import Context
from handlers.replay import VirtualClock
from scheduler.jobs import JOBS, Job
from storage import alerts, conversations, inbox, occurrences, posts, silences
from storage.inbox import NewRow

log = structlog.get_logger()

FIRST = date(2026, 1, 5)  # a Monday
WORKED = 5  # days a week
OFTEN = 30  # seconds: a job that runs more often is asked at every moment, the others by the round
ROUND, BY_NIGHT, AWAKE = timedelta(minutes=15), timedelta(hours=1), (8, 23)
STEP = timedelta(minutes=1)  # what is due within the same minute happens together
COUNTED = "figures"  # counting a day takes as long as living it: each is counted once, when it is over
Tell = Callable[[Callable[[], str]], None]


@dataclass(slots=True)
class Quarter:
    ctx: Context
    clock: VirtualClock
    chat: CountingChat
    people: Colleagues
    loop: asyncio.Runner
    held_back: Counter[tuple[str, str]] = field(default_factory=Counter)  # (reason, week)
    known: set[time] = field(default_factory=set)  # times of day at which something was due once
    talks: int = 0

    def live(self, rng: Random, talks: Pool, staff: tuple[int, int], weeks: int, tell: Tell) -> None:
        for n in range(weeks * 7):
            on = FIRST + timedelta(days=n)
            rows = traffic.day(rng, talks, staff, on, self.ctx.zone) if on.weekday() < WORKED else []
            self._day(on, deque(rows))
            self.talks += staff[0] * staff[1] if rows else 0
            done = f"{on:%m-%d}：第 {n + 1} 天，共 {weeks * 7} 天，{self.talks} 段会话……"
            tell(lambda done=done: done)  # type: ignore[misc]

    def _day(self, on: date, rows: deque[NewRow]) -> None:
        start = datetime.combine(on, time(), self.ctx.zone)
        end = start + timedelta(days=1)
        self.clock.at = start
        figures.roll_up(self.ctx, on - timedelta(days=1))
        rounds = deque(sorted(self._rounds(start, end)))
        while (at := self._next(rows, rounds, end)) is not None:
            self.clock.at = at
            asked = bool(rounds) and rounds[0] <= at
            while rounds and rounds[0] <= at:
                rounds.popleft()
            self._moment(self._come(rows, at), asked=asked)
        self._note(start, end)

    def _rounds(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """When the timetable is asked: by the round, and whenever something has been due before."""
        at = start
        while at < end:
            yield at
            at += ROUND if AWAKE[0] <= at.hour < AWAKE[1] else BY_NIGHT
        yield from (datetime.combine(start.date(), of_day, self.ctx.zone) for of_day in self.known)

    def _next(self, rows: deque[NewRow], rounds: deque[datetime], end: datetime) -> datetime | None:
        """The next moment of this day at which anything is due, later than this one."""
        with self.ctx.store.read() as tx:
            due = [conversations.next_look(tx), alerts.next_due(tx, self.clock.at), posts.next_due(tx)]
        due += [self.people.next_at(), rows[0].received_at if rows else None, rounds[0] if rounds else None]
        soon = self.clock.at + STEP
        # What comes and the rounds keep their times; what we have put off ourselves, at least a step.
        times = [at for at in due[-2:] if at is not None] + [max(at, soon) for at in due[:-2] if at is not None]
        at = min((at for at in times if at is not None), default=None)
        return at if at is not None and at < end else None

    def _come(self, rows: deque[NewRow], at: datetime) -> int:
        come = []
        while rows and rows[0].received_at <= at:
            come.append(rows.popleft())
        if come:
            self.ctx.store.transact(lambda tx: inbox.add(tx, come))
        return len(come)

    def _moment(self, come: int, *, asked: bool) -> None:
        pressed = self.people.act()
        intake.work(self.ctx)
        for job in JOBS:
            if job.name != COUNTED and (asked or (job.seconds < OFTEN and (come or not pressed))):
                self._run(job)
        if asked:
            intake.work(self.ctx)
        self.loop.run(self._carry_out())

    def _run(self, job: Job) -> None:
        try:
            job.run(self.ctx)
        except Exception:  # around one job, as in the running Starling
            log.exception("job_failed", job=job.name)

    async def _carry_out(self) -> None:
        while await deliver.work(self.ctx, {self.chat.name: self.chat}, 100):
            pass

    def _note(self, start: datetime, end: datetime) -> None:
        year, week, _ = start.isocalendar()
        with self.ctx.store.read() as tx:
            for reason, n in silences.counted(tx, start, end).items():
                self.held_back[reason, f"{year}-W{week:02}"] += n
            due = (at for _, at, _ in occurrences.ran(tx))
        self.known |= {at.astimezone(self.ctx.zone).time() for at in due}
