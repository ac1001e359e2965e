"""Delivery: once, in time, within a room's budget, honest after a lost answer, and never silently given up."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.hearing import Hearing
from handlers import commands, deliver, intake, posting
from handlers.cards.card import Card, from_json, to_json
from handlers.errors import DeliveryFailed
from handlers.people import Person, Room
from handlers.protocols import Chat, Said, Target
from rules.policy import Policy
from rules.schedule import Schedule
from storage import alerts, posts
from storage.db import Store, Tx
from tests.handlers.stage import ROOMS, START, Stage, text_of


@dataclass
class Platform:
    """A chat that keeps what it was sent, and fails as often as it is told to."""

    name: str = "feishu"
    editable: bool = True
    keyed: bool = True
    failures: list[DeliveryFailed] = field(default_factory=list)
    sent: list[tuple[str, Card]] = field(default_factory=list)
    edited: list[tuple[str, Card]] = field(default_factory=list)

    async def send(self, target: Target, card: Card, key: str, session: str = "") -> str:
        if self.failures:
            raise self.failures.pop(0)
        self.sent.append((target.id, card))
        return f"om_{len(self.sent)}"

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        self.edited.append((message_id, card))

    async def upload(self, png: bytes) -> str:
        return "img"


class OneRoom(Stage):
    """A stage whose only alerts' room is on another platform."""

    def play(self, platform: Chat) -> None:
        async def rounds() -> None:
            while await deliver.work(self.ctx, {platform.name: platform, "sandbox": self.chat}):
                pass

        asyncio.run(rounds())


@pytest.fixture
def stage(store: Store) -> OneRoom:
    rooms = (Room("飞书群", "feishu", "oc_1"), *ROOMS[:1])
    return OneRoom(store, rooms=rooms, at=START + timedelta(minutes=10))  # away from the whole hour


def quietly_angry(stage: Stage) -> None:
    """Without the stage's own delivery."""
    stage.settle = lambda: None  # type: ignore[method-assign]
    stage.angry()
    intake.work(stage.ctx)


def test_ten_changes_before_delivery_cost_one_send(stage: OneRoom) -> None:
    platform = Platform()
    quietly_angry(stage)
    stage.play(platform)
    assert len(platform.sent) == 1
    assert platform.edited == []


def test_a_failure_is_tried_again_later_and_arrives_once(stage: OneRoom) -> None:
    platform = Platform(failures=[DeliveryFailed("502"), DeliveryFailed("timeout", uncertain=True)])
    quietly_angry(stage)
    for _ in range(3):
        stage.play(platform)
        stage.at += timedelta(seconds=30)
    assert len(platform.sent) == 1


def test_the_platform_says_how_long_to_wait(stage: OneRoom) -> None:
    platform = Platform(failures=[DeliveryFailed("429", retry_after=40)])
    quietly_angry(stage)
    stage.play(platform)
    stage.at += timedelta(seconds=39)
    stage.play(platform)
    assert platform.sent == []
    stage.at += timedelta(seconds=2)
    stage.play(platform)
    assert len(platform.sent) == 1


def test_a_second_try_after_a_lost_answer_is_marked_where_no_key_protects(stage: OneRoom) -> None:
    platform = Platform(keyed=False, failures=[DeliveryFailed("timeout", uncertain=True)])
    quietly_angry(stage)
    stage.play(platform)
    stage.at += timedelta(minutes=2)
    stage.play(platform)
    assert "可能重复" in str(platform.sent[0][1].blocks[0])


def test_after_a_lost_answer_the_card_is_brought_up_to_date(stage: OneRoom) -> None:
    platform = Platform(failures=[DeliveryFailed("timeout", uncertain=True)])
    quietly_angry(stage)
    stage.play(platform)
    stage.at += timedelta(minutes=2)
    stage.play(platform)
    assert [card for _, card in platform.edited] == [card for _, card in platform.sent]


def test_a_key_protects_only_as_long_as_the_platform_remembers_it(stage: OneRoom) -> None:
    platform = Platform(failures=[DeliveryFailed("timeout", uncertain=True)])
    quietly_angry(stage)
    stage.play(platform)
    stage.at += timedelta(hours=2)
    stage.play(platform)
    assert "可能重复" in str(platform.sent[0][1].blocks[0])


def test_a_card_that_cannot_be_delivered_is_told_to_the_admins(stage: OneRoom) -> None:
    platform = Platform(failures=[DeliveryFailed("机器人不在群里", permanent=True)])
    quietly_angry(stage)
    stage.play(platform)
    notice = next(c for c in stage.cards() if c["kind"] == "notice")
    assert "机器人不在群里" in text_of(notice)
    assert "飞书群" in text_of(notice)


def test_where_nothing_can_be_edited_only_a_change_of_state_is_worth_a_line(stage: OneRoom) -> None:
    platform = Platform(editable=False, keyed=False)
    quietly_angry(stage)
    stage.play(platform)
    stage.customer("你们人呢，到底退不退款")
    intake.work(stage.ctx)
    stage.play(platform)
    assert platform.edited == []
    stage.say("张主管", "认领 A1")
    stage.play(platform)
    assert [card.state for _, card in platform.edited] == ["已认领"]


