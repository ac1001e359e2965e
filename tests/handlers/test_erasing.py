"""Of an erased customer no word is left in any row: votes, wordings, appeals, briefings and cards forget them too."""

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.reviewing import review_queue
from storage import copies, erasure, inbox
from storage import tables as t
from storage.db import Tx
from storage.tables import SQLModel
from tests.handlers import calibration
from tests.handlers.calibration import SAYINGS, WEDNESDAY, cases, goes, opened, ready, vote
from tests.handlers.stage import Stage

WORDS = (SAYINGS[0][:8], "能退差价", "问了三遍", "投诉到12315", "超过活动规则", "当时已经解释过", "规则没写清楚",
         "差价我来申请", "王女士", "u9")  # fmt: skip


def left(tx: Tx) -> dict[str, list[str]]:
    """Which of the words stand in which table."""
    found: dict[str, list[str]] = {}
    for name, table in SQLModel.metadata.tables.items():
        for row in tx.execute(select(table)):
            told = json.dumps([str(value) if not isinstance(value, dict | list) else value for value in row],
                              ensure_ascii=False)  # fmt: skip
            found.setdefault(name, []).extend(word for word in WORDS if word in told)
    return {name: words for name, words in found.items() if words}


@pytest.fixture
def voted(stage: Stage) -> Stage:
    """One conversation: alert, appeal, vote with a better wording and its decision, a case, a review, a bad body."""
    ready(stage)
    (case,) = opened(stage)
    for person in ("张主管", "陈质检", "林质检", "阿明", "小周"):
        assert vote(stage, person, case, "keep").ok
    card = calibration.of(stage, case)
    for person, words in (("小周", "您别急，差价我来申请"), ("阿明", "我先查一下，能退差价就退")):
        assert stage.press_value(person, card, "better", case.code, "polls", {"text": words}).ok
    goes(stage, stage.at + timedelta(minutes=61))
    choosing = calibration.of(stage, case)
    options = next(b["options"] for b in choosing["blocks"] if b["type"] == "choices")
    for person in ("张主管", "陈质检"):
        assert stage.press_value(person, choosing, "pick", options[0][1], "polls").ok
    goes(stage, stage.at + timedelta(minutes=21))
    review_queue.work(stage.ctx)
    body = json.dumps({"message": "我是王女士，能退差价吗"}, ensure_ascii=False)
    stage.store.transact(lambda tx: inbox.quarantine(tx, "shop", "字段 type", body, stage.at))
    return stage


def erase(stage: Stage, customer: str = "u9") -> None:
    def job(tx: Tx) -> None:
        erasure.erase_conversations(tx, erasure.found(tx, customer=customer), stage.at)
        erasure.erase_customer(tx, customer)

    stage.store.transact(job)
    stage.settle()


def test_no_row_holds_a_word_of_an_erased_customer(voted: Stage) -> None:
    with voted.store.read() as tx:
        before = left(tx)
    assert {"message", "poll_case", "appeal", "post", "quarantine", "wording", "decision_", "case_"} <= before.keys()
    erase(voted)
    with voted.store.read() as tx:
        assert left(tx) == {}


def test_what_was_counted_is_still_counted(voted: Stage) -> None:
    counted = ("ballot", "decision_", "poll_case", "appeal", "judgement", "finding", "alert", "audit")

    def counts() -> Iterator[tuple[str, int]]:
        with voted.store.read() as tx:
            for name in counted:
                if name in SQLModel.metadata.tables:
                    yield name, len(tx.execute(select(SQLModel.metadata.tables[name])).all())

    before = dict(counts())
    erase(voted)
    assert dict(counts()) == before


def test_a_question_that_goes_is_not_asked_any_more(stage: Stage) -> None:
    ready(stage)
    (case,) = opened(stage)
    key = calibration.of(stage, case)["key"]
    erase(stage)
    assert cases(stage) == []
    assert [card["title"] for card in stage.cards("polls") if card["key"] == key] == [erasure.ERASED["title"]]
    assert not stage.press_value("张主管", {"key": key}, "vote", f"{case.code}/keep", "polls").ok
    goes(stage, WEDNESDAY + timedelta(hours=2))  # it closes without it


def test_cards_about_others_stay(voted: Stage) -> None:
    voted.at += timedelta(days=1)
    other: dict[str, Any] = voted.message("customer", "再不解决我就投诉到12315", "c9")
    other["conversation"]["customer"] = {"id": "u10", "name": "赵先生"}
    voted.hears(other)
    erase(voted)
    assert any("投诉到12315" in json.dumps(card, ensure_ascii=False) for card in voted.cards())


def test_what_is_quoted_is_found_by_how_it_begins(voted: Stage) -> None:
    with voted.store.read() as tx:
        said = copies.said(tx, ["shop:c1"], [])
        assert SAYINGS[0][:16] in said
        assert copies.quoting(tx, said, voted.at - timedelta(days=30))
        assert copies.quoting(tx, {"谁也没有说过这一句话"}, voted.at - timedelta(days=30)) == []
        assert tx.execute(select(t.QUARANTINE)).first()
