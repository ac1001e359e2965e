"""The quarter itself: a clock that jumps from one due moment to the next, and everything that is due then, done."""

import asyncio
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from random import Random

import structlog

from bot.simulation import traffic
from bot.simulation.chat import CountingChat
from bot.simulation.colleagues import Colleagues
from bot.simulation.talks import Pool
from bot.simulation.traffic import Coming, Load
from handlers import deliver, intake, news
from handlers.context import Context
from handlers.counting import figures
from handlers.replay import VirtualClock
from scheduler.jobs import JOBS, Job
from storage import alerts, conversations, inbox, occurrences, posts, silences

log = structlog.get_logger()

FIRST = date(2026, 1, 5)  # a Monday
WORKED = 5  # days a week
OFTEN = 30  # seconds: a job that runs more often is asked whenever an alert is due, too
DAILY = 3600  # seconds: one that may wait so long is asked once a day, because a quarter has two thousand hours
# These look through all of a day whenever they are asked, and a few hours change nothing about what they say.
SELDOM = {"reviews": timedelta(hours=4), "audit": timedelta(hours=4), "opinions": timedelta(hours=4)}
ROUND, BY_NIGHT, AWAKE = timedelta(hours=1), timedelta(hours=4), (8, 23)
STEP = timedelta(minutes=3)  # what happens within so long after a moment happens together
# Counting a day takes as long as living it: each is counted once, when it is over, and sales are not; nobody is told.
COUNTED = ("figures", "outcomes")
Tell = Callable[[Callable[[], str]], None]


@dataclass(slots=True)
class Quarter:
    ctx: Context
    clock: VirtualClock
    chat: CountingChat
    people: Colleagues
    loop: asyncio.Runner
    held_back: Counter[tuple[str, str]] = field(default_factory=Counter)  # (reason, week)
    asked_at: dict[str, datetime] = field(default_factory=dict)  # by job
    known: set[time] = field(default_factory=set)  # times of day at which something was due once
    urgent: datetime | None = None  # when an alert wants something
    talks: int = 0

    def live(self, rng: Random, pool: Pool, load: Load, weeks: int, tell: Tell) -> None:
        for n in range(weeks * 7):
            on = FIRST + timedelta(days=n)
            told = traffic.day(rng, pool, load, on, self.ctx.zone) if on.weekday() < WORKED else []
            self._day(on, deque(told))
            self.talks += load.agents * load.conversations if told else 0
            done = f"{on:%m-%d}：第 {n + 1} 天，共 {weeks * 7} 天，{self.talks} 段会话……"
            tell(lambda done=done: done)  # type: ignore[misc]

    def knows(self, at: Iterable[time]) -> None:
        """Times of day at which something is due."""
        self.known |= {*at}

    def _day(self, on: date, told: deque[Coming]) -> None:
        start = datetime.combine(on, time(), self.ctx.zone)
        end = start + timedelta(days=1)
        self.clock.at = start
        figures.roll_up(self.ctx, on - timedelta(days=1))
        rounds = deque(sorted(self._rounds(start, end)))
        while (at := self._next(told, rounds, end)) is not None:
            self.clock.at = at
            asked = bool(rounds) and rounds[0] <= at
            while rounds and rounds[0] <= at:
                rounds.popleft()
            self._come(told, at)
            self._moment(asked=asked)
        self._note(start, end)

    def _rounds(self, start: datetime, end: datetime) -> Iterator[datetime]:
        """When the timetable is asked: by the round, and whenever something has been due before."""
        at = start
        while at < end:
            yield at
            at += ROUND if AWAKE[0] <= at.hour < AWAKE[1] else BY_NIGHT
        yield from (datetime.combine(start.date(), of_day, self.ctx.zone) for of_day in self.known)

    def _next(self, told: deque[Coming], rounds: deque[datetime], end: datetime) -> datetime | None:
        """The next moment of this day at which anything is due, later than this one."""
        with self.ctx.store.read() as tx:
            self.urgent = alerts.next_due(tx, self.clock.at)
            due = [self.urgent, conversations.next_look(tx), posts.next_due(tx), self.people.next_at()]
        due += [told[0].row.received_at if told else None]
        at = max(min((at for at in due if at is not None), default=end), self.clock.at + STEP)
        at = min(at, rounds[0]) if rounds else at  # the timetable keeps its times
        return at if at < end else None

    def _come(self, told: deque[Coming], at: datetime) -> None:
        come = []
        while told and told[0].row.received_at <= at:
            one = told.popleft()
            news.remember(one.row.body, one.event)
            come.append(one.row)
        if come:
            self.ctx.store.transact(lambda tx: inbox.add(tx, come))

    def _moment(self, *, asked: bool) -> None:
        self.people.act()
        intake.work(self.ctx)
        urgent = self.urgent is not None and self.urgent <= self.clock.at
        for job in JOBS:
            if job.name not in COUNTED and ((asked and self._its_time(job)) or (urgent and job.seconds < OFTEN)):
                self._run(job)
        with self.ctx.store.read() as tx:
            due = posts.next_due(tx)
        if due is not None and due <= self.clock.at:
            self.loop.run(self._carry_out())

    def _its_time(self, job: Job) -> bool:
        last = self.asked_at.get(job.name)
        pause = timedelta(days=1) if job.seconds >= DAILY else timedelta(seconds=job.seconds)
        return last is None or self.clock.at - last >= SELDOM.get(job.name, pause)

    def _run(self, job: Job) -> None:
        self.asked_at[job.name] = self.clock.at
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
        self.knows(at.astimezone(self.ctx.zone).time() for at in due)
