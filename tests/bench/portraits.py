"""Portraits over a long past: many agents, many days, on SQLite or on a PostgreSQL of your own.

`PORTRAIT_AGENTS=1000 PORTRAIT_DAYS=400 python -m tests.bench portraits` measures the full size; `PORTRAIT_URL` names
another database, which must be empty and is filled.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

from bot import engine, metric_packs, sheets
from bot.samples.generator import conversations
from handlers.context import Context
from handlers.counting import exports, own_figures, portrait_pages, portraits
from handlers.people import Directory, Person
from handlers.requests import Request
from rules import file, reasons
from rules.binding import Bound
from rules.metrics import cells, tally
from rules.metrics.cells import Label
from rules.metrics.facts import facts
from rules.metrics.scene import Scene
from rules.model import Conversation
from rules.policy import Policy
from storage import bindings as records
from storage import figure_cells, migrations
from storage.db import Store, Tx
from storage.tables import FIGURE_CELL, FIGURE_DAY, FIGURE_TRAIL
from tests.bench.machine import percentile
from tests.bench.row import Row

AGENTS = int(os.environ.get("PORTRAIT_AGENTS", "40"))
DAYS = int(os.environ.get("PORTRAIT_DAYS", "60"))
TIMES = int(os.environ.get("PORTRAIT_TIMES", "20"))
TEAM = int(os.environ.get("PORTRAIT_TEAM", "50"))  # people in one
A_DAY, TEMPLATES = 20, 24  # conversations a day of each, different days
LAST = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")


def rows() -> Sequence[Row]:
    with _store() as (store, sort):
        ctx = _context(store)
        began = time.perf_counter()
        fill(store, _templates(ctx))
        filled = time.perf_counter() - began
        size = f"{sort}, {AGENTS:,} agents × {DAYS} days"
        asked = [_commands(ctx), _team(ctx), _page(ctx), _export(ctx), _correct(ctx)]
        return [
            Row(f"portraits, {size}: filling, s", f"{filled:,.0f}"),
            *(_row(f"portraits, {size}: {name}, p95 ms", times, goal) for name, goal, times in asked),
        ]


def _row(name: str, times: list[float], goal: float) -> Row:
    measured = 1000 * percentile(times, 95)
    return Row(name, f"{measured:,.0f}", goal=f"at most {goal:,.0f}", met=measured <= goal)


def _commands(ctx: Context) -> tuple[str, float, list[float]]:
    said = (("portrait", ""), ("my_figures", "本周"), ("my_figures", "本月"), ("my_figures", "上月"))
    answers = {"portrait": own_figures.whole, "my_figures": own_figures.mine}

    def ask(tx: Tx, person: Person, i: int) -> None:
        name, text = said[i % len(said)]
        answers[name](ctx, tx, Request(name, "", person, person.name, text))

    return "any portrait command", 300, _timed(ctx, ask)


def _team(ctx: Context) -> tuple[str, float, list[float]]:
    def ask(tx: Tx, person: Person, i: int) -> None:
        own_figures.team(ctx, tx, Request("team_portrait", "", person, person.name, ("本周", "本月")[i % 2]))

    return "the command 团队", 300, _timed(ctx, ask)


def _page(ctx: Context) -> tuple[str, float, list[float]]:
    def ask(tx: Tx, person: Person, i: int) -> None:
        span = portraits.eight_weeks(LAST)
        _, sheet = portrait_pages.team(ctx, tx, person.team, span)
        portrait_pages.members(sheet)

    return "a team's page with its people", 500, _timed(ctx, ask)


def _export(ctx: Context) -> tuple[str, float, list[float]]:
    def ask(tx: Tx, person: Person, i: int) -> None:
        names = portraits.serving(ctx, person.team)
        sheets.to_csv(exports.conversations(ctx, tx, names, portraits.eight_weeks(LAST)))

    return "a team's conversations of eight weeks as CSV", 5000, _timed(ctx, ask, times=3)


def _correct(ctx: Context) -> tuple[str, float, list[float]]:
    """One account is another person's, and both portraits say so."""

    took = []
    for i in range(3):
        began = time.perf_counter()
        bound = Bound(f"shop:a{i}", _name(i + 1), since="2026-10-01", actor="张主管")
        ctx.store.transact(lambda tx, bound=bound: records.add(tx, bound, NOW))  # type: ignore[misc]
        with ctx.store.read() as tx:
            for name in (_name(i), _name(i + 1)):
                person = ctx.people.named(name)
                assert person is not None
                portraits.of(ctx, tx, person, portraits.eight_weeks(LAST))
        took.append(time.perf_counter() - began)
    return "a corrected binding, both portraits anew", 10_000, took


