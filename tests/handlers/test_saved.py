"""救回来了: which conversations count as saved, who is named where, and the lead's week; and news that waits."""

from datetime import UTC, datetime, timedelta
from typing import Any

from handlers import digest
from storage.db import Store
from tests.handlers.stage import PEOPLE, Stage, facts, text_of

WEDNESDAY = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai


def cards(stage: Stage, room: str, kind: str) -> list[dict[str, Any]]:
    return [card for card in stage.cards(room) if card["kind"] == kind]


def trouble(stage: Stage, conversation: str = "c1") -> None:
    stage.assigned("xiaozhou", conversation)
    stage.angry(conversation)


def comfort(stage: Stage, conversation: str = "c1") -> None:
    stage.agent("让您久等了，退款已经打回原路，今天 18 点前到账，我盯着", conversation, "xiaozhou")
    stage.customer("好的谢谢", conversation)
    stage.resolved(conversation)


def test_a_saved_conversation_shows_who_helped_and_both_moods(stage: Stage) -> None:
    trouble(stage)
    stage.press("张主管", "claim")
    stage.say("张主管", "私下提示 A1 先道歉", "@张主管")
    stage.passes(minutes=13)
    comfort(stage)
    (card,) = cards(stage, "leads", "saved")
    assert card["title"] == "💚 救回来了 · 用了 13 分钟"
    quotes = [(b["who"], b["text"], b["at"]) for b in card["blocks"] if b["type"] == "quote"]
    assert quotes == [("之前", "再不解决我就投诉到12315", "14:00"), ("后来", "好的谢谢", "14:13")]
    assert facts(card)["谁搭了手"] == "张主管 认领 · 张主管 私下提示 · 小周 稳住了客户"
    (card,) = cards(stage, "team", "saved")
    assert "小周" not in text_of(card)
    assert "接待的同事 稳住了客户" in facts(card)["谁搭了手"]


def test_the_mood_and_everybody_who_stepped_in_are_told(stage: Stage) -> None:
    stage.assigned("xiaozhou")
    stage.angry()
    stage.say("张主管", "认领 A1", "@张主管")
    stage.say("张主管", "转给 A1 小李", "@张主管")
    stage.say("老管", "接管 A1", "@老管")
    comfort(stage)
    (card,) = cards(stage, "leads", "saved")
    assert facts(card)["心情"] == "从很着急到满意"
    assert facts(card)["谁搭了手"] == "张主管 认领 · 张主管 转给小李 · 老管 接手 · 小周 稳住了客户"
    (card,) = cards(stage, "team", "saved")
    assert "张主管 转给同事 · 老管 接手" in facts(card)["谁搭了手"]


def test_an_agent_who_likes_it_is_praised_by_name(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.press("张主管", "claim")
    stage.agent("让您久等了，退款已经打回原路，我盯着")
    stage.customer("好的谢谢")
    stage.resolved()
    assert "小李 稳住了客户" in text_of(cards(stage, "team", "saved")[0])


def test_without_anybody_who_helped_nothing_is_celebrated(stage: Stage) -> None:
    trouble(stage)
    comfort(stage)
    assert cards(stage, "leads", "saved") == []


def test_a_matter_that_is_finished_by_hand_while_the_customer_is_still_angry_was_not_saved(stage: Stage) -> None:
    trouble(stage)
    stage.press("张主管", "claim")
    assert stage.press("张主管", "resolve").ok
    assert cards(stage, "leads", "saved") == []


def test_personal_data_stay_out_of_the_saved_card(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.customer("再不退款我就投诉到12315，打我13812345678")
    stage.press("张主管", "claim")
    stage.agent("让您久等了，退款已经打回原路")
    stage.customer("好的谢谢，13812345678 也是我")
    stage.resolved()
    assert "13812345678" not in text_of(cards(stage, "leads", "saved")[0])


def test_the_week_goes_to_each_lead_once(store: Store) -> None:
    stage = Stage(store, at=WEDNESDAY)
    for n in range(2):
        trouble(stage, f"c{n}")
        stage.say("张主管", f"认领 A{n + 1}")
    stage.at += timedelta(minutes=8)
    comfort(stage, "c0")
    stage.at = WEDNESDAY + timedelta(days=4, hours=19, minutes=6)  # Monday, 09:06
    stage.settle()
    assert cards(stage, "@张主管", "week") == []
    stage.passes(minutes=5)
    (card,) = cards(stage, "@张主管", "week")
    assert card["title"] == "💚 上周救回 1 位客户"
    assert facts(card)["救回"] == "1 段（红色和橙色告警共 2 条）"
    assert facts(card)["谁搭了手"] == "张主管 1 次"
    assert cards(stage, "@王主管", "week") == []  # nothing pressing in that team


def test_small_news_come_together_when_the_shift_of_a_person_ends(store: Store) -> None:
    stage = Stage(store, at=WEDNESDAY)
    person = next(p for p in PEOPLE if p.name == "小李")
    tell(stage, person, "你的「我盯到底」被三位同事学走了")
    tell(stage, person, "申诉成功：有一条判定撤回了，打给 13812345678")
    stage.passes(minutes=1)
    assert cards(stage, "@小李", "digest") == []
    stage.assigned("xiaoli")
    stage.customer("在吗")
    stage.agent("在的")
    stage.at = WEDNESDAY + timedelta(hours=4, minutes=6)
    stage.settle()
    assert cards(stage, "@小李", "digest") == []
    stage.passes(minutes=2)  # 18:08
    tell(stage, person, "晚一点的消息")
    stage.passes(minutes=5)
    (card,) = cards(stage, "@小李", "digest")
    assert "学走了" in text_of(card)
    assert "13812345678" not in text_of(card)
    assert "晚一点" not in text_of(card)


def test_who_did_not_work_this_shift_is_told_after_the_next_one_or_a_day(store: Store) -> None:
    stage = Stage(store, at=WEDNESDAY)
    person = next(p for p in PEOPLE if p.name == "小李")
    tell(stage, person, "有人夸你了")
    stage.at = WEDNESDAY + timedelta(hours=4, minutes=8)
    stage.settle()
    assert cards(stage, "@小李", "digest") == []
    stage.at += timedelta(days=1)
    stage.settle()
    assert len(cards(stage, "@小李", "digest")) == 1


def tell(stage: Stage, person: Any, line: str) -> None:
    stage.store.transact(lambda tx: digest.later(stage.ctx, tx, person, line))
