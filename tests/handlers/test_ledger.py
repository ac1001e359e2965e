"""The precision ledger in chat: figures with their n, and a proposal that people decide and can take back."""

from datetime import timedelta
from typing import Any

import pytest

from handlers.people import Room
from handlers.reviewing import ledger
from rules.changes import Change
from rules.policy import Policy
from storage import alerts, findings, rule_changes
from storage import ledger as records
from storage.db import Store
from tests.handlers.stage import PEOPLE, ROOMS, START, Stage, facts, text_of

REVIEW = Room("质检群", "sandbox", "review", wants=("review",))
THREAT = "再不退款我就投诉到12315"


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store, Policy(demote_below=0.5, demote_after_n=4), people=PEOPLE, rooms=(*ROOMS, REVIEW))


def threaten(stage: Stage, *, wrong: int, right: int) -> None:
    """Conversations with an alert each, which the lead judges."""
    for n in range(wrong + right):
        stage.customer(THREAT, f"{stage.number()}-c{n}")
        with stage.store.read() as tx:
            (alert,) = [a.code for a in alerts.not_closed(tx)]
        stage.say("张主管", f"{'误报' if n < wrong else '解决'} {alert}", room="@张主管")


def rule_of(stage: Stage) -> str:
    with stage.store.read() as tx:
        raised = records.raised(tx, START - timedelta(days=1), stage.at + timedelta(days=1), 2)
    return next(one.rule for one in raised)


def asked(stage: Stage) -> list[dict[str, Any]]:
    return [card for card in stage.cards("review") if card["kind"] == "review"]


def test_the_ledger_tells_precision_with_its_n_and_interval(stage: Stage) -> None:
    threaten(stage, wrong=1, right=3)
    stage.say("陈质检", "账本")
    told = text_of(stage.cards()[-1])
    assert "75%（30–95%，共 4 次）" in told
    assert rule_of(stage) in told


def test_the_ledger_is_not_for_agents(stage: Stage) -> None:
    stage.say("小李", "规则账本")
    assert "给主管、质检和管理员看" in text_of(stage.cards("@小李")[-1])


def test_an_imprecise_rule_asks_once_and_only_where_reviews_are_wanted(stage: Stage) -> None:
    threaten(stage, wrong=6, right=0)
    assert ledger.propose(stage.ctx) >= 1
    assert ledger.propose(stage.ctx) == 0
    stage.settle()
    assert all(card["state"] == "待质检确认" for card in asked(stage))
    assert not [card for card in stage.cards("team") if card["kind"] == "review"]


def test_nothing_changes_before_somebody_agrees(stage: Stage) -> None:
    threaten(stage, wrong=6, right=0)
    ledger.propose(stage.ctx)
    with stage.store.read() as tx:
        assert rule_changes.in_force(tx) == ()


def test_an_agreed_demotion_is_applied_at_once_and_can_be_taken_back(stage: Stage) -> None:
    threaten(stage, wrong=6, right=0)
    ledger.propose(stage.ctx)
    stage.settle()
    number = len(asked(stage))
    for n in range(1, number + 1):
        stage.say("陈质检", f"同意降级 R{n}", room="@陈质检")
    assert {card["state"] for card in asked(stage)} == {"已降级"}
    assert "陈质检" in facts(asked(stage)[0])["决定"]
    stage.customer(THREAT, "after")
    with stage.store.read() as tx:
        assert {int(one.finding.severity) for one in findings.of(tx, "shop:after") if one.finding.severity} <= {1}
    stage.press("陈质检", "undo_change", "review")
    assert asked(stage)[0]["state"] == "已撤销"


def test_who_may_not_decide_is_told_so(stage: Stage) -> None:
    threaten(stage, wrong=6, right=0)
    ledger.propose(stage.ctx)
    stage.settle()
    reply = stage.press("张主管", "accept_change", "review")
    assert not reply.ok
    assert "质检和管理员" in reply.toast
    assert asked(stage)[0]["state"] == "待质检确认"


def test_a_kept_rule_is_not_asked_about_again(stage: Stage) -> None:
    threaten(stage, wrong=6, right=0)
    ledger.propose(stage.ctx)
    stage.settle()
    for n in range(1, len(asked(stage)) + 1):
        stage.say("陈质检", f"保留 R{n}", room="@陈质检")
    threaten(stage, wrong=6, right=0)
    assert ledger.propose(stage.ctx) == 0


def test_too_late_is_counted_from_what_happened_afterwards(stage: Stage) -> None:
    stage.customer(THREAT)
    stage.passes(minutes=1)
    stage.rated(1)
    stage.passes(minutes=1)
    stage.say("张主管", "认领 A1", room="@张主管")
    with stage.store.read() as tx:
        raised = records.raised(tx, START - timedelta(days=1), stage.at + timedelta(days=1), 2)
    late = [one.rule.partition("@")[0] for one in raised if one.late]
    assert late
    assert "low_rating" not in late, "it was raised by the rating itself, which nobody could have foreseen"


def test_a_change_of_another_version_changes_nothing(store: Store) -> None:
    with store.read() as tx:
        assert rule_changes.into(tx, Policy()) == Policy()
    change = Change("threat", 2, "severity", "none")
    number = store.transact(lambda tx: rule_changes.propose(tx, change, "因为", "poll:3", START))
    assert number is not None
    assert store.transact(lambda tx: rule_changes.propose(tx, change, "因为", "poll:3", START)) is None
    assert store.transact(lambda tx: rule_changes.decide(tx, number, "陈质检", START, accept=True))
    assert not store.transact(lambda tx: rule_changes.decide(tx, number, "老管", START, accept=False))
    with store.read() as tx:
        assert rule_changes.into(tx, Policy()).changes == (change,)
        assert rule_changes.decided(tx, "poll:3") == {"threat@2": START}
    assert store.transact(lambda tx: rule_changes.undo(tx, number, "陈质检", START + timedelta(hours=1)))
    with store.read() as tx:
        assert rule_changes.in_force(tx) == ()
        assert rule_changes.decided(tx, "poll:3") == {"threat@2": START + timedelta(hours=1)}
