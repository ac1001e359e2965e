"""A question whose answer takes too long is given up kindly, and nobody else waits for it."""

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, select, text

from bot.running.hearing import Hearing
from handlers import actions, commands
from handlers.protocols import Pressed, Said
from storage.db import Store
from storage.tables import HEARD, POST
from tests.bot.web.door import Door, words_of
from tests.handlers.stage import Stage, text_of

T = TypeVar("T")
ENDLESS = text("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n")


class Endless(Store):
    """The same store, in which some tables have so many rows that no question to them ever ends."""

    def __init__(self, store: Store, *tables: str):
        self._store, self._tables = store, tables
        self.dialect = store.dialect

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self._store.read() as tx, self._grown(tx):
            yield tx

    def write(self, job: Callable[[Connection], T], *, urgent: bool = False) -> "Future[T]":
        def grown(tx: Connection) -> T:
            with self._grown(tx):
                return job(tx)

        return self._store.write(grown)

    @contextmanager
    def _grown(self, tx: Connection) -> Iterator[None]:
        event.listen(tx, "before_execute", self._ask, retval=True)
        try:
            yield
        finally:
            event.remove(tx, "before_execute", self._ask)

    def _ask(self, _: Any, asked: Any, *told: Any) -> Any:
        endless = asked.is_select and any(table.name in self._tables for table in asked.get_final_froms())
        return (ENDLESS, [], {}) if endless else (asked, *told[:2])


def heavy(stage: Stage, *tables: str, patience: float = 0.2) -> Hearing:
    ctx = replace(stage.ctx, store=Endless(stage.store, *tables), patience=patience)
    return replace(stage.hearing, ctx=ctx)


def said(person: str, words: str, event: str) -> Said:
    return Said("sandbox", event, "leads", person, words)


def told_to(stage: Stage, person: str) -> list[str]:
    with stage.store.read() as tx:
        return [text_of(row.card) for row in tx.execute(select(POST)) if row.room == person]


@pytest.fixture
def stage(store: Store) -> Stage:
    return Stage(store)


def test_who_asks_for_too_much_hears_what_to_do(stage: Stage) -> None:
    asyncio.run(heavy(stage, "honour").said(said("小李", "荣誉", "e1")))
    assert [commands.TOO_SLOW in card for card in told_to(stage, "小李")] == [True]
    asyncio.run(heavy(stage, "honour").said(said("小李", "荣誉", "e1")))  # told twice by the platform
    assert len(told_to(stage, "小李")) == 1


def test_others_are_answered_meanwhile(stage: Stage) -> None:
    """Many slow questions of one person, and one quick question of another that came after them all."""
    hearing, done = heavy(stage, "honour", patience=0.3), []

    async def ask(words: Said) -> None:
        await hearing.said(words)
        done.append(words.person)

    async def everybody() -> None:
        slow = [said("小李", "荣誉", f"e{number}") for number in range(12)]
        async with asyncio.TaskGroup() as group:
            for words in (*slow, said("老管", "帮助", "quick"), said("张主管", "案例", "cases")):
                group.create_task(ask(words))

    asyncio.run(everybody())
    assert sorted(done[:2]) == ["张主管", "老管"]
    assert sum(commands.TOO_SLOW in card for card in told_to(stage, "小李")) == 12


def test_a_press_is_given_up_as_a_whole_and_may_be_tried_again(stage: Stage) -> None:
    ctx = replace(stage.ctx, people=_on_dingtalk(stage))
    stage.ctx, stage.hearing = ctx, replace(stage.hearing, ctx=ctx)
    press = Pressed("dingtalk", "p1", "room", "", "zhang01", "minutes", "")
    reply = asyncio.run(heavy(stage, "poll_session").pressed(press))
    assert (reply.ok, reply.toast) == (False, actions.TOO_SLOW)
    assert [actions.TOO_SLOW in card for card in told_to(stage, "zhang01")] == [True]  # DingTalk waits no more
    with stage.store.read() as tx:
        assert tx.execute(select(HEARD)).all() == []
    again = asyncio.run(stage.hearing.pressed(press))
    assert "还没有结束的共评" in again.toast


def _on_dingtalk(stage: Stage) -> Any:
    people = [replace(p, ids={"dingtalk": "zhang01"}) if p.name == "张主管" else p for p in stage.people]
    return type(stage.ctx.people)(people, stage.ctx.people.rooms)


@pytest.mark.parametrize("store", ["sqlite"], indirect=True)
def test_a_page_says_so_too(stage: Stage) -> None:
    door = Door(stage)
    door.tell_everybody()
    ctx = replace(door.site.ctx, store=Endless(stage.store, "poll_session"), patience=0.2)
    object.__setattr__(door.site, "ctx", ctx)
    browser = door.browser("小李")
    page = browser.get("/polls")
    assert page.status_code == 503
    assert "选短一点的时间" in words_of(page)
    assert browser.get("/talk-tracks").status_code == 200
