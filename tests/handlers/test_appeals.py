"""申诉: whose a finding is, who may appeal and who may judge, the judge's clock, and what an overturned one undoes."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from handlers.people import Person
from handlers.reviewing import appeal_judges, causes, ledger
from rules.model import Kind
from storage import appeals, judgements, verdicts
from storage.digests import waiting
from storage.judgements import Judged
from tests.handlers.stage import PEOPLE, START, Stage, facts, text_of

SECOND = Person("林质检", "qa", ids={"sandbox": "林质检"})


def confirmed(stage: Stage, by: str = "张主管", cause: str = "知识") -> None:
    """小李 holds a conversation, and somebody calls its alert real."""
    stage.assigned("xiaoli")
    stage.angry()
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已退款")
    stage.say(by, f"原因 A1 {cause}", f"@{by}")


def found(stage: Stage) -> list[Judged]:
    with stage.store.read() as tx:
        return judgements.of(tx, "shop:c1", Kind.RISK)


def mine(stage: Stage, person: str = "小李", kind: str = "reply") -> dict[str, Any]:
    return [card for card in stage.cards(f"@{person}") if card["kind"] == kind][-1]


def appealed(stage: Stage) -> dict[str, Any]:
    """The judge's card."""
    confirmed(stage)
    stage.say("小李", "申诉 A1 客户当时已经收到退款了", "@小李")
    return mine(stage, "陈质检", "appeal")


def test_what_was_confirmed_is_shown_to_its_agent_alone_with_a_better_wording(stage: Stage) -> None:
    confirmed(stage)
    stage.say("小李", "我的质检", "team")
    card = mine(stage)
    assert card["title"] == "🌱 我的质检 · 近 30 天，算在你身上的 1 段聊天"
    assert "原因：知识" in text_of(card)
    assert not [c for c in stage.cards("team") if "我的质检" in text_of(c)]
    assert {one.account for one in found(stage)} == {"shop:xiaoli"}


def test_what_came_of_a_process_does_not_count_for_the_person(stage: Stage) -> None:
    confirmed(stage, cause="流程")
    stage.say("小李", "我的质检", "@小李")
    assert "算在你身上的 0 段聊天" in mine(stage)["title"]
    assert "不算在你身上" in text_of(mine(stage))


def test_a_wait_in_the_queue_is_nobodys(stage: Stage) -> None:
    stage.angry()
    stage.at += timedelta(minutes=1)
    stage.assigned("xiaoli")
    stage.press("张主管", "claim")
    stage.say("张主管", "解决 A1 已退款")
    assert {one.account for one in found(stage)} == {""}


def test_the_cause_is_asked_of_the_leads_on_the_closed_card_and_not_in_the_team(stage: Stage) -> None:
    confirmed(stage, cause="")
    (asked,) = (b for b in stage.card()["blocks"] if b["type"] == "choices")
    assert [text for text, _ in asked["options"]] == ["知识", "流程", "系统", "政策", "态度", "客户", "无"]
    assert not [b for b in stage.card("team")["blocks"] if b["type"] == "choices"]
    assert stage.press_value("张主管", stage.card(), "cause", "A1/system", "leads").ok
    assert facts(stage.card())["主要因为"] == "系统"
    assert {one.cause for one in found(stage)} == {"system"}
    with stage.store.read() as tx:
        assert "小李" not in waiting(tx)  # nothing to learn, nothing to tell
    assert not stage.press_value("小李", stage.card(), "cause", "A1/customer", "leads").ok


def test_an_appeal_goes_to_somebody_who_had_no_part_in_it(stage: Stage) -> None:
    card = appealed(stage)
    assert card["title"] == "⚖️ 请你复核一条判定"
    assert "小李" not in text_of(card)
    assert facts(card)["申诉理由"] == "客户当时已经收到退款了"
    assert not stage.press_value(
        "张主管", card, "appeal_accept", "AP1", "@陈质检", {"text": "听TA的"}
    ).ok  # judged first
    assert not stage.press_value("小李", card, "appeal_accept", "AP1", "@陈质检", {"text": "我自己判"}).ok
    assert not stage.press_value("阿明", card, "appeal_accept", "AP1", "@陈质检", {"text": "我来"}).ok
    with stage.store.read() as tx:
        one = appeals.get(tx, 1)
    assert one is not None
    assert (one.person, one.first, one.judge, one.state) == ("小李", "张主管", "陈质检", "open")


