"""The auditor: what is forgotten, stuck or cut off is told once, stops the heartbeat, and is told again when mended."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

import pytest

from handlers.alerting import auditor
from handlers.context import Pulse
from rules.policy import Policy
from storage import alerts, posts
from storage.db import Store
from storage.posts import Wanted
from tests.handlers.stage import ROOMS, Stage, text_of

PATIENT = Policy(first_reply_seconds=90000, reply_seconds=90000, escalate_minutes=600)


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store, PATIENT, rooms=ROOMS[:1])


def notices(stage: Stage) -> list[str]:
    stage.settle()
    return [card["title"] for card in stage.cards() if card["kind"] == "notice"]


def test_while_all_is_well_the_heart_beats_and_nothing_is_said(stage: Stage) -> None:
    stage.angry()
    auditor.look(stage.ctx)
    assert notices(stage) == []
    assert stage.ctx.pulse.at == stage.at
    assert stage.ctx.pulse.beats(stage.at + timedelta(minutes=2))
    assert not stage.ctx.pulse.beats(stage.at + timedelta(minutes=4))  # the auditor itself is gone


def test_an_alert_without_a_next_step_is_told_once_and_again_when_mended(stage: Stage) -> None:
    stage.angry()
    stage.store.transact(lambda tx: alerts.change(tx, alerts.get(tx, 1), stage.at, escalate_at=None))
    stage.at += timedelta(minutes=3)
    for _ in range(3):
        auditor.look(stage.ctx)
    assert len(notices(stage)) == 1
    assert "#A1" in notices(stage)[0]
    assert not stage.ctx.pulse.beats(stage.at)
    stage.say("张主管", "认领 A1")
    auditor.look(stage.ctx)
    assert notices(stage)[-1] == "🌱 好了，恢复正常"
    assert stage.ctx.pulse.beats(stage.at)


def test_a_ladder_that_was_climbed_to_its_end_is_not_forgotten(store: Store) -> None:
    stage = Stage(store, replace(PATIENT, escalate_minutes=2), rooms=ROOMS[:1])
    stage.angry()
    stage.passes(minutes=12)
    auditor.look(stage.ctx)
    assert notices(stage) == []


def test_a_card_that_does_not_leave_is_told(stage: Stage) -> None:
    card = {"kind": "alert", "tone": "red", "title": "x", "state": "", "blocks": [], "buttons": [], "mentions": []}
    wanted = Wanted("k1", "feishu", "oc_1", False, "alert", "A9", card)
    stage.store.transact(lambda tx: posts.want(tx, wanted, stage.at))
    stage.carry = lambda: None
    stage.at += timedelta(minutes=6)
    auditor.look(stage.ctx)
    assert any("没发出去" in says for says in stage.ctx.pulse.troubles)


def test_a_helpdesk_that_falls_silent_in_service_hours_is_told(stage: Stage) -> None:
    stage.ctx = replace(stage.ctx, expected={"shop": 30, "other": 0})
    stage.customer("在吗")
    stage.at += timedelta(minutes=29)
    auditor.look(stage.ctx)
    assert notices(stage) == []
    stage.at += timedelta(minutes=2)
    auditor.look(stage.ctx)
    assert "客服系统 shop 从 14:00 起没有消息了" in notices(stage)[0]


def test_a_helpdesk_from_which_nothing_ever_came_is_told(stage: Stage) -> None:
    stage.ctx = replace(stage.ctx, expected={"never": 60, "other": 0})
    auditor.look(stage.ctx)
    stage.at += timedelta(minutes=59)
    auditor.look(stage.ctx)
    assert notices(stage) == []
    stage.at += timedelta(minutes=2)
    auditor.look(stage.ctx)
    assert "客服系统 never 还从来没有来过消息，平时 1 小时内总会有；线可能还没接上" in notices(stage)[0]
    stage.ctx = replace(stage.ctx, pulse=Pulse())
    auditor.look(stage.ctx)
    assert not stage.ctx.pulse.beats(stage.at), "a restart mends nothing"
    assert len(notices(stage)) == 1


def test_a_part_that_stays_down_is_told_but_not_a_short_drop(stage: Stage) -> None:
    alive: Mapping[str, bool] = {"worker": True, "feishu": False}
    stage.ctx = replace(stage.ctx, parts=lambda: alive)
    auditor.look(stage.ctx)
    assert notices(stage) == []
    stage.at += timedelta(minutes=2)
    auditor.look(stage.ctx)
    assert "飞书长连接现在没有在工作" in notices(stage)[0]
    assert "doctor" in text_of(stage.cards()[-1])


def test_two_processes_tell_it_once(stage: Stage) -> None:
    stage.ctx = replace(stage.ctx, expected={"shop": 1})
    stage.customer("在吗")
    stage.at += timedelta(minutes=5)
    other = replace(stage.ctx, pulse=type(stage.ctx.pulse)())
    auditor.look(stage.ctx)
    auditor.look(other)
    assert len(notices(stage)) == 1
    assert other.pulse.troubles == stage.ctx.pulse.troubles
