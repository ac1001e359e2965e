"""Shadow mode: groups hear nothing, leads judge once a day, limits follow from the answers, and 上线 begins."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers import posting
from handlers.alerting import shadow
from handlers.cards.card import Card
from handlers.protocols import Target
from rules.model import Kind
from rules.policy import Policy
from storage import alerts, judgements, rule_changes, shadows
from tests.handlers.stage import START, Stage, facts, text_of

DUE = START.replace(hour=9, minute=43)  # 17:43 in Shanghai


@pytest.fixture
def dark(stage: Stage) -> Stage:
    stage.policy = Policy(mode="shadow")
    stage.__post_init__()
    return stage


def noted(stage: Stage) -> list[shadows.Shadow]:
    with stage.store.read() as tx:
        return shadows.between(tx, START - timedelta(days=1), START + timedelta(days=9))


def told(stage: Stage, person: str = "张主管", kind: str = "shadow") -> dict[str, Any]:
    return [card for card in stage.cards(f"@{person}") if card["kind"] == kind][-1]


def list_of_the_day(stage: Stage) -> dict[str, Any]:
    stage.at = DUE + timedelta(seconds=5)
    assert shadow.look(stage.ctx) == 1
    stage.settle()
    return told(stage)


def test_groups_and_agents_hear_nothing(dark: Stage) -> None:
    dark.assigned("xiaoli")
    dark.angry()
    dark.customer("本来很生气，你们太负责了，谢谢你小姐姐，下次还找你", "star")
    dark.passes(minutes=30)
    assert [dark.cards(room) for room in ("leads", "team", "@小李", "@张主管")] == [[], [], [], []]
    one = next(one for one in noted(dark) if one.conversation == "shop:c1")
    assert (one.conversation, one.severity.level, one.verdict) == ("shop:c1", "red", "")
    with dark.store.read() as tx:
        assert alerts.not_closed(tx) == []


def test_who_asks_is_answered_all_the_same(dark: Stage) -> None:
    dark.say("张主管", "帮助", "leads")
    assert dark.cards("leads")[-1]["kind"] == "reply"
    dark.say("老管", "状态", "@老管")
    assert facts(told(dark, "老管", "reply"))["模式"].startswith("影子")


def test_a_matter_that_gets_worse_is_one_matter(dark: Stage) -> None:
    dark.angry()
    dark.customer("我已经打12315了，明天就起诉你们")
    dark.agent("给您退了")
    dark.customer("好的谢谢")
    dark.resolved()
    assert len(noted(dark)) == 1


def test_leads_get_one_list_a_day_and_judge_in_it(dark: Stage) -> None:
    dark.assigned("xiaoli")
    dark.angry()
    card = list_of_the_day(dark)
    assert card["title"] == "🌱 今天我本来会提醒 1 次（红 1）"
    assert "小李" not in text_of(card)
    assert shadow.look(dark.ctx) == 0
    (taps,) = (b for b in card["blocks"] if b["type"] == "choices")
    assert [words for words, _ in taps["options"]] == ["A1 有效", "A1 误报"]
    assert dark.press_value("张主管", card, "shadow_verdict", taps["options"][1][1], "@张主管").ok
    assert told(dark)["state"] == "已判 1 / 1"
    assert "张主管：误报" in text_of(told(dark))
    with dark.store.read() as tx:
        assert {one.verdict for one in judgements.of(tx, "shop:c1", Kind.RISK)} == {"false_alarm"}
    assert not [c for c in dark.cards("@王主管") if c["kind"] == "shadow"]  # another team's


def test_going_live_starts_real_alerts_and_survives_a_restart(dark: Stage) -> None:
    dark.angry()
    dark.say("小李", "上线", "@小李")
    assert "由主管和管理员来定" in text_of(told(dark, "小李", "reply"))
    dark.say("张主管", "上线", "@张主管")
    dark.__post_init__()  # a new process with the same configuration
    dark.customer("我已经打12315了，明天就起诉你们")
    assert dark.card()["state"] == "待认领"
    dark.say("老管", "状态", "@老管")
    assert facts(told(dark, "老管", "reply"))["模式"] == "上线"
    dark.say("老管", "回到影子", "@老管")
    dark.angry("c2")
    assert len([c for c in dark.cards() if c["kind"] == "alert"]) == 1
    dark.press("张主管", "claim")  # what was told before is still taken care of
    assert dark.card()["state"] == "已认领"


def answers(stage: Stage, n: int, *, real: int) -> None:
    """Mild yellow words, most of them nothing."""
    for i in range(n):
        stage.customer("凭什么要我出运费", f"m{i}")
    for i, one in enumerate(noted(stage)):
        stage.say("张主管", f"影子 {one.code} {'有效' if i < real else '误报'}", "@张主管")


def test_limits_are_proposed_from_enough_answers_and_taken_by_a_lead(dark: Stage) -> None:
    dark.ctx = replace(dark.ctx, policy=replace(dark.policy, yellow_risk=0.0))
    dark.hearing = replace(dark.hearing, ctx=dark.ctx)
    answers(dark, 14, real=1)
    assert {one.severity.level for one in noted(dark)} == {"yellow"}
    dark.say("张主管", "影子", "@张主管")
    card = told(dark, "张主管", "reply")
    assert "提议：" in text_of(card)
    adopt = next(b for b in card["buttons"] if b["action"] == "adopt")
    assert dark.press_value("张主管", card, "adopt", adopt["value"], "@张主管").ok
    with dark.store.read() as tx:
        policy = rule_changes.into(tx, dark.ctx.policy)
    assert (policy.alert_from, policy.yellow_risk) != ("yellow", 0.0)
    assert not dark.press_value("陈质检", card, "adopt", adopt["value"], "@张主管").ok


@pytest.mark.parametrize(
    ("person", "may"),
    [("张主管", True), ("王主管", False), ("陈质检", True), ("老管", True), ("阿明", False), ("小李", False)],
)
def test_who_may_judge(dark: Stage, person: str, may: bool) -> None:
    dark.angry()
    dark.say(person, "影子 A1 误报", f"@{person}")
    assert bool(noted(dark)[0].verdict) is may


def test_nothing_new_is_posted_to_a_group_in_shadow_by_anybody(dark: Stage) -> None:
    about = posting.About("X1", "abcdef")
    card = Card("briefing", "blue", "☀️ 晨会")
    for target in (Target("sandbox", "team"), Target("sandbox", "小李", direct=True)):
        dark.store.transact(lambda tx, to=target: posting.want(dark.ctx, tx, about, to, card))  # type: ignore[misc]
    dark.settle()
    assert dark.cards("team") == []
    assert [c["title"] for c in dark.cards("@小李")] == ["☀️ 晨会"]