def test_an_accepted_appeal_withdraws_the_finding_everywhere(stage: Stage) -> None:
    card = appealed(stage)
    reply = stage.press_value("陈质检", card, "appeal_accept", "AP1", "@陈质检")
    assert reply.ok
    asked = mine(stage, "陈质检", "appeal")
    (form,) = (b for b in asked["blocks"] if b["type"] == "form")
    assert form["submit"] == "确认成立"
    assert stage.press_value("陈质检", asked, "appeal_accept", "AP1", "@陈质检", {"text": "确实已经退了"}).ok
    assert {one.verdict for one in found(stage)} == {"overturned"}
    told = mine(stage, "小李", "appeal")
    assert told["title"] == "🌱 你的申诉成立"
    assert facts(told)["复核人说"] == "确实已经退了"
    stage.say("小李", "我的质检", "@小李")
    assert mine(stage)["title"] == "🌱 近 30 天没有关于你的判定，辛苦了"
    room = stage.card()
    assert room["state"] == "误报"
    assert "申诉" not in text_of(room)
    with stage.store.read() as tx:
        (said,) = verdicts.reviewed(tx, START - timedelta(days=1))
        assert said.risk is False
        assert "张主管" in waiting(tx)
    stage.say("陈质检", "规则账本", "leads")
    rows = [row for c in stage.cards("leads") for b in c["blocks"] if b["type"] == "table" for row in b["rows"]]
    assert any("0%" in row[1] and row[2] == "1 次" for row in rows)


def test_who_said_why_has_judged_too(stage: Stage) -> None:
    confirmed(stage, by="陈质检")
    stage.say("小李", "申诉 A1 客户当时已经收到退款了", "@小李")
    with stage.store.read() as tx:
        one = appeals.get(tx, 1)
    assert one is not None
    assert (one.first, one.judge) == ("张主管、陈质检", "王主管")


def test_a_partly_accepted_one_stands_but_counts_for_nobody(stage: Stage) -> None:
    card = appealed(stage)
    stage.say("陈质检", "部分成立 AP1 流程 退款要等财务", "@陈质检")
    assert {(one.verdict, one.cause) for one in found(stage)} == {("real", "process")}
    assert mine(stage, "小李", "appeal")["state"] == "部分成立"
    assert "有结果" in mine(stage, "陈质检", "appeal")["title"]
    assert not stage.press_value("陈质检", card, "appeal_reject", "AP1", "@陈质检", {"text": "再想想"}).ok


def test_a_rejected_one_stays_as_it_was_with_a_reason(stage: Stage) -> None:
    appealed(stage)
    stage.say("陈质检", "不成立 AP1 客户追问了三次", "@陈质检")
    assert {(one.verdict, one.cause) for one in found(stage)} == {("real", "knowledge")}
    assert facts(mine(stage, "小李", "appeal"))["复核人说"] == "客户追问了三次"
    assert stage.card()["state"] == "已解决"


@pytest.mark.parametrize(
    ("person", "words", "answer"),
    [
        ("小周", "申诉 A1 不是我", "没有找到关于你的这条判定"),
        ("张主管", "申诉 A1 帮 TA 说一句", "没有找到关于你的这条判定"),
        ("小李", "申诉 A9 不对", "没有找到关于你的这条判定"),
        ("小李", "申诉", "申诉 F37 理由"),
        ("路人", "申诉 A1 不对", "还不认识你"),
    ],
)
def test_only_their_own_and_only_what_there_is(stage: Stage, person: str, words: str, answer: str) -> None:
    confirmed(stage)
    stage.say(person, words, f"@{person}")
    assert answer in text_of(mine(stage, person))
    with stage.store.read() as tx:
        assert appeals.waiting(tx) == 0


