"""Runs a story through a program that is killed again and again."""

import random
import time
from collections.abc import Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from tests.emulators.feishu import Feishu
from tests.faults import oracle, shop
from tests.faults.oracle import Database
from tests.faults.sender import THREADS, Sender, post
from tests.program import SERVE, Program, children, launch, ready, started

UP = 0.35  # seconds it is at work between two kills, on average


@dataclass(slots=True)
class Report:
    """What a run found, for people and for assertions."""

    seed: int
    kills: int = 0
    acknowledged: int = 0
    told: int = 0
    alerts: int = 0
    problems: list[str] = field(default_factory=list)
    orphans: list[int] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"seed {self.seed}: {self.kills} kills, {self.acknowledged} acknowledged of {self.told} sent, "
            f"{self.alerts} alerts, {len(self.problems)} problems {self.problems[:5]}"
        )


@dataclass(slots=True)
class Run:
    folder: Path
    database: str
    feishu: Feishu
    command: Sequence[str] = SERVE
    seed: int = field(default_factory=lambda: random.randrange(10**6))

    def survive(self, events: int, kills: int) -> Report:
        """Send the story while the program is killed; then let it finish, and ask the oracle."""
        chance, report = random.Random(self.seed), Report(self.seed)
        story = shop.story(events, self.seed)
        pause = max(0.0, THREADS * UP * kills / len(story.sendings))
        config = shop.write(self.folder, self.database, self.feishu)
        with Sender(story.sendings, pause, self.seed) as sender:
            for _ in range(kills - 1):
                self._kill(config, sender, chance, report)
            limit = self._kill_while_customers_wait(config, sender, story, report)
            self._finish(config, sender, limit)
        report.problems += self._late()
        return self._judge(report, story, sender)

    def meet(self, events: int, *, arrives: bool) -> Report:
        """Kill the program once, while a message is on its way to Feishu, which then arrives there or does not."""
        report, story = Report(self.seed), shop.story(events, self.seed)
        config = shop.write(self.folder, self.database, self.feishu)
        (fault,) = self.feishu.state.faults
        with Sender(story.sendings, seed=self.seed) as sender:
            with self._program(config) as program:
                sender.urls = (program.url,)
                self._wait_for_a_message()
                self._end(program, sender, report)
            fault.status = 0 if arrives else 503
            time.sleep(fault.late)
            fault.status = 0
            self._finish(config, sender)
        return self._judge(report, story, sender)

    def _wait_for_a_message(self) -> None:
        calls, until = self.feishu.state.calls, time.monotonic() + 30
        before = len(calls)
        while not any("/im/v1/messages" in call.path for call in calls[before:]) and time.monotonic() < until:
            time.sleep(0.005)

    def _finish(self, config: Path, sender: Sender, limit: float = 0.0) -> None:
        for fault in self.feishu.state.faults:
            fault.late = 0.0  # no kill comes any more for which it should be slow
        with self._program(config) as program:
            sender.urls = (program.url,)
            sender.finish(60)
            self._settle(limit)
        assert not sender.refused, sender.refused

    def _kill(self, config: Path, sender: Sender, chance: random.Random, report: Report) -> None:
        """At a random moment of its work; now and then while it is still starting."""
        with launch([*self.command, config], self._log) as program:
            if chance.random() < 0.15:
                time.sleep(chance.uniform(0.5, 2.0))
            else:
                sender.urls = (ready(program, self._log),)
                time.sleep(chance.uniform(0.0, 2 * UP))
            self._end(program, sender, report)

    def _kill_while_customers_wait(self, config: Path, sender: Sender, story: shop.Story, report: Report) -> float:
        """Some customers' limits come while nobody is there, or later; returns when the last one comes."""
        with self._program(config) as program, httpx.Client(trust_env=False) as client:
            sender.urls = (program.url,)
            limit = time.time() + 5
            for number in range(5):
                sending, conversation = shop.waiting(number, limit - time.time())
                assert post(client, program.url, sending) == 200
                story.messages.add((conversation, f"w{number}-0"))
                story.angry.add(conversation)
            self._end(program, sender, report)
        assert time.time() < limit
        return limit

    def _end(self, program: Program, sender: Sender, report: Report) -> None:
        below = children(program.process.pid)
        program.kill()
        sender.urls = ()
        report.orphans += below
        report.kills += 1

    def _settle(self, limit: float) -> None:
        """Until every limit has come and nothing waits, or until patience ends: the oracle then says what is wrong."""
        database = Database(self.database)
        until = time.monotonic() + 40
        while time.monotonic() < until and not (time.time() > limit + 1.5 and database.quiet()):
            time.sleep(0.2)
        database.close()

    def _judge(self, report: Report, story: shop.Story, sender: Sender) -> Report:
        database = Database(self.database)
        report.problems += oracle.problems(database, story, sender.acknowledged, self.feishu)
        report.alerts = database.number("SELECT count(*) FROM alert")
        report.acknowledged, report.told = len(sender.acknowledged), sender.tries
        database.close()
        return report

    def _late(self) -> list[str]:
        database = Database(self.database)
        late = database.number("SELECT count(*) FROM alert WHERE conversation LIKE 'shop:w%%' AND severity = 3")
        database.close()
        return [] if late == 5 else [f"{late} of 5 waiting customers turned red after the restart"]

    def _program(self, config: Path) -> AbstractContextManager[Program]:
        return started([*self.command, config], self._log)

    @property
    def _log(self) -> Path:
        return self.folder / "starling.log"
