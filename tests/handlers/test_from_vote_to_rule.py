"""From vote to rule: a rule that should not have spoken proposes its change with the past run again; QA accepts."""

from datetime import timedelta

from sqlalchemy import update

from handlers.calibrating import poll_close
from storage import ballots, decisions, findings, judgements, ledger, rule_changes, verdicts
from storage.tables import APPEAL
from tests.handlers.calibration import WEDNESDAY, cases, closed, goes, of, opened, press, ready, vote
from tests.handlers.stage import Stage, facts, text_of

VOTERS = ("张主管", "陈质检", "林质检", "阿明", "小周")


def decided(stage: Stage) -> None:
    """People would not deduct, and say that the rule should not have spoken."""
    ready(stage)
    case = opened(stage)[0]
    for person in VOTERS:
        vote(stage, person, case, "keep")
        vote(stage, person, case, "alarm.wrong")
    closed(stage)
    goes(stage, stage.at)


def test_a_contradicted_rule_changes_by_one_press_of_qa_and_the_vote_stays_linked(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    card = of(stage, case)
    assert "段会话里撤回" in facts(card)["近 30 天重跑"]
    assert "等陈质检确认：以后遇到「" in facts(card)["谁来改"]
    assert not press(stage, "小周", card, "accept_rule").ok
    with stage.store.read() as tx:
        assert not rule_changes.in_force(tx)
    assert press(stage, "林质检", card, "accept_rule").ok
    with stage.store.read() as tx:
        (change,) = rule_changes.in_force(tx)
        decision = decisions.of(tx, case.id)
        linked = rule_changes.get(tx, decision.change or 0) if decision else None
    assert linked is not None
    assert decision is not None
    assert change.name == case.rule
    assert linked.link == f"poll:{decision.id}"
    assert case.code in linked.reason
    assert "林质检 确认了，已生效" in facts(of(stage, case))["谁来改"]
    assert not press(stage, "陈质检", card, "accept_rule").ok
    stage.say("陈质检", "撤销改动 R1", "@陈质检")
    assert "确认过，后来撤销了" in facts(of(stage, case))["谁来改"]
    with stage.store.read() as tx:
        assert not rule_changes.in_force(tx)


def test_the_accepted_counter_example_holds_from_the_next_message_on_and_for_nothing_else(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    press(stage, "陈质检", of(stage, case), "accept_rule")
    stage.customer(quoted(stage), "c8")
    stage.customer("我说了八遍了，再不解决我就去平台投诉你们店", "c9")
    with stage.store.read() as tx:
        found = {id_: [one.finding.rule for one in findings.of(tx, f"shop:{id_}")] for id_ in ("c8", "c9")}
    assert case.rule not in found["c8"]
    assert case.rule in found["c9"]


def test_excluding_words_are_another_proposal_with_its_own_difference(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    stage.say("陈质检", f"排除词 {case.code} 没说过的词", "@陈质检")
    assert "客户原话里有的" in text_of(stage.cards("@陈质检")[-1])
    word = quoted(stage)[:3]
    stage.say("陈质检", f"排除词 {case.code} {word}", "@陈质检")
    goes(stage, stage.at)
    assert f"以后话里有「{word}」，" in facts(of(stage, case))["谁来改"]
    with stage.store.read() as tx:
        states = [one.state for one in rule_changes.latest(tx)]
    assert sorted(states) == ["declined", "proposed"]


def test_keeping_the_rule_is_an_answer_too(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    assert press(stage, "陈质检", of(stage, case), "keep_rule").ok
    assert "规则保留原样" in facts(of(stage, case))["谁来改"]


def test_nobody_s_fault_is_no_reason_to_change_a_rule_that_was_right(stage: Stage) -> None:
    ready(stage)
    case = opened(stage)[0]
    assert "八哥说这里「" in text_of(of(stage, case))
    for person in VOTERS:
        assert vote(stage, person, case, "keep").ok
        assert vote(stage, person, case, "alarm.right").ok
    closed(stage)
    goes(stage, stage.at)
    assert facts(of(stage, case))["谁来改"] == "不用改规则，照这个标准来"
    with stage.store.read() as tx:
        assert not rule_changes.latest(tx)
        judged = judgements.get(tx, case.finding or 0)
        assert judged is not None
        assert judged.verdict == "overturned"
        (raised,) = [
            one
            for one in ledger.raised(tx, WEDNESDAY - timedelta(days=9), stage.at, 2)
            if one.rule == case.rule and one.verdict
        ]
        assert raised.verdict == "real"
        assert [one.risk for one in verdicts.reviewed(tx, WEDNESDAY - timedelta(days=9))] == [True]


def test_one_lead_cannot_overrule_what_everybody_voted(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    stage.say("张主管", f"定论 {case.code} 扣分 我觉得就该扣", "@张主管")
    assert "大家已经投出来了：不扣" in text_of(stage.cards("@张主管")[-1])
    assert "结果：不扣" in of(stage, case)["state"]
    with stage.store.read() as tx:
        decision = decisions.of(tx, case.id)
    assert decision is not None
    assert decision.version == 1


def test_a_meeting_takes_back_what_it_decided_before_and_what_it_proposed(stage: Stage) -> None:
    ready(stage)
    case = opened(stage)[0]
    vote(stage, "张主管", case, "keep")
    closed(stage)
    stage.say("张主管", f"定论 {case.code} 不扣 不该提醒 小李没说错", "@张主管")
    goes(stage, stage.at)
    card = of(stage, case)
    assert "会上由 张主管 定下：同事没说错" in text_of(card)
    assert "等质检确认：" in facts(card)["谁来改"]
    stage.store.transact(lambda tx: tx.execute(update(APPEAL).values(state="rejected")))
    stage.say("陈质检", f"定论 {case.code} 扣分 提醒得对 又看了一遍", "@陈质检")
    with stage.store.read() as tx:
        assert [one.state for one in rule_changes.latest(tx)] == ["declined"]
        judged = judgements.get(tx, case.finding or 0)
        aligned = poll_close.alignment(ballots.pooled(tx), "张主管")
    assert judged is not None
    assert judged.verdict == "real"
    assert aligned == (0, 0)


def test_a_change_that_was_voted_on_is_answered_only_where_its_past_is_shown(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    stage.say("陈质检", "同意降级 R1", "@陈质检")
    assert f"质检确认 {case.code}" in text_of(stage.cards("@陈质检")[-1])
    with stage.store.read() as tx:
        assert not rule_changes.in_force(tx)


def quoted(stage: Stage) -> str:
    with stage.store.read() as tx:
        judged = judgements.get(tx, cases(stage)[0].finding or 0)
    assert judged is not None
    return judged.finding.quote
