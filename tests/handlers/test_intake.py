"""The inbox is worked through once, in any order, and a poisonous event holds up nobody else."""

import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import text

from handlers import intake
from storage import conversations, inbox, orders, retention
from storage.db import Store
from storage.inbox import NewRow
from tests.handlers.stage import START, Stage


def test_the_same_event_twice_is_one_message(stage: Stage) -> None:
    told = stage.message("customer", "你们是骗子吧")
    stage.hears(told, told)
    stage.hears(told)
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:c1")
    assert stored is not None
    assert len(stored.conversation.messages) == 1
    assert len(stage.cards()) == 1


@pytest.mark.parametrize("seed", range(4))
def test_any_order_of_arrival_ends_in_the_same_state(store: Store, seed: int) -> None:
    stage = Stage(store)
    told = []
    for number, (who, words) in enumerate(
        [
            ("customer", "在吗"),
            ("agent", "在的亲"),
            ("customer", "退款到哪了"),
            ("agent", "今天到账"),
            ("customer", "好的谢谢"),
        ]
    ):
        stage.passes(seconds=10)
        more = {"agent": "xiaoli"} if who == "agent" else {}
        told.append(stage.message(who, f"{words}{number}", **more))
    told.append({"type": "status", "conversation": {"id": "c1"}, "status": "resolved", "at": stage.at.isoformat()})
    told.append({"type": "rated", "conversation": {"id": "c1"}, "rating": {"score": 5, "at": stage.at.isoformat()}})
    random.Random(seed).shuffle(told)
    for one in told:
        stage.hears(one)
    with store.read() as tx:
        stored = conversations.load_one(tx, "shop:c1")
    assert stored is not None
    c = stored.conversation
    assert [m.text[-1] for m in c.messages] == ["0", "1", "2", "3", "4"]
    assert (c.status, c.agent, c.team, c.rating and c.rating.score) == ("resolved", "xiaoli", "售后", 5)


def test_a_poisonous_event_is_set_aside_after_five_tries_and_the_others_go_on(stage: Stage) -> None:
    bad = NewRow("shop", "shop:bad", "message", "shop:bad", '{"type":"message"}', stage.at)
    stage.store.transact(lambda tx: inbox.add(tx, [bad]))
    stage.hears(stage.message("customer", "你们是骗子吧"))
    assert len(stage.cards()) == 1
    for _ in range(6):
        stage.settle()
    with stage.store.read() as tx:
        left = inbox.backlog(tx)
    assert (left.waiting, left.dead) == (0, 1)


def test_an_assignment_told_again_is_no_change(stage: Stage) -> None:
    stage.assigned("xiaoli")
    stage.passes(minutes=1)
    stage.assigned("xiaoli")
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:c1")
    assert stored is not None
    assert [a.at for a in stored.conversation.assignments] == [START]


def test_orders_and_reviews_are_kept(stage: Stage) -> None:
    order = {
        "id": "E1",
        "customer": "u9",
        "shop": "旗舰店",
        "items": [{"sku": "S1", "title": "洁面乳", "amount": 59.0}],
    }
    stage.hears({"type": "order", "order": order})
    stage.hears({"type": "review", "review": {"order": "E1", "customer": "u9", "score": 5, "has_picture": True}})
    with stage.store.read() as tx:
        assert tx.scalar(text("SELECT count(*) FROM order_")) == 1
        assert tx.scalar(text("SELECT score FROM review")) == 5
    assert orders


def test_signals_are_stored_with_their_versions(stage: Stage) -> None:
    stage.customer("再不退款我就投诉到12315")
    with stage.store.read() as tx:
        stored = json.loads(tx.scalar(text("SELECT signals FROM message")) or "")
    assert stored["v"]
    assert stored["t"]


def test_what_is_remembered_between_two_looks_is_what_the_database_says(stage: Stage) -> None:
    for who, words in (("customer", "在吗"), ("agent", "在的亲"), ("customer", "退款到哪了")):
        stage.passes(seconds=10)
        stage.hears(stage.message(who, words, agent="xiaoli" if who == "agent" else ""))
        stage.assigned("xiaoli")
    stage.hears(stage.message("customer", "补一句", at="2026-11-20T13:59:00+08:00"))  # late: it goes to the front
    engine = stage.ctx.engine
    remembered = dict(intake.RECENT.known(engine))
    with stage.store.read() as tx:
        read = conversations.load(tx, ["shop:c1"], engine.recalled)
        again = conversations.load(tx, ["shop:c1"], engine.recalled, recent=remembered)
    assert remembered["shop:c1"].version == read["shop:c1"].version == 4 + 3
    assert again == read
    assert again["shop:c1"].conversation.messages[0] is remembered["shop:c1"].conversation.messages[0]


def test_a_look_at_what_somebody_changed_meanwhile_is_not_written(stage: Stage) -> None:
    stage.customer("在吗")
    for told in (stage.message("customer", "你们是骗子吧"), stage.message("customer", "在吗", "c2")):
        stage.keeps(told)
    with stage.store.read() as tx:
        drafts = intake._drafts(stage.ctx, tx, ["shop:c1", "shop:c2"])
    stage.store.transact(lambda tx: retention.fade(tx, stage.at + timedelta(days=1)))
    written = stage.store.transact(lambda tx: intake._write(stage.ctx, tx, drafts))
    assert [draft.key for draft in written] == ["shop:c2"]
    assert intake.work(stage.ctx) == 1
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:c1")
        left = inbox.backlog(tx)
    assert stored is not None
    assert [m.text for m in stored.conversation.messages] == ["在吗", "你们是骗子吧"]
    assert left.waiting == 0
