"""The customers' chats beside the rooms: how loud each is now, and not how loud it once was."""

import pytest

from bot.running.live_chats import going_on
from storage.db import Store
from tests.handlers.stage import Stage

pytestmark = pytest.mark.parametrize("store", ["sqlite"], indirect=True)


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store)


def level(stage: Stage) -> str:
    (only,) = going_on(stage.ctx)
    return str(only["level"])


def test_a_chat_is_red_while_its_alert_stands(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    assert level(stage) == "red"
    stage.say("张主管", "认领 A1")
    assert level(stage) == "red"


def test_a_chat_is_calm_once_its_alert_has_ended(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.say("张主管", "解决 A1 已退款")
    assert level(stage) == "none"


def test_a_chat_whose_customer_is_well_again_is_calm_by_itself(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.agent("真的抱歉，我马上给您退款，十分钟到账")
    stage.customer("收到退款了，谢谢你，太好了")
    stage.passes(minutes=12)
    assert level(stage) == "none"
