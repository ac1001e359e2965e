"""Whatever rooms, hours, budgets and mutes there are: what deserves an alert ends in a post or a written reason."""

import random
from dataclasses import replace
from datetime import datetime, time, timedelta

import pytest
from sqlalchemy import text

from handlers.people import Room
from rules.policy import Policy
from rules.schedule import Schedule
from storage import gatherings, posts, silences
from storage.alerts import not_closed
from storage.db import Store, Tx
from storage.mutes import Mute, add
from tests.handlers.stage import START, Stage

SAID = ("你们是骗子吧", "再不解决我就投诉到12315", "快递三天没动了，太让人失望了", "我不想活了", "补发的还没到")
LEVELS = ("yellow", "orange", "red")


@pytest.mark.parametrize("seed", range(4))
def test_every_alert_is_told_or_explained(store: Store, seed: int) -> None:
    chance = random.Random(seed)
    stage = Stage(store, Policy(first_reply_seconds=90000, reply_seconds=90000), rooms=_rooms(chance))
    quiet = ((time(22), time(8)),) if chance.random() < 0.5 else ()
    schedule = Schedule(quiet_hours=quiet, most_cards=chance.choice((0, 1, 3)), same_matter=chance.choice((0, 2, 5)))
    stage.ctx = replace(stage.ctx, schedule=schedule)
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    stage.at = START + timedelta(hours=chance.choice((0, 9)))
    for mute in _mutes(chance, stage.at):
        store.transact(lambda tx, mute=mute: add(tx, mute, stage.at))  # type: ignore[misc]
    for number in range(12):
        stage.customer(chance.choice(SAID), f"c{number}")
    with store.read() as tx:
        alerted = {alert.conversation for alert in not_closed(tx, 100) if _told(tx, alert.id)}
        found = "SELECT DISTINCT conversation FROM finding WHERE standing AND severity > 0 AND kind = 'risk'"
        deserving = set(tx.scalars(text(found)))
        assert deserving
        assert [c for c in sorted(deserving - alerted) if not silences.of(tx, c)] == []


def _told(tx: Tx, alert: int) -> bool:
    return bool(posts.about(tx, f"A{alert}")) or bool(gatherings.of(tx, alert))


def _rooms(chance: random.Random) -> tuple[Room, ...]:
    def some(*values: str) -> tuple[str, ...]:
        return tuple(value for value in values if chance.random() < 0.4)

    return tuple(
        Room(
            f"群{i}",
            "sandbox",
            f"r{i}",
            some("售前"),
            "team",
            ("alerts",),
            some("别家店"),
            some("email"),
            some(*LEVELS),
        )
        for i in range(chance.randint(1, 3))
    )


def _mutes(chance: random.Random, now: datetime) -> list[Mute]:
    wanted = (("rule", "distrust"), ("rule", "threat_complaint"), ("shop", "云雀旗舰店"), ("rule", "parcel_stuck"))
    until = now + timedelta(hours=1)
    return [Mute(0, what, value, value, "", "张主管", until) for what, value in wanted if chance.random() < 0.3]
