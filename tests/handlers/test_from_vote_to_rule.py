"""From vote to rule: a contradicted rule proposes its change with the past run again; QA accepts by one press."""

from storage import decisions, findings, judgements, rule_changes
from tests.handlers.calibration import SAYINGS, cases, closed, goes, of, opened, press, ready, vote
from tests.handlers.stage import Stage, facts, text_of

VOTERS = ("张主管", "陈质检", "林质检", "阿明", "小周")


def decided(stage: Stage) -> None:
    """People would not deduct where the rule does."""
    ready(stage)
    case = opened(stage)[0]
    for person in VOTERS:
        vote(stage, person, case, "keep")
    closed(stage)
    goes(stage, stage.at)


def test_a_contradicted_rule_changes_by_one_press_of_qa_and_the_vote_stays_linked(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    card = of(stage, case)
    assert "段会话里撤回" in facts(card)["近 30 天重跑"]
    assert "陈质检 来确认：规则" in facts(card)["谁来改"]
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


def test_the_accepted_counter_example_holds_from_the_next_message_on_and_for_nothing_else(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    press(stage, "陈质检", of(stage, case), "accept_rule")
    stage.customer(SAYINGS[0], "c8")
    stage.customer("再不解决我就去平台投诉你们店", "c9")
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
    assert f"遇到「{word}」就不提" in facts(of(stage, case))["谁来改"]
    with stage.store.read() as tx:
        states = [one.state for one in rule_changes.latest(tx)]
    assert sorted(states) == ["declined", "proposed"]


def test_keeping_the_rule_is_an_answer_too(stage: Stage) -> None:
    decided(stage)
    case = cases(stage)[0]
    assert press(stage, "陈质检", of(stage, case), "keep_rule").ok
    assert "规则保留原样" in facts(of(stage, case))["谁来改"]


def quoted(stage: Stage) -> str:
    with stage.store.read() as tx:
        judged = judgements.get(tx, cases(stage)[0].finding or 0)
    assert judged is not None
    return judged.finding.quote
