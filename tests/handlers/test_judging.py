"""A verdict is about its own alert: not about what was withdrawn, what came before, or what an appeal has decided."""

from handlers.reviewing import appeals
from rules.model import Kind
from storage import judgements
from storage.judgements import Judged
from tests.handlers.stage import PEOPLE, Stage, facts, text_of


def nudged(stage: Stage) -> None:
    """小李 lets a customer wait who asks again and again; 张主管 says what it came of."""
    stage.assigned("xiaoli")
    stage.angry()
    for _ in range(4):
        stage.passes(seconds=40)
        stage.customer("还在吗")
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已退款")
    stage.say("张主管", "原因 A1 知识", "@张主管")


def found(stage: Stage) -> list[Judged]:
    with stage.store.read() as tx:
        return judgements.of(tx, "shop:c1", Kind.RISK)


def mine(stage: Stage) -> list[tuple[str, str]]:
    xiaoli = next(person for person in PEOPLE if person.name == "小李")
    with stage.store.read() as tx:
        return [(one.judged.code, one.judged.finding.check) for one in appeals.about(stage.ctx, tx, xiaoli)]


def came_back(stage: Stage) -> None:
    """The first matter is solved; the customer comes back, and waits."""
    stage.assigned("xiaoli")
    stage.angry()
    stage.agent("退款已经到账了，让您久等")
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已退款")
    stage.passes(minutes=2)
    stage.customer("你好，那个优惠券怎么用")
    stage.passes(minutes=2, seconds=20)


def test_what_a_check_said_of_one_conversation_is_one_matter_everywhere(stage: Stage) -> None:
    nudged(stage)
    checks = [check for _, check in mine(stage)]
    assert len(checks) == len(set(checks))
    stage.say("陈质检", "规则账本", "@陈质检")
    tables = [block for block in stage.cards("@陈质检")[-1]["blocks"] if block["type"] == "table"]
    assert all("共 1 次" in row[1] for row in tables[0]["rows"]), tables


def test_what_was_withdrawn_before_the_verdict_is_not_confirmed(stage: Stage) -> None:
    nudged(stage)
    with stage.store.read() as tx:
        rows = tx.exec_driver_sql("select standing, verdict from finding where severity > 0").all()
    assert any(not standing for standing, _ in rows), "the story withdraws something"
    assert not [verdict for standing, verdict in rows if verdict and not standing]


def test_an_appeal_is_about_all_that_the_check_said(stage: Stage) -> None:
    nudged(stage)
    code, check = mine(stage)[0]
    stage.say("小李", f"申诉 {code} 客户当时已经收到退款了", "@小李")
    stage.say("陈质检", "成立 AP1 确实已经退了", "@陈质检")
    assert check not in [check for _, check in mine(stage)]


def test_what_an_appeal_decided_the_first_judge_does_not_change(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.angry()
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已退款")
    stage.say("张主管", "原因 A1 知识", "@张主管")
    stage.say("小李", "申诉 A1 退款要等财务", "@小李")
    stage.say("陈质检", "部分成立 AP1 流程 退款要等财务", "@陈质检")
    stage.say("张主管", "原因 A1 知识", "@张主管")
    assert {one.cause for one in found(stage)} == {"process"}
    assert "在申诉里已经定了" in text_of(stage.cards("@张主管")[-1])


def test_a_false_alarm_leaves_the_earlier_verdict(stage: Stage) -> None:
    came_back(stage)
    stage.say("张主管", "误报 A2 只是问优惠券")
    said = {one.finding.check: one.verdict for one in found(stage)}
    assert said.pop("slow_reply") == "false_alarm"
    assert set(said.values()) == {"real"}


def test_an_alert_that_comes_back_leads_with_what_is_new(stage: Stage) -> None:
    came_back(stage)
    card = next(c for c in stage.cards() if "#A2" in text_of(c))
    assert card["tone"] == "yellow"
    assert "客户已等 2 分钟" in card["title"]
    assert "监管" not in facts(card)["为什么提醒"]
    stage.passes(seconds=20)
    again = next(c for c in stage.cards() if "#A2" in text_of(c))
    assert again["tone"] == "yellow", "what was solved before does not make it worse"