def _timed(ctx: Context, ask: Callable[[Tx, Person, int], None], times: int = TIMES) -> list[float]:
    r = random.Random(3)
    found = []
    for i in range(times):
        person = r.choice(ctx.people.people)
        began = time.perf_counter()
        with ctx.store.read() as tx:
            ask(tx, person, i)
        found.append(time.perf_counter() - began)
    return found


def _name(i: int) -> str:
    return f"客服{i}"


def _context(store: Store) -> Context:
    people = [Person(_name(i), "agent", f"组{i // TEAM}", (f"shop:a{i}",), {}) for i in range(AGENTS)]
    packs = metric_packs.choice("wangwang", {})
    return Context(store, engine.load(), Policy(), Directory(people, ()), lambda: NOW, metrics=packs)


Template = tuple[dict[str, tally.Tallies], cells.Account]  # by pack; the cells


def _templates(ctx: Context) -> list[Template]:
    """Days of twenty conversations, counted as the roll-up counts them."""
    told = (file.read_conversation(line) for line in conversations(5, 1_000_000, NOW - timedelta(days=2)))
    found = []
    for _ in range(TEMPLATES):
        chunk = [_one_agent(c) for c in islice(told, A_DAY)]
        scene = Scene(tuple(map(facts, chunk)), NOW + timedelta(days=30), ZONE)
        days = {scene.day(f.began) for f in scene.facts if f.began}
        day = max(days, key=lambda d: sum(scene.day(f.began) == d for f in scene.facts))
        labels = {c.id: Label(reasons.reason(c), reasons.difficulty(c)) for c in chunk}
        assert day is not None
        packs = [*ctx.metrics.packs.values()]
        counted = [one.get("a", {}) for one in tally.daily(scene, packs, day)]
        account = cells.daily(scene, labels.__getitem__, day).get("a", cells.Account({}, []))
        found.append((dict(zip(ctx.metrics.packs, counted, strict=True)), account))
    return found


def _one_agent(c: Conversation) -> Conversation:
    return replace(
        c,
        messages=tuple(replace(m, agent="a" if m.agent else None) for m in c.messages),
        assignments=tuple(replace(a, agent="a" if a.agent else None) for a in c.assignments),
    )


def fill(store: Store, templates: Sequence[Template]) -> None:
    r = random.Random(1)
    for ago in range(DAYS):
        day = (LAST - timedelta(days=ago)).isoformat()
        chosen = [(f"shop:a{i}", r.choice(templates)) for i in range(AGENTS)]
        store.transact(lambda tx, day=day, chosen=chosen: _put(tx, day, chosen))  # type: ignore[misc]
        if (LAST - timedelta(days=ago)).weekday() == 0:
            monday = LAST - timedelta(days=ago)
            store.transact(lambda tx, monday=monday: figure_cells.put_together(tx, monday))  # type: ignore[misc]


def _put(tx: Tx, day: str, chosen: Sequence[tuple[str, Template]]) -> None:
    tx.execute(FIGURE_DAY.insert(), [
        {"account": account, "pack": pack, "day": day, "tallies": tallies, "rolled_at": NOW}
        for account, (packs, _) in chosen for pack, tallies in packs.items()
    ])  # fmt: skip
    tx.execute(FIGURE_CELL.insert(), [
        {"account": account, "day": day, "cells": told.cells, "left_out": 0} for account, (_, told) in chosen
    ])  # fmt: skip
    tx.execute(FIGURE_TRAIL.insert(), [
        {"account": account, "day": day, "told": told.trail} for account, (_, told) in chosen
    ])  # fmt: skip


@contextmanager
def _store() -> Iterator[tuple[Store, str]]:
    with tempfile.TemporaryDirectory() as folder:
        url = os.environ.get("PORTRAIT_URL", f"sqlite:///{Path(folder, 'portraits.db')}")
        with Store.open(url) as store:
            migrations.upgrade(store)
            yield store, "PostgreSQL" if url.startswith("postgresql") else "SQLite"