def test_a_room_hears_no_more_than_its_platform_allows_and_red_goes_first(store: Store) -> None:
    stage = OneRoom(store, rooms=(Room("钉钉群", "dingtalk-webhook", "r1"),))
    stage.ctx = replace(stage.ctx, schedule=Schedule(most_cards=0))
    stage.at = datetime(2026, 11, 20, 6, 10, 30, tzinfo=UTC)
    platform = Platform(name="dingtalk-webhook", editable=False, keyed=False)
    stage.settle = lambda: None  # type: ignore[method-assign]
    for number in range(24):
        stage.customer("你们是骗子吧", f"orange{number}")
    stage.angry("red")
    intake.work(stage.ctx)
    stage.play(platform)
    first_minute = [card.tone for _, card in platform.sent]
    assert first_minute[0] == "red"
    assert len(first_minute) <= 20
    for _ in range(12):
        stage.at += timedelta(seconds=20)
        stage.play(platform)
    assert len(platform.sent) == 25
    with store.read() as tx:
        assert posts.backlog(tx) == (0, 0)


def test_feishu_hears_no_more_than_four_a_second(stage: OneRoom) -> None:
    platform = Platform()
    stage.ctx = replace(stage.ctx, schedule=Schedule(most_cards=0))
    stage.settle = lambda: None  # type: ignore[method-assign]
    for number in range(10):
        stage.customer("你们是骗子吧", f"c{number}")
    intake.work(stage.ctx)
    told = []
    for _ in range(4):
        stage.play(platform)
        told.append(len(platform.sent))
        stage.at += timedelta(seconds=1)
    assert told == [4, 8, 10, 10]


@pytest.mark.parametrize("clock", [(5, 59, 59), (6, 0, 0), (6, 30, 1)])
def test_nothing_is_sent_on_the_whole_or_half_hour_and_alerts_lose_seconds_only(
    stage: OneRoom, clock: tuple[int, int, int]
) -> None:
    platform = Platform()
    stage.at = datetime(2026, 11, 20, *clock, tzinfo=UTC)
    quietly_angry(stage)
    stage.play(platform)
    assert platform.sent == []
    stage.at += timedelta(seconds=4)
    stage.play(platform)
    assert len(platform.sent) == 1


def test_what_can_wait_is_sent_a_minute_after_the_bell(stage: OneRoom) -> None:
    platform = Platform()
    stage.at = datetime(2026, 11, 20, 6, 0, 0, tzinfo=UTC)
    about = posting.About("N", "notice")
    card = Card("notice", "blue", "🌱 一件小事")
    stage.store.transact(lambda tx: posting.want(stage.ctx, tx, about, Target("feishu", "oc_1"), card))
    stage.play(platform)
    stage.at += timedelta(seconds=50)
    stage.play(platform)
    assert platform.sent == []
    stage.at += timedelta(seconds=11)
    stage.play(platform)
    assert len(platform.sent) == 1


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
    stage.hearing = Hearing(stage.ctx, lambda: None)
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


def claimed_by_one_that_died(stage: OneRoom, platform: Platform) -> None:
    """Another process takes the posts, sends them, and is killed before it can say so."""
    quietly_angry(stage)
    for post in stage.store.transact(lambda tx: posts.claim(tx, stage.at, 20, deliver.LEASE)):
        if post.chat == platform.name:
            asyncio.run(platform.send(Target(post.chat, post.room), from_json(post.card), post.key))


def test_what_a_dead_process_may_have_sent_is_brought_up_to_date(stage: OneRoom) -> None:
    platform = Platform()
    claimed_by_one_that_died(stage, platform)
    stage.play(platform)
    assert platform.edited == []  # the dead one's time is not over
    stage.at += deliver.LEASE
    stage.play(platform)
    (_, card) = platform.edited[-1]
    assert text_of(to_json(card)) == text_of(to_json(platform.sent[-1][1]))


def test_what_a_dead_process_may_have_sent_is_marked_where_no_key_is_known(stage: OneRoom) -> None:
    platform = Platform(keyed=False, editable=False)
    claimed_by_one_that_died(stage, platform)
    stage.at += deliver.LEASE
    stage.play(platform)
    first, second = (text_of(to_json(card)) for _, card in platform.sent)
    assert "可能重复" not in first
    assert "可能重复" in second


def test_on_sqlite_nobody_waits_for_the_dead(stage: OneRoom) -> None:
    platform = Platform()
    claimed_by_one_that_died(stage, platform)
    asyncio.run(recovered(stage))
    stage.play(platform)
    assert len(platform.edited) == (1 if stage.store.dialect == "sqlite" else 0)


async def recovered(stage: OneRoom) -> None:
    await deliver.recover(stage.ctx)