def test_once_and_in_time(stage: Stage) -> None:
    appealed(stage)
    stage.say("小李", "申诉 A1 再看看", "@小李")
    assert "已经申诉过了（AP1，待复核）" in text_of(mine(stage))


def test_after_the_deadline_it_is_too_late(stage: Stage) -> None:
    confirmed(stage)
    stage.at += timedelta(days=7, minutes=1)
    stage.say("小李", "申诉 A1 当时不是这样", "@小李")
    assert "已经过期了" in text_of(mine(stage))


def test_the_form_asks_for_the_reason(stage: Stage) -> None:
    confirmed(stage)
    stage.say("小李", "我的质检", "@小李")
    card = mine(stage)
    (taps,) = (b for b in card["blocks"] if b["type"] == "choices")
    code = taps["options"][0][1]
    assert stage.press_value("小李", card, "appeal", code, "@小李").ok
    asked = mine(stage, "小李", "appeal")
    (form,) = (b for b in asked["blocks"] if b["type"] == "form")
    assert stage.press_value("小李", asked, "appeal", form["value"], "@小李", {"text": "这句不是我说的"}).ok
    with stage.store.read() as tx:
        assert appeals.waiting(tx, "售后") == 1


def test_the_clock_runs_for_the_judge_too(stage: Stage) -> None:
    stage.people = (*PEOPLE, SECOND)
    stage.__post_init__()
    confirmed(stage)
    stage.say("小李", "申诉 A1 客户当时已经收到退款了", "@小李")
    with stage.store.read() as tx:
        first = appeals.get(tx, 1)
    assert first is not None
    stage.at += timedelta(hours=24, minutes=1)
    assert appeal_judges.look(stage.ctx) == 1
    stage.settle()
    assert len([c for c in stage.cards(f"@{first.judge}") if c["kind"] == "appeal"]) == 2  # reminded
    assert appeal_judges.look(stage.ctx) == 0
    stage.at += timedelta(hours=24)
    assert appeal_judges.look(stage.ctx) == 1
    stage.settle()
    with stage.store.read() as tx:
        second = appeals.get(tx, 1)
    assert second is not None
    assert second.judge in {"陈质检", "林质检"} - {first.judge}
    assert mine(stage, first.judge, "appeal")["state"] == "已转交"
    assert mine(stage, second.judge, "appeal")["title"] == "⚖️ 请你复核一条判定"


def test_with_nobody_else_left_the_admin_judges(stage: Stage) -> None:
    stage.people = tuple(p for p in PEOPLE if p.role not in ("qa",) and p.name != "王主管")
    stage.__post_init__()
    confirmed(stage)
    stage.say("小李", "申诉 A1 客户当时已经收到退款了", "@小李")
    assert mine(stage, "老管", "appeal")["title"] == "⚖️ 请你复核一条判定"


def test_what_nobody_can_learn_goes_to_its_owner_on_monday_once(stage: Stage) -> None:
    confirmed(stage, cause="系统")
    stage.at = START.replace(day=23, hour=1, minute=18)  # Monday 09:18
    assert causes.look(stage.ctx) == 1
    assert causes.look(stage.ctx) == 0
    stage.settle()
    card = mine(stage, "老管", "week")
    assert "上周有 1 段聊天" in card["title"]
    assert "系统" in text_of(card)
    assert "小李" not in text_of(card)


def test_a_mistake_of_the_rule_is_proposed_for_demotion_by_the_same_ledger(stage: Stage) -> None:
    appealed(stage)
    stage.say("陈质检", "成立 AP1 误会一场", "@陈质检")
    stage.ctx = replace(stage.ctx, policy=replace(stage.policy, demote_after_n=1, demote_below=1.0))
    assert ledger.propose(stage.ctx) >= 1
