"""What a calibration asks about, without anybody's name; and when a rule may judge a step further by itself."""

from datetime import timedelta

from sqlalchemy import text

from handlers.calibrating import criteria, poll_questions
from rules.changes import EXAMPLE, Change
from rules.poll import DEDUCT, KEEP, Vote
from storage import ballots, calibrations, decisions, occurrences, retention, rule_changes
from storage.calibrations import Candidate
from storage.db import Tx
from storage.decisions import Told
from storage.tables import REVIEW_SAMPLE
from tests.handlers.calibration import WEDNESDAY, goes, ready, session
from tests.handlers.stage import Stage, text_of


def served(stage: Stage, conversation: str, says: str = "买了三天就降价，能退差价吗，再不管我就投诉") -> None:
    stage.assigned("xiaoli", conversation)
    stage.customer(says, conversation)
    stage.agent("我是小李，王女士您好，您的电话 13800000000 我记下了", conversation)


def asked(stage: Stage) -> list[Candidate]:
    with stage.store.read() as tx:
        return poll_questions.proposed(stage.ctx, tx)


def scored(stage: Stage, *risks: float) -> None:
    for n, risk in enumerate(risks):
        served(stage, f"c{n}")
        stage.store.transact(lambda tx, n=n, risk=risk: _score(tx, f"shop:c{n}", risk))  # type: ignore[misc]


def test_scores_in_the_middle_are_asked_about_nearest_first_and_farther_ones_only_to_have_three(stage: Stage) -> None:
    ready(stage)
    scored(stage, 0.2, 0.6, 0.49, 0.95, 0.75)
    assert [(one.conversation, one.why) for one in asked(stage)] == [
        ("shop:c2", "score"),
        ("shop:c1", "score"),
        ("shop:c4", "lately"),
    ]


def test_fewer_than_three_are_no_session_and_it_is_looked_for_again(stage: Stage) -> None:
    ready(stage)
    stage.at = WEDNESDAY - timedelta(days=2)
    scored(stage, 0.5, 0.5)
    goes(stage, WEDNESDAY - timedelta(hours=23))
    assert not stage.cards("qa")
    served(stage, "c9")
    stage.store.transact(lambda tx: _score(tx, "shop:c9", 0.5))
    goes(stage, WEDNESDAY - timedelta(hours=20))
    assert "这 3 题" in stage.cards("qa")[-1]["title"]


def _score(tx: Tx, conversation: str, risk: float) -> None:
    tx.execute(text("UPDATE conversation SET risk = :risk WHERE id = :id"), {"risk": risk, "id": conversation})


def test_two_reviews_that_differ_come_before_scores(stage: Stage) -> None:
    ready(stage)
    scored(stage, 0.48, 0.5, 0.53)
    stage.store.transact(lambda tx: _reviewed(tx, stage))
    told = [(one.conversation, one.why) for one in asked(stage)]
    assert told == [("shop:c2", "review"), ("shop:c1", "score"), ("shop:c0", "score")]


def _reviewed(tx: Tx, stage: Stage) -> None:
    """Called real in the alert, and a false alarm in the day's samples."""
    tx.execute(text("UPDATE finding SET verdict = 'real' WHERE conversation = 'shop:c2'"))
    row = {"day": "2026-11-20", "conversation": "shop:c2", "why": "random", "verdict": "false_alarm", "team": "售后"}
    tx.execute(REVIEW_SAMPLE.insert(), row | {"sampled_at": stage.at, "reviewed_at": stage.at, "reviewed_by": "林质检"})


def test_a_week_with_too_little_to_ask_is_settled_once_and_says_why(stage: Stage) -> None:
    ready(stage)
    for minutes in (-60, 1, 61):
        goes(stage, WEDNESDAY + timedelta(minutes=minutes))
    with stage.store.read() as tx:
        assert [job for job, *_ in occurrences.ran(tx)].count("calibration") == 1
        assert "不到 3 段" in (occurrences.why(tx, "calibration", WEDNESDAY) or "")
    assert not stage.cards("qa")


def test_nobody_s_name_nor_number_is_in_an_excerpt(stage: Stage) -> None:
    ready(stage)
    scored(stage, 0.5, 0.5, 0.5)
    question = asked(stage)[0]
    words = " ".join(said for _, said in question.excerpt)
    assert not any(name in words for name in ("小李", "王女士", "13800000000"))
    assert question.own == ("小李",)


def test_a_conversation_is_asked_about_once_and_nothing_is_proposed_without_questions(stage: Stage) -> None:
    ready(stage)
    goes(stage, WEDNESDAY - timedelta(hours=20))
    assert not stage.cards("qa")
    stage.at = WEDNESDAY + timedelta(days=5)
    scored(stage, 0.5, 0.5, 0.5)
    goes(stage, WEDNESDAY + timedelta(days=6, hours=3))
    assert session(stage).state == "proposed"
    assert asked(stage) == []


