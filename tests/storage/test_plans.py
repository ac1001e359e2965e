"""The questions asked all day long go by their indexes, however many rows there are."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Select
from sqlalchemy.dialects import sqlite

from storage import conversations, posts
from storage.db import Store

VALUES = {"now": datetime(2026, 11, 20, tzinfo=UTC), "most": 9, "chat": "feishu", "chats": ["feishu"]}
QUESTIONS = {
    "ix_post_due": (posts.CLAIM_FOR, posts.CLAIM_OTHERS, posts.NEXT),
    "ix_conversation_look_again": (conversations.NEXT_LOOK, conversations.DUE),
}


def plan(store: Store, question: Select[Any]) -> str:
    filled = question.params(VALUES)
    asked = str(filled.compile(dialect=sqlite.dialect(), compile_kwargs={"render_postcompile": True}))
    with store.read() as tx:
        rows = tx.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}", (1,) * asked.count("?"))
        return " · ".join(row[3] for row in rows)


@pytest.mark.parametrize("index", QUESTIONS)
def test_what_is_asked_every_second_uses_its_index(sqlite_store: Store, index: str) -> None:
    for question in QUESTIONS[index]:
        assert index in plan(sqlite_store, question), question
