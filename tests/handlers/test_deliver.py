"""Delivery: once, in time, within a room's budget, honest after a lost answer, and never silently given up."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from handlers import deliver, intake
from handlers.alerting import auditor
from handlers.cards.card import Card, from_json, to_json
from handlers.errors import DeliveryFailed
from handlers.people import Person, Room
from handlers.protocols import Chat, Pressed, Target
from storage import posts
from storage.db import Store
from tests.handlers.stage import PEOPLE, ROOMS, START, Stage, text_of


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
    people = (*PEOPLE, Person("飞书主管", "lead", "售后", ids={"feishu": "ou_zhang"}))
    return OneRoom(store, people=people, rooms=rooms, at=START + timedelta(minutes=10))  # away from the whole hour


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


@dataclass
class Recalled(Platform):
    """Somebody took our cards away: they cannot be changed any more."""

    async def edit(self, target: Target, message_id: str, card: Card, key: str) -> None:
        raise DeliveryFailed("这条消息已被撤回，改不了了", permanent=True)


def test_cards_that_cannot_be_changed_any_more_are_told_once_for_their_matter(stage: OneRoom) -> None:
    platform = Recalled()
    stage.carry = lambda: stage.play(platform)
    stage.angry()
    for text in ("你们人呢，到底退不退款", "再不解决我就去12315投诉了", "骗子"):
        stage.customer(text)
        stage.passes(minutes=1)
    auditor.look(stage.ctx)
    stage.settle()
    told = [c["title"] for c in stage.cards() if c["kind"] == "notice"]
    assert told == ["🟡 有一张卡片改不了了"]


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


def test_an_alert_that_was_closed_before_its_turn_is_not_told_any_more(stage: OneRoom) -> None:
    platform = Platform(failures=[DeliveryFailed("429", retry_after=40)])
    quietly_angry(stage)
    stage.play(platform)
    stage.at += timedelta(seconds=20)
    stage.say("张主管", "解决 A1")
    stage.at += timedelta(seconds=30)
    stage.play(platform)
    assert platform.sent == []
    with stage.store.read() as tx:
        assert posts.backlog(tx) == (0, 0)


@pytest.mark.parametrize("arrived", [True, False])
def test_a_card_redrawn_in_an_answer_is_edited_unless_the_answer_surely_arrived(stage: OneRoom, arrived: bool) -> None:
    platform = Platform()
    stage.carry = lambda: stage.play(platform)
    stage.angry()
    with stage.store.read() as tx:
        (post,) = (p for p in posts.about(tx, "A1") if p.chat == "feishu")
    button = next(b for b in post.card["buttons"] if b["action"] == "claim")
    press = Pressed("feishu", "e1", "oc_1", post.key, "ou_zhang", "claim", button["value"])
    platform.edited.clear()
    assert asyncio.run(stage.hearing.pressed(press)).card
    if arrived:
        stage.hearing.stands(press)
    stage.passes(seconds=20)
    assert [card.state for _, card in platform.edited] == ([] if arrived else ["已认领"])


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
