"""Texts fade after their time, and are gone later; what was counted stays."""

from sqlalchemy import text

from handlers import tick
from storage import conversations
from tests.handlers.stage import Stage

PHONE = "13812345678"


def test_after_its_time_a_conversation_holds_no_personal_data(stage: Stage) -> None:
    stage.customer(f"我手机{PHONE}，再不退款我就投诉到12315")
    stage.passes(seconds=20)
    tick.tidy(stage.ctx)
    assert told(stage) == f"我手机{PHONE}，再不退款我就投诉到12315"
    stage.at += stage.ctx.keep
    tick.tidy(stage.ctx)
    assert PHONE not in told(stage)
    assert "12315" in told(stage)
    with stage.store.read() as tx:
        assert tx.scalar(text("SELECT customer_name FROM conversation")) == "王**"
        assert PHONE not in (tx.scalar(text("SELECT quote FROM finding ORDER BY id LIMIT 1")) or "")


def test_later_its_messages_are_gone_and_its_alert_stays(stage: Stage) -> None:
    stage.angry()
    stage.passes(seconds=20)
    stage.at += stage.ctx.keep_masked
    tick.tidy(stage.ctx)
    with stage.store.read() as tx:
        assert tx.scalar(text("SELECT count(*) FROM message")) == 0
        assert tx.scalar(text("SELECT count(*) FROM alert")) == 1


def told(stage: Stage) -> str:
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:c1")
    assert stored is not None
    return stored.conversation.messages[0].text
