"""How fast we speak: within each platform's limits by any clock, red first, first cards first, silent at the bell."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from handlers import intake, posting
from handlers.cards.card import Card
from handlers.people import Room
from handlers.protocols import Target
from rules.schedule import Schedule
from storage import posts
from storage.db import Store
from tests.handlers.stage import ROOMS, START
from tests.handlers.test_deliver import OneRoom, Platform, quietly_angry


@pytest.fixture
def stage(store: Store) -> OneRoom:
    rooms = (Room("飞书群", "feishu", "oc_1"), *ROOMS[:1])
    return OneRoom(store, rooms=rooms, at=START + timedelta(minutes=10))  # away from the whole hour


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


def test_feishu_hears_no_more_than_four_a_second_of_any_clock(stage: OneRoom) -> None:
    platform = Platform()
    stage.ctx = replace(stage.ctx, schedule=Schedule(most_cards=0))
    stage.settle = lambda: None  # type: ignore[method-assign]
    for number in range(10):
        stage.customer("你们是骗子吧", f"c{number}")
    intake.work(stage.ctx)
    stage.at += timedelta(milliseconds=900)
    told = []
    for seconds in (0.2, 1.4, 1.6, 0):  # the first two are two seconds of the clock
        stage.play(platform)
        told.append(len(platform.sent))
        stage.at += timedelta(seconds=seconds)
    assert told == [4, 4, 8, 10]


def red_cards(stage: OneRoom, count: int, *, tone: str = "red", kind: str = "alert", first: int = 0) -> list[str]:
    """Cards wanted in the room, with nothing behind them."""
    card, target = Card(kind, tone, "🔴 等了很久", state="待认领"), stage.rooms[0].target
    abouts = [posting.About(f"X{n}", f"link{n}") for n in range(first, first + count)]
    return stage.store.transact(lambda tx: [posting.want(stage.ctx, tx, about, target, card) for about in abouts])


def dingtalk_stage(store: Store) -> tuple[OneRoom, Platform]:
    stage = OneRoom(store, rooms=(Room("钉钉群", "dingtalk", "r1"),), at=START + timedelta(minutes=10))
    stage.ctx = replace(stage.ctx, editable=frozenset({"dingtalk"}))
    return stage, Platform(name="dingtalk")


def test_twenty_in_sixty_seconds_whatever_minute_the_clock_shows(store: Store) -> None:
    stage, platform = dingtalk_stage(store)
    stage.at += timedelta(seconds=50)
    red_cards(stage, 45)
    sent: list[datetime] = []
    for _ in range(150):
        stage.play(platform)
        sent += [stage.at] * (len(platform.sent) - len(sent))
        stage.at += timedelta(seconds=1)
    assert len(sent) == 45
    assert max(sum(timedelta() <= b - a < timedelta(seconds=60) for b in sent) for a in sent) == 20


def test_a_change_of_a_dingtalk_card_is_no_message_of_its_budget(store: Store) -> None:
    stage, platform = dingtalk_stage(store)
    red_cards(stage, 20)
    stage.play(platform)
    red_cards(stage, 20)
    stage.at += timedelta(seconds=1)
    stage.play(platform)
    assert (len(platform.sent), len(platform.edited)) == (20, 20)


def test_an_answer_is_never_as_urgent_as_red(store: Store) -> None:
    stage, platform = dingtalk_stage(store)
    red_cards(stage, 30, kind="reply")
    stage.play(platform)
    assert len(platform.sent) == 16
    red_cards(stage, 4, first=30)
    stage.play(platform)
    assert [card.kind for _, card in platform.sent[16:]] == ["alert"] * 4


def test_a_first_card_goes_before_a_change_of_another(stage: OneRoom) -> None:
    platform = Platform()
    red_cards(stage, 4)
    stage.play(platform)
    red_cards(stage, 4)
    red_cards(stage, 2, first=4)
    stage.at += timedelta(seconds=2)
    stage.play(platform)
    assert (len(platform.sent), len(platform.edited)) == (6, 2)


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
