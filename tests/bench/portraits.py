"""Portraits over a long past: many agents, many days, on SQLite or PostgreSQL; wall time and, beside it, CPU time.

The full size is `PORTRAIT_AGENTS=1000 PORTRAIT_DAYS=400 PORTRAIT_TALKS=200000 PORTRAIT_BUSY=20000 PORTRAIT_TIMES=200`.
PORTRAIT_ENGINE=postgresql runs a server of its own; PORTRAIT_TEAM=1000 puts everybody in one team.
"""

import os
import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from bot import engine
from bot.files import metric_packs, sheets
from handlers.context import Context
from handlers.counting import exports, figures, own_figures, portrait_pages, portraits
from handlers.growing import growth
from handlers.people import Directory, Person
from handlers.requests import Request
from handlers.shelf import Shelf
from rules.binding import Bound
from rules.policy import Policy
from storage import bindings as records
from storage import migrations
from storage.db import Store, Tx
from tests import postgres
from tests.bench import portrait_past
from tests.bench.machine import percentile
from tests.bench.portrait_past import LAST, NOW
from tests.bench.row import Row


def _size(name: str, otherwise: int) -> int:
    return int(os.environ.get(f"PORTRAIT_{name}", otherwise))


AGENTS, DAYS, TIMES = _size("AGENTS", 40), _size("DAYS", 60), _size("TIMES", 20)
TEAM = _size("TEAM", 50)  # people in one
TALKS, BUSY = _size("TALKS", 4000), _size("BUSY", 2000)  # conversations; of these on one day

Times = list[tuple[float, float]]  # wall, CPU; seconds


def rows() -> Sequence[Row]:
    with _store() as (store, sort):
        ctx = _context(store)
        began = time.perf_counter()
        portrait_past.fill(store, portrait_past.templates(ctx), AGENTS, DAYS)
        portrait_past.talk(store, engine.load(), AGENTS, TALKS, BUSY)
        filled = time.perf_counter() - began
        size = f"{sort}, {AGENTS:,} agents × {DAYS} days, {TEAM:,} in a team, {TALKS:,} conversations"
        asked = [_commands(ctx), _team(ctx), _page(ctx), _growth(ctx), _first(ctx), _export(ctx), _correct(ctx)]
        asked.append(_day(ctx))
        return [
            Row(f"portraits, {size}: filling, s", f"{filled:,.0f}"),
            *(_row(f"portraits, {size}: {name}, p95 ms", times, goal) for name, goal, times in asked),
        ]


def _row(name: str, times: Times, goal: float) -> Row:
    wall, cpu = (1000 * percentile([*took], 95) for took in zip(*times, strict=True))
    return Row(name, f"{wall:,.0f} (CPU {cpu:,.0f})", goal=f"at most {goal:,.0f}", met=wall <= goal)


def _commands(ctx: Context) -> tuple[str, float, Times]:
    said = (("portrait", ""), ("my_figures", "本周"), ("my_figures", "本月"), ("my_figures", "上月"))
    answers = {"portrait": own_figures.whole, "my_figures": own_figures.mine}

    def ask(tx: Tx, person: Person, i: int) -> None:
        name, text = said[i % len(said)]
        answers[name](ctx, tx, Request(name, "", person, person.name, text))

    return "any portrait command", 300, _timed(ctx, ask)


def _team(ctx: Context) -> tuple[str, float, Times]:
    def ask(tx: Tx, person: Person, i: int) -> None:
        own_figures.team(ctx, tx, Request("team_portrait", "", person, person.name, ("本周", "本月")[i % 2]))

    return "the command 团队", 300, _timed(ctx, ask)


def _page(ctx: Context) -> tuple[str, float, Times]:
    def ask(tx: Tx, person: Person, i: int) -> None:
        span = portraits.eight_weeks(LAST)
        _, sheet = portrait_pages.team(ctx, tx, person.team, span)
        portrait_pages.members(sheet)

    return "a team's page with its people", 500, _timed(ctx, ask)


def _export(ctx: Context) -> tuple[str, float, Times]:
    def ask(tx: Tx, person: Person, i: int) -> None:
        names = portraits.serving(ctx, person.team)
        sheets.to_csv(exports.conversations(ctx, tx, names, portraits.eight_weeks(LAST)))

    return "a team's conversations of eight weeks as CSV", 5000, _timed(ctx, ask, times=3)


def _correct(ctx: Context) -> tuple[str, float, Times]:
    """One account is another person's, and both portraits say so."""

    took: Times = []
    for i in range(3):
        bound = Bound(f"shop:a{i}", _name(i + 1), since="2026-10-01", actor="张主管")
        with _taken(took):
            ctx.store.transact(lambda tx, bound=bound: records.add(tx, bound, NOW))  # type: ignore[misc]
            with ctx.store.read() as tx:
                for name in (_name(i), _name(i + 1)):
                    person = ctx.people.named(name)
                    assert person is not None
                    portraits.of(ctx, tx, person, portraits.eight_weeks(LAST))
    return "a corrected binding, both portraits anew", 10_000, took


def _growth(ctx: Context) -> tuple[str, float, Times]:
    def ask(tx: Tx, person: Person, i: int) -> None:
        growth.known(ctx, tx, person.team, [person.name]).told(person.name)

    return "what 成长 reads of a team", 300, _timed(ctx, ask)


def _first(ctx: Context) -> tuple[str, float, Times]:
    """As after a start: nothing is unpacked yet."""

    def ask(tx: Tx, person: Person, i: int) -> None:
        own_figures.whole(_fresh(ctx), tx, Request("portrait", "", person, person.name, ""))

    return "我的画像 right after a start", 1000, _timed(ctx, ask, times=5)


def _day(ctx: Context) -> tuple[str, float, Times]:
    took: Times = []
    with _taken(took):
        figures.roll_up(ctx, LAST)
    return f"the roll-up of a day with {BUSY:,} conversations", 30_000, took


def _timed(ctx: Context, ask: Callable[[Tx, Person, int], None], times: int = TIMES) -> Times:
    r = random.Random(3)
    found: Times = []
    for i in range(times):
        person = r.choice(ctx.people.people)
        with _taken(found), ctx.store.read() as tx:
            ask(tx, person, i)
    return found


@contextmanager
def _taken(times: Times) -> Iterator[None]:
    wall, cpu = time.perf_counter(), time.process_time()
    yield
    times.append((time.perf_counter() - wall, time.process_time() - cpu))


def _name(i: int) -> str:
    return f"客服{i}"


def _context(store: Store) -> Context:
    people = [Person(_name(i), "agent", f"组{i // TEAM}", (f"shop:a{i}",), {}) for i in range(AGENTS)]
    packs = metric_packs.choice("wangwang", {})
    return Context(store, engine.load(), Policy(), Directory(people, ()), lambda: NOW, metrics=packs)


def _fresh(ctx: Context) -> Context:
    return replace(ctx, shelf=Shelf())


@contextmanager
def _store() -> Iterator[tuple[Store, str]]:
    with _database() as (url, sort), Store.open(url) as store:
        migrations.upgrade(store)
        yield store, sort


@contextmanager
def _database() -> Iterator[tuple[str, str]]:
    programs = postgres.installed() if os.environ.get("PORTRAIT_ENGINE") == "postgresql" else None
    if programs is None:
        with tempfile.TemporaryDirectory() as folder:
            yield f"sqlite:///{Path(folder, 'portraits.db')}", "SQLite"
        return
    server = postgres.Server(programs, Path(postgres.folder()))
    server.start()
    try:
        yield server.url(server.create()), "PostgreSQL"
    finally:
        server.stop()