def test_excerpts_go_when_the_conversations_go(stage: Stage) -> None:
    ready(stage)
    scored(stage, 0.5, 0.5, 0.5)
    goes(stage, WEDNESDAY - timedelta(hours=20))
    stage.store.transact(lambda tx: retention.forget(tx, WEDNESDAY))
    with stage.store.read() as tx:
        assert [case.excerpt for case in calibrations.questions(tx, 1)] == [(), (), ()]


def _voted(tx: Tx, stage: Stage, n: int, outcome: str) -> None:
    """A case about one rule, on which five people and the rule agree, but for one of them now and then."""
    question = Candidate(f"shop:x{n}", "m1", None, "refund@1", "", "score", (), ())
    made = calibrations.propose(tx, [question], stage.at + timedelta(days=n), stage.at)
    assert made is not None
    (case,) = calibrations.questions(tx, made.id)
    for m in range(5):
        other = KEEP if outcome == DEDUCT else DEDUCT
        ballots.cast(tx, case.id, f"p{m}", Vote("agent", other if m == 0 and n % 3 == 0 else outcome), "web", stage.at)
    told = Told(question.conversation, "refund@1", outcome, {}, 1.0, "", 0, "", "", "", 0, "陈质检")
    decisions.decide(tx, case.id, told, stage.at)


def stages(stage: Stage, first: int, last: int, deduct: int) -> str:
    """After these cases, of which every so many is decided against the rule."""
    for n in range(first, last):
        outcome = KEEP if n % deduct == 0 else DEDUCT
        stage.store.transact(lambda tx, n=n, outcome=outcome: _voted(tx, stage, n, outcome))  # type: ignore[misc]
    stage.store.transact(lambda tx: criteria.look(stage.ctx, tx))
    stage.settle()
    with stage.store.read() as tx:
        return decisions.stage(tx, "refund")


def test_a_rule_is_trusted_further_only_by_qa_and_less_by_itself(stage: Stage) -> None:
    ready(stage)
    assert stages(stage, 1, 20, 5) == "human_only"
    assert not stage.cards("qa")
    assert stages(stage, 20, 31, 5) == "human_only"
    (card,) = stage.cards("qa")
    assert "可以人机一起判了吗" in card["title"]
    value = card["buttons"][0]["value"]
    assert not stage.press_value("小周", card, "promote", value, "qa").ok
    assert stage.press_value("陈质检", card, "promote", value, "qa").ok
    assert stages(stage, 31, 32, 5) == "hybrid"
    assert stages(stage, 32, 120, 1) == "human_only"
    assert "现在只由人判" in text_of(stage.cards("qa")[-1])


def test_a_question_that_more_votes_have_answered_is_taken_back_from_qa(stage: Stage) -> None:
    ready(stage)
    assert stages(stage, 1, 31, 5) == "human_only"
    (card,) = stage.cards("qa")
    stages(stage, 31, 90, 1)
    (now,) = stage.cards("qa")
    assert now["key"] == card["key"]
    assert not any(button["action"] for button in now["buttons"])
    assert not stage.press_value("陈质检", now, "promote", card["buttons"][0]["value"], "qa").ok
    with stage.store.read() as tx:
        assert decisions.stage(tx, "refund") == "human_only"


def test_the_question_is_answered_by_typing_too(stage: Stage) -> None:
    ready(stage)
    stages(stage, 1, 31, 5)
    (card,) = stage.cards("qa")
    said = card["buttons"][0]["command"]
    assert said == f"同意 {card['buttons'][0]['value']}"
    stage.say("小周", said, "@小周")
    stage.say("陈质检", said.lower(), "qa")
    with stage.store.read() as tx:
        assert decisions.stage(tx, "refund") == "hybrid"


def test_votes_about_a_rule_before_it_was_changed_prove_nothing_of_it_afterwards(stage: Stage) -> None:
    ready(stage)
    assert stages(stage, 1, 15, 5) == "human_only"
    change = Change("refund", 1, EXAMPLE, "我要退货")

    def accepted(tx: Tx) -> None:
        number = rule_changes.propose(tx, change, "共评", "poll:1", stage.at)
        assert rule_changes.decide(tx, number or 0, "陈质检", stage.at, accept=True)

    stage.at += timedelta(days=1)
    stage.store.transact(accepted)
    stage.at += timedelta(days=1)
    stages(stage, 15, 31, 5)
    assert not stage.cards("qa")
    with stage.store.read() as tx:
        found = criteria.by_rule(tx, ballots.pooled(tx))
    assert {name: criteria.agreed(said).cases for name, said in found.items()} == {"refund@1+R1": 16}
