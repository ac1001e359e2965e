"""共评校准: proposed, confirmed, blind while it is open, decided by the rule, and told without a name."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

from handlers.calibrating import poll_sessions, poll_show
from storage import ballots, calibrations, decisions, verdicts
from storage import cases as library
from storage.calibrations import Question
from tests.handlers.calibration import (
    WEDNESDAY,
    cases,
    closed,
    confirmed,
    doubtful,
    goes,
    of,
    opened,
    press,
    ready,
    session,
    verdict,
    vote,
)
from tests.handlers.stage import Stage, facts, text_of

VOTERS = ("张主管", "陈质检", "林质检", "阿明", "小周")


def test_the_day_before_split_appeals_are_proposed_and_qa_confirms_with_one_button(stage: Stage) -> None:
    ready(stage)
    doubtful(stage)
    goes(stage, WEDNESDAY - timedelta(hours=25))
    assert not stage.cards("qa")
    goes(stage, WEDNESDAY - timedelta(hours=23))
    (card,) = stage.cards("qa")
    assert card["title"] == "⚖️ 这周共评这 3 题，可以吗"
    assert "申诉后改判过" in text_of(card)
    goes(stage, WEDNESDAY - timedelta(hours=22))
    assert len(stage.cards("qa")) == 1
    assert not press(stage, "小周", card, "confirm_poll").ok
    first = cases(stage)[0]
    assert stage.press_value("陈质检", card, "drop_question", f"poll1/{first.code}", "qa").ok
    assert press(stage, "陈质检", stage.cards("qa")[0], "confirm_poll").ok
    assert session(stage).state == "confirmed"
    assert [case.place for case in cases(stage)] == [1, 2]


def test_a_name_at_the_limit_of_a_sentence_does_not_stay_by_half(stage: Stage) -> None:
    told = poll_show.nameless(stage.ctx, "慢" * 9 + "小李又慢了", 10)
    assert "小" not in told
    assert len(told) == 10


def test_the_agent_is_warned_alone_before_and_heard_without_a_name(stage: Stage) -> None:
    ready(stage)
    confirmed(stage, 2)
    warnings = [card for card in stage.cards("@小李") if "先跟你说一声" in card["title"]]
    assert len(warnings) == 2
    assert not stage.cards("polls")
    case = cases(stage)[0]
    about = next(card for card in warnings if any(block.get("value") == case.code for block in card["blocks"]))
    assert stage.press_value("小李", about, "own_word", case.code, "@小李", {"text": "我是小李，那天系统查不到"}).ok
    assert not stage.press_value("小周", about, "own_word", case.code, "@小李", {"text": "替他说一句"}).ok
    goes(stage, WEDNESDAY)
    card = of(stage, case)
    assert "当时接待的同事说：我是同事，那天系统查不到" in text_of(card)
    assert not any("小李" in text_of(one) or "王女士" in text_of(one) for one in stage.cards("polls"))
    assert not vote(stage, "小李", case, "keep").ok


def test_votes_are_blind_and_the_card_counts_voters_rarely(stage: Stage) -> None:
    ready(stage)
    case = opened(stage)[0]
    assert vote(stage, "张主管", case, "deduct.2").toast.startswith(f"记下了：{case.code} 扣分 · 中")
    assert vote(stage, "阿明", case, "keep").ok
    assert "已投 0 人" in of(stage, case)["state"]
    goes(stage, WEDNESDAY + timedelta(minutes=2))
    card = of(stage, case)
    assert "已投 2 人" in card["state"]
    assert "截止前谁也看不到结果" in text_of(card)
    assert "扣 1" not in text_of(card)
    vote(stage, "张主管", case, "keep")
    goes(stage, WEDNESDAY + timedelta(minutes=3))
    assert of(stage, case) == card
    with stage.store.read() as tx:
        assert len(ballots.votes(tx, case.id)) == 2
        assert ballots.from_ledger(tx, case.id)["张主管"] == ballots.mine(tx, case.id, "张主管")


def test_a_vote_typed_in_a_group_is_pointed_to_the_direct_chat_and_not_counted(stage: Stage) -> None:
    ready(stage)
    case = opened(stage)[0]
    stage.say("小周", f"投票 {case.id} 扣分", "polls")
    with stage.store.read() as tx:
        assert ballots.voters(tx, [case.id])[case.id] == 0
    assert "悄悄" in stage.cards("@小周")[-1]["title"]
    assert not any("悄悄来，大家" in text_of(card) for card in stage.cards("polls"))
    stage.say("小周", f"投票 {case.id} 扣分 重 流程", "@小周")
    with stage.store.read() as tx:
        (mine,) = ballots.votes(tx, case.id)
    assert (mine.choice, mine.severity, mine.cause) == ("deduct", 3, "process")


def voted(stage: Stage, n: int = 1) -> Question:
    """Four of five would not deduct for the first."""
    ready(stage)
    case = opened(stage, n)[0]
    for person in VOTERS:
        vote(stage, person, case, "keep" if person != "阿明" else "deduct.1")
    return case


def test_at_the_close_the_table_the_rule_the_margin_and_the_best_wording_are_told(stage: Stage) -> None:
    case = voted(stage, 3)
    card = of(stage, case)
    assert stage.press_value(
        "小周", card, "better", case.code, "polls", {"text": "降价我懂您的心疼，我先帮您申请价保"}
    ).ok
    stage.say("阿明", f"说法 {case.code} 我查一下规则，5 分钟内给您准信", "@阿明")
    goes(stage, stage.at + timedelta(minutes=61))
    choosing = of(stage, case)
    assert "小周" not in text_of(choosing)
    options = next(b["options"] for b in choosing["blocks"] if b["type"] == "choices")
    assert not stage.press_value("小周", choosing, "pick", options[0][1], "polls").ok
    for person in ("张主管", "陈质检", "阿明"):
        assert stage.press_value(person, choosing, "pick", options[0][1], "polls").ok
    goes(stage, stage.at + timedelta(minutes=21))
    told = of(stage, case)
    assert "5 人投票 → 不扣（领先 60%）。" in text_of(told)
    assert next(b["rows"] for b in told["blocks"] if b["type"] == "table") == [["1", "4", "0"]]
    rows = facts(told)
    assert rows["最佳说法（3 票）"] == "「降价我懂您的心疼，我先帮您申请价保」"
    assert ("过半" in rows["怎么算"], rows["投票的人"]) == (True, "主管 1 · 质检 2 · 客服 2")
    assert (summary := stage.cards("polls")[-1])["title"] == "⚖️ 共评结束：1 题定下，2 题会上再聊"
    assert "样本不足（1/20 题）" in text_of(summary)
    assert verdict(stage, case) == "overturned"
    with stage.store.read() as tx:
        assert [one.risk for one in verdicts.reviewed(tx, WEDNESDAY - timedelta(days=3))].count(False) == 0
        (found,) = library.search(tx, "价保 降价", only=library.Filter(kind="poll"))
        assert found.told.line == "降价我懂您的心疼，我先帮您申请价保"
        assert ballots.counted(tx) == [(session(stage).id, 5)]


def test_what_stays_open_is_decided_in_the_meeting_with_its_minutes(stage: Stage) -> None:
    ready(stage)
    case = opened(stage)[0]
    vote(stage, "张主管", case, "keep")
    closed(stage)
    assert "还缺质检、客服的票" in text_of(of(stage, case))
    stage.say("张主管", "会议纪要", "@张主管")
    assert "两边各自的理由" in text_of([c for c in stage.cards("@张主管") if "会议纪要 ·" in c["title"]][-1])
    stage.say("小周", f"定论 {case.code} 不扣 大家聊过了", "@小周")
    stage.say("张主管", f"定论 {case.code} 不扣 价保规则没写清楚", "@张主管")
    with stage.store.read() as tx:
        decision = decisions.of(tx, case.id)
    assert decision is not None
    assert (decision.version, decision.told.outcome) == (2, "keep")
    assert "会上由 张主管 定下" in text_of(of(stage, case))


def test_nobody_confirms_and_nothing_opens_until_a_day_has_gone(stage: Stage) -> None:
    ready(stage)
    doubtful(stage, 1)
    goes(stage, WEDNESDAY - timedelta(hours=1))
    goes(stage, WEDNESDAY + timedelta(minutes=1))
    assert len(stage.cards("qa")) == 2
    assert not stage.cards("polls")
    goes(stage, WEDNESDAY + timedelta(hours=25))
    assert session(stage).state == "dropped"
    assert {card["state"] for card in stage.cards("qa")} == {"这周没开"}


def test_a_question_is_dropped_and_a_session_confirmed_by_typing(stage: Stage) -> None:
    ready(stage)
    doubtful(stage)
    goes(stage, WEDNESDAY - timedelta(hours=20))
    first = cases(stage)[0]
    stage.say("小周", f"去掉 {first.code}", "@小周")
    assert len(cases(stage)) == 3
    stage.say("陈质检", f"去掉 {first.code}", "@陈质检")
    assert first.code not in [case.code for case in cases(stage)]
    stage.say("陈质检", "确认校准 1", "@陈质检")
    assert session(stage).state == "confirmed"


def test_all_wordings_can_be_chosen_on_the_card_and_the_call_to_choose_ends_with_it(stage: Stage) -> None:
    ready(stage)
    case = opened(stage)[0]
    writers = ("张主管", "王主管", "老管", "陈质检", "林质检", "阿明", "小周")
    for person in writers:
        stage.say(person, f"说法 {case.code} {person}会这样说，请大家看看", f"@{person}")
    goes(stage, stage.at + timedelta(minutes=61))
    choosing = of(stage, case)
    options = next(block["options"] for block in choosing["blocks"] if block["type"] == "choices")
    assert len(options) == len(writers)
    with stage.store.read() as tx:
        told = poll_show.card(stage.ctx, tx, session(stage), case, "dingtalk")
        plain = poll_show.card(
            replace(stage.ctx, editable=frozenset({"dingtalk"})), tx, session(stage), case, "dingtalk"
        )
    assert f"选说法 {case.code} 1" in str(told)
    assert f"选说法 {case.code} 6" in str(plain)
    goes(stage, stage.at + timedelta(minutes=21))
    assert [card["state"] for card in stage.cards("polls") if "选完了" in card["title"]] == ["已结束"]
    assert not any("来选更好的说法" in card["title"] for card in stage.cards("polls"))


def test_my_alignment_is_told_to_me_alone(stage: Stage) -> None:
    voted(stage)
    closed(stage)
    stage.say("阿明", "我的校准", "polls")
    assert stage.cards("@阿明")[-1]["title"] == "⚖️ 你投过 1 题有了结果，0 题和大家一致"
    assert not any("我的校准" in card["title"] or "你投过" in card["title"] for card in stage.cards("polls"))


def test_three_processes_propose_and_open_once(stage: Stage) -> None:
    ready(stage)
    doubtful(stage, 1)
    with ThreadPoolExecutor(3) as pool:
        stage.at = WEDNESDAY - timedelta(hours=3)
        list(pool.map(lambda _: poll_sessions.work(stage.ctx), range(6)))
        stage.settle()
        assert len(stage.cards("qa")) == 1
        press(stage, "陈质检", stage.cards("qa")[0], "confirm_poll")
        stage.at = WEDNESDAY
        list(pool.map(lambda _: poll_sessions.work(stage.ctx), range(6)))
    stage.settle()
    assert len(stage.cards("polls")) == 3
    with stage.store.read() as tx:
        assert len(calibrations.latest(tx)) == 1
