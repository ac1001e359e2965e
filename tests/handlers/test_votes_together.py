"""Five hundred people vote at once, some change their mind: no vote is lost, and the tally equals the ledger."""

import asyncio
from collections import Counter
from datetime import timedelta

from handlers.people import Person
from handlers.protocols import Pressed, Reply
from rules import poll
from storage import ballots, decisions
from tests.handlers.calibration import CROWD, WEDNESDAY, closed, goes, of, opened, ready
from tests.handlers.stage import Stage

PEOPLE = 500
CHOICES = ("deduct.1", "deduct.3", "keep", "unsure")


def presses(stage: Stage, names: list[str], code: str, key: str) -> list[Pressed]:
    """Each votes once; every fifth another time."""
    first = [(name, CHOICES[n % 4], f"first{n}") for n, name in enumerate(names)]
    again = [(name, "keep", f"again{n}") for n, name in enumerate(names) if n % 5 == 0]
    told = [*first, *again]
    return [Pressed("sandbox", event, "polls", key, name, "vote", f"{code}/{choice}") for name, choice, event in told]


async def together(stage: Stage, told: list[Pressed]) -> list[Reply]:
    return list(await asyncio.gather(*(stage.hearing.pressed(press) for press in told)))


def test_no_vote_of_five_hundred_is_lost_and_the_tally_is_that_of_the_ledger(stage: Stage) -> None:
    names = [f"客服{n}" for n in range(PEOPLE)]
    ready(stage, (*CROWD, *(Person(name, "agent", "售后", ids={"sandbox": name}) for name in names)))
    case = opened(stage)[0]
    replies = asyncio.run(together(stage, presses(stage, names, case.code, of(stage, case)["key"])))
    assert {reply.ok for reply in replies} == {True}
    with stage.store.read() as tx:
        ledger, counted = ballots.from_ledger(tx, case.id), ballots.votes(tx, case.id)
        assert ballots.voters(tx, [case.id])[case.id] == PEOPLE
        assert set(ledger) == set(names)
        assert Counter(ledger.values()) == Counter(counted)
    goes(stage, WEDNESDAY + timedelta(minutes=3))
    assert f"已投 {PEOPLE} 人" in of(stage, case)["state"]
    closed(stage)
    with stage.store.read() as tx:
        decision = decisions.of(tx, case.id)
    assert decision is not None
    n = Counter(vote.choice for vote in counted)
    assert [decision.told.counts[name] for name in poll.CHOICES] == [n[name] for name in poll.CHOICES]
