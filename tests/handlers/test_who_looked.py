"""谁看过 tells its agents the truth: later, also after a hand-over, and however old the conversation is."""

from datetime import timedelta

from handlers import looks
from storage import conversations
from tests.handlers.stage import Stage, text_of


def looked(stage: Stage, name: str = "张主管") -> None:
    person = stage.ctx.people.named(name)
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:c1")
    assert person is not None
    assert stored is not None
    stage.store.transact(lambda tx: looks.note(stage.ctx, tx, person, stored, "告警 A1"))


def answer(stage: Stage, words: str, person: str = "小李") -> str:
    stage.say(person, words, f"@{person}")
    return text_of(stage.cards(f"@{person}")[-1])


def served(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.agent("您好，我马上看")


def test_while_the_talk_goes_on_nothing_is_said_of_who_listens(stage: Stage) -> None:
    served(stage)
    looked(stage)
    assert "结束后，或过一小时，告诉你谁看过" in answer(stage, "谁看过 A1")
    assert "已经结束的聊天，这七天没有人看过" in answer(stage, "谁看过")
    assert "还没有人看过这段聊天" not in answer(stage, "谁看过 A1", "张主管")
    stage.resolved()
    assert "张主管" in answer(stage, "谁看过 A1")


def test_who_served_before_a_hand_over_is_told_as_well(stage: Stage) -> None:
    served(stage)
    looked(stage)
    stage.assigned("xiaozhou")
    stage.resolved()
    assert "张主管" in answer(stage, "谁看过")
    assert "张主管" in answer(stage, "谁看过", "小周")


def test_a_look_of_this_week_at_an_older_talk_is_told(stage: Stage) -> None:
    served(stage)
    stage.resolved()
    stage.at += timedelta(days=10)
    looked(stage)
    assert "张主管" in answer(stage, "谁看过")
    stage.at += timedelta(days=8)
    assert "张主管" not in answer(stage, "谁看过")
