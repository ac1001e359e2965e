"""A made-up talk says in its JSON what it says as events, each time it is told to other people."""

import json
from datetime import datetime
from random import Random
from zoneinfo import ZoneInfo

from bot import engine
from bot.simulation import talks
from rules import events
from rules.policy import Policy

SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_the_json_of_every_talk_is_what_its_events_write() -> None:
    pool = talks.pool(engine.load(), Policy(), 1)
    rng = Random(1)
    told = 0
    for n, talk in enumerate(one for some in pool.values() for one in some):
        players = {agent: f"a{rng.randrange(900):03}" for agent in talk.agents}
        start = datetime(2026, 2, 3, 9, 0, rng.randrange(60), tzinfo=SHANGHAI)
        for at, event, kind, body in talks.retold(talk, f"0203-{n}", players, start):
            assert body == json.dumps(events.write(event), ensure_ascii=False)
            assert (kind, at >= start) == (json.loads(body)["type"], True)
            told += 1
    assert told > 1000
