"""Votes that come while the ballots are being counted: either they are counted, or the voter is told it is over."""

import asyncio
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from handlers.calibrating import poll_sessions
from handlers.people import Person
from handlers.protocols import Pressed
from storage import ballots, decisions
from tests.handlers.calibration import CROWD, WEDNESDAY, of, opened, ready
from tests.handlers.stage import Stage


def test_whoever_reads_that_it_is_noted_is_in_the_tally(stage: Stage) -> None:
    names = [f"客服{n}" for n in range(60)]
    ready(stage, (*CROWD, *(Person(name, "agent", "售后", ids={"sandbox": name}) for name in names)))
    case = opened(stage)[0]
    key = of(stage, case)["key"]
    stage.at = WEDNESDAY + timedelta(minutes=60) - timedelta(microseconds=1)

    async def pressed() -> list[bool]:
        told = [Pressed("sandbox", f"e{n}", "polls", key, name, "vote", f"{case.code}/keep")
                for n, name in enumerate(names)]  # fmt: skip
        return [reply.ok for reply in await asyncio.gather(*map(stage.hearing.pressed, told))]

    def closes() -> None:
        stage.at = WEDNESDAY + timedelta(minutes=61)
        poll_sessions.work(stage.ctx)

    with ThreadPoolExecutor(2) as pool:
        voting = pool.submit(asyncio.run, pressed())
        pool.submit(closes).result()
        noted = Counter(voting.result())
    with stage.store.read() as tx:
        decision = decisions.of(tx, case.id)
        assert len(ballots.votes(tx, case.id)) == noted[True]
    assert decision is not None
    assert decision.told.counts["keep"] == noted[True]
    assert sum(noted.values()) == 60
