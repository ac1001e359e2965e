"""Past conversations from files: kept, screened and counted like all others, and nobody is called."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest

from bot.helpdesks import generic
from bot.programs import past_files
from bot.webhooks.ingest import Desk
from handlers.counting import again
from storage import conversations, cursors, findings, inbox
from storage.db import Store
from tests.handlers.stage import START, Stage

DESK = Desk("shop", generic, "secret", "售后")
ANGRY = ("退款怎么还没到，都第几天了", "问了三遍了，你们到底管不管", "再不解决我就投诉到12315")


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store)


def line(at: datetime, id_: str = "old", more: int = 0) -> str:
    said = [*ANGRY, *["你们是骗子吧"] * more]
    messages: list[dict[str, Any]] = [
        {"id": f"m{n}", "from": "customer", "text": text, "at": (at + timedelta(seconds=20 * n)).isoformat()}
        for n, text in enumerate(said)
    ]
    told = [
        {"type": "assigned", "agent": "xiaoli", "at": at.isoformat()},
        {"type": "invited", "at": (at + timedelta(minutes=5)).isoformat()},
    ]
    orders = [{"id": "E1", "customer": "u1", "paid_at": at.isoformat()}]
    return json.dumps({"id": id_, "customer": {"id": "u1"}, "messages": messages, "events": told, "orders": orders})


def taken(stage: Stage, *rows: str) -> tuple[int, int]:
    wrong: list[str] = []
    done = past_files.take(stage.ctx, DESK, past_files.read(rows, wrong), wrong)
    assert not wrong
    return done


def test_the_past_is_kept_and_screened_and_calls_nobody(stage: Stage) -> None:
    then = START - timedelta(days=30)
    assert taken(stage, line(then)) == (1, 1)
    stage.passes(minutes=10)
    assert stage.cards() == stage.cards("team") == []
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:old")
        found = findings.of(tx, "shop:old")
        assert cursors.get(tx, again.FIGURES) == "2026-10-21"
        assert inbox.backlog(tx).waiting == 0
    assert stored is not None
    assert (stored.level, stored.look_again_at, stored.conversation.team) == ("red", None, "售后")
    assert stored.conversation.invited == (then + timedelta(minutes=5),)
    assert {one.found_at for one in found} == {then + timedelta(seconds=40)}


def test_what_was_imported_is_not_imported_again(stage: Stage) -> None:
    then = START - timedelta(days=30)
    assert taken(stage, line(then)) == (1, 1)
    assert taken(stage, line(then)) == (1, 0)
    assert taken(stage, line(then, more=1)) == (1, 1)  # the file has grown
    stage.settle()
    with stage.store.read() as tx:
        stored = conversations.load_one(tx, "shop:old")
    assert stored is not None
    assert len(stored.conversation.messages) == 4
    assert len(stored.conversation.assignments) == 1
    assert stage.cards() == []


def test_what_still_goes_on_is_news_like_any_other(stage: Stage) -> None:
    assert taken(stage, line(START - timedelta(hours=1), "now"), line(START - timedelta(days=2))) == (2, 1)
    stage.settle()
    assert len(stage.cards()) == 1


def test_a_past_customer_who_writes_again_is_heard(stage: Stage) -> None:
    taken(stage, line(START - timedelta(days=2), "c1"))
    stage.angry("c1")
    assert len(stage.cards()) == 1


def test_a_conversation_with_an_alert_goes_the_ordinary_way(stage: Stage) -> None:
    stage.angry("c1")
    stage.at += timedelta(days=2)
    assert taken(stage, line(START - timedelta(days=3), "c1")) == (1, 0)
    with stage.store.read() as tx:
        assert inbox.backlog(tx).waiting > 0


def test_a_line_without_times_is_told_and_the_others_go_on(stage: Stage) -> None:
    untimed = json.dumps({"id": "x", "messages": [{"from": "customer", "text": "在吗"}]})
    wrong: list[str] = []
    rows = past_files.read([untimed, "", "{", line(START - timedelta(days=2))], wrong)
    assert past_files.take(stage.ctx, DESK, rows, wrong) == (1, 1)
    assert [told.partition("行")[0] for told in wrong] == ["第 1 ", "第 3 "]
    assert "没有时间" in wrong[0]
