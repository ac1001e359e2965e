"""Figures of days: what is rolled up says the same as the conversations themselves, and stays fresh."""

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.files import metric_packs
from bot.programs import figure_files
from handlers.context import Context
from handlers.counting import figures
from rules import events, file
from rules.metrics.figures import Figure
from rules.model import Conversation
from storage import figure_days, inbox
from storage.db import Store
from storage.inbox import NewRow
from tests.handlers.stage import Stage

FOLDER = Path(__file__).parents[1] / "fixtures" / "figures"
ACCOUNTS = ("shop:an", "shop:bo", "shop:chen", "shop:dan")


def conversations() -> Iterator[Conversation]:
    for day in ("day1", "day2"):
        for line in (FOLDER / f"{day}.jsonl").read_text(encoding="utf8").splitlines():
            told = figure_files.conversation(json.loads(line))
            if all(m.at for m in told.messages):
                yield replace(told, messages=tuple({m.id: m for m in told.messages}.values()))


@pytest.fixture
def stage(store: Store) -> Stage:
    """Two days have been heard of; it is midnight after the last of it."""
    stage = Stage(store, at=datetime(2026, 11, 27, 16, tzinfo=UTC))
    stage.ctx = replace(stage.ctx, metrics=metric_packs.choice("wangwang", {}))
    rows = []
    for conversation in conversations():
        for event in file.events_of(conversation):
            where = "" if isinstance(event, events.Ordered) else f"shop:{conversation.id}"
            body = events.write(event)
            rows.append(NewRow("shop", where, body["type"], f"shop:{events.key(event)}", json.dumps(body), stage.at))
    stage.store.transact(lambda tx: inbox.add(tx, rows))
    stage.settle()
    return stage


def brief(found: list[Figure]) -> dict[str, tuple[Any, int, int]]:
    return {f.name: (f.value if f.value is None else pytest.approx(f.value), f.n, f.pending) for f in found}


def rolled(ctx: Context) -> None:
    for day in range(20, 29):
        figures.roll_up(ctx, date(2026, 11, day))


def test_days_added_up_say_what_the_conversations_say(stage: Stage) -> None:
    rolled(stage.ctx)
    since, until = date(2026, 11, 20), date(2026, 11, 28)
    for name, pack in stage.ctx.metrics.packs.items():
        direct = [*figure_files.compute(conversations(), pack, stage.ctx.zone, stage.at)]
        with stage.store.read() as tx:
            assert brief(figures.everybody(tx, since, until, pack)) == brief([f for f in direct if f.agent is None]), (
                name
            )
            apart = figures.figures_by_account(tx, ACCOUNTS, since, until, pack)
        for account, found in apart.items():
            agent = account.partition(":")[2]
            mine = brief([f for f in direct if f.agent == agent])
            assert {k: v for k, v in brief(found).items() if k in mine} == mine, (name, account)


def test_intervals_survive_the_adding_up(stage: Stage) -> None:
    rolled(stage.ctx)
    pack = stage.ctx.metrics.packs["generic"]
    direct = {f.name: f for f in figure_files.compute(conversations(), pack, stage.ctx.zone, stage.at) if not f.agent}
    with stage.store.read() as tx:
        found = figures.everybody(tx, date(2026, 11, 20), date(2026, 11, 28), pack)
    for figure in found:
        wanted = direct[figure.name].interval
        assert figure.interval == (wanted and pytest.approx(wanted)), figure.name


def test_nobody_is_invited_on_a_day_without_invitations_once_the_source_told_of_some(stage: Stage) -> None:
    pack = stage.ctx.metrics.packs["generic"]
    told: dict[int, dict[str, Any]] = {}
    for day in (date(2026, 11, 20), date(2026, 11, 24)):
        figures.roll_up(stage.ctx, day)
        with stage.store.read() as tx:
            told[day.day] = {f.name: (f.value, f.n) for f in figures.everybody(tx, day, day, pack)}
    assert told[20]["generic.invite_rate"] == (pytest.approx(2 / 6), 6)
    assert told[24]["generic.invite_rate"] == (0, 6)
    with stage.store.read() as tx:
        asked = [figure_days.invites(tx, source, stage.at) for source in ("shop", "sho", "shop2")]
        assert asked == [True, False, False]
        assert not figure_days.invites(tx, "shop", datetime(2026, 11, 19, tzinfo=UTC))


def test_accounts_together_are_one_person(stage: Stage) -> None:
    rolled(stage.ctx)
    pack = stage.ctx.metrics.packs["generic"]
    with stage.store.read() as tx:
        found = figures.figures_of(tx, ("shop:an", "shop:bo"), date(2026, 11, 20), date(2026, 11, 20), pack)
    mean = next(f for f in found if f.name == "generic.mean_reply")
    assert mean.value == pytest.approx(107.1)
    assert mean.n == 10


def test_rolling_up_again_changes_nothing_and_forgets_who_is_gone(stage: Stage) -> None:
    pack = stage.ctx.metrics.packs["generic"]
    day = date(2026, 11, 20)
    figures.roll_up(stage.ctx, day)
    with stage.store.read() as tx:
        first = figures.figures_by_account(tx, ACCOUNTS, day, day, pack)
    figures.roll_up(stage.ctx, day)
    with stage.store.read() as tx:
        assert figures.figures_by_account(tx, ACCOUNTS, day, day, pack) == first
    assert first.keys() == {"shop:an", "shop:bo"}


def test_today_stays_fresh_and_past_days_are_counted_once_a_day(stage: Stage) -> None:
    stage.at = datetime(2026, 11, 28, 2, tzinfo=UTC)
    assert figures.work(stage.ctx) == 1 + figures.SETTLED
    assert figures.work(stage.ctx) == 0
    stage.at += timedelta(minutes=5)
    assert figures.work(stage.ctx) == 1
    stage.at += timedelta(days=1)
    assert figures.work(stage.ctx) == 1 + figures.SETTLED
    with stage.store.read() as tx:
        found = figures.everybody(tx, date(2026, 11, 24), date(2026, 11, 24), stage.ctx.metrics.packs["generic"])
    assert next(f.n for f in found if f.name == "generic.mean_reply") == 8
