"""The end of a ladder: those who were called are rung, once, unless somebody claimed; and where that cannot be, why."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from handlers import commands
from handlers.errors import DeliveryFailed
from handlers.people import Person, Room
from handlers.protocols import Said
from rules.policy import Policy
from storage import alerts
from storage.db import Store, Tx
from tests.handlers.stage import START
from tests.handlers.test_deliver import OneRoom, Platform


@dataclass
class Ringing(Platform):
    rung: list[tuple[str, tuple[str, ...]]] = field(default_factory=list)

    async def urge(self, message_id: str, people: Sequence[str]) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.rung.append((message_id, tuple(people)))


LADDER = Policy(ladder=(("red", ("lead 3", "admin 3", "phone 2")),), first_reply_seconds=9000, reply_seconds=9000)
PEOPLE = (
    Person("张主管", "lead", "售后", ids={"feishu": "ou_zhang"}),
    Person("老管", "admin", ids={"feishu": "ou_guan"}),
)


def climbing(store: Store, platform: Ringing, *, urgent: bool = True) -> OneRoom:
    stage = OneRoom(store, LADDER, START + timedelta(minutes=10), PEOPLE, (Room("飞书群", "feishu", "oc_1"),))
    stage.ctx = replace(stage.ctx, urgent=frozenset({platform.name} if urgent else ()), editable=frozenset({"feishu"}))
    stage.carry = lambda: stage.play(platform)
    stage.hearing = replace(stage.hearing, ctx=stage.ctx)
    stage.angry()
    return stage


def test_at_the_end_of_the_ladder_those_who_were_called_are_rung(store: Store) -> None:
    platform = Ringing()
    stage = climbing(store, platform)
    stage.passes(minutes=9)
    assert [card.mentions for _, card in platform.sent] == [(), ("ou_zhang",), ("ou_guan",)]
    assert platform.rung == [("om_3", ("ou_zhang", "ou_guan"))]


def test_a_claim_before_the_ring_leaves_everybody_in_peace(store: Store) -> None:
    platform = Ringing()
    stage = climbing(store, platform)
    stage.passes(minutes=7)
    stage.hearing.ctx.store.transact(lambda tx: claim(stage, tx))
    stage.passes(minutes=5)
    assert platform.rung == []


def claim(stage: OneRoom, tx: Tx) -> None:
    said = Said("feishu", "said1", "oc_1", "ou_zhang", "认领 A1")
    commands.said(stage.ctx, tx, said)


def test_a_ring_that_was_refused_is_tried_again(store: Store) -> None:
    platform = Ringing()
    stage = climbing(store, platform)
    stage.passes(minutes=7)
    platform.failures = [DeliveryFailed("429", retry_after=5)]
    stage.passes(minutes=3)
    assert len(platform.rung) == 1


def test_where_nobody_can_be_rung_the_reason_is_kept(store: Store) -> None:
    stage = climbing(store, Ringing(), urgent=False)
    stage.passes(minutes=9)
    with store.read() as tx:
        assert "没有加急" in next(s.words for s in alerts.steps(tx, 1) if s.step == "skipped")
