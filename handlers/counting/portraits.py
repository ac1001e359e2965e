"""Portraits of people and teams as they stand: read from days, compared with colleagues, followed over eight weeks."""

from collections.abc import Mapping
from datetime import date, timedelta

from handlers.context import Context
from handlers.counting import bindings, tables
from handlers.people import Person
from rules import portrait
from rules.metrics.blocks import Table, table_of
from rules.metrics.cells import MEASURED, SHOP, Cells, added
from rules.portrait import Change, Portrait, Trend
from rules.spans import Span
from storage import figure_cells
from storage.db import Tx

WEEKS = 8
SERVING = ("agent", "senior")


def serving(ctx: Context, team: str) -> list[str]:
    """Those of a team who serve customers; of everybody when there are no teams."""
    return [p.name for p in ctx.people.people if p.team == team and serves(p)]


def serves(person: Person) -> bool:
    return person.role in SERVING or bool(person.accounts)


def teams(ctx: Context) -> list[str]:
    return sorted({p.team for p in ctx.people.people if p.team and p.role in SERVING})


def of(ctx: Context, tx: Tx, person: Person, span: Span) -> Portrait:
    """One person among those who serve in their team, and how it went over the eight weeks before."""
    group = tables.table(ctx, tx, {*serving(ctx, person.team), person.name}, span.since, span.until)
    before = tables.table(ctx, tx, [person.name], span.before.since, span.before.until).cells(person.name)
    mine = group.cells(person.name)
    keys = bindings.of(ctx, tx).keys(person.name)
    left_out = figure_cells.left_out(tx, keys, span.since, span.until)
    everybody = group.together()
    by_reason = tuple(portrait.reasons(group, person.name)) if mine else ()
    mix, hard = _mix(mine)
    own = tables.weekly(ctx, tx, [person.name], eight_weeks(span.until))
    weeks = {monday: week.cells(person.name) for monday, week in own.items()}
    trends = _trends(weeks, added([everybody, *weeks.values()]))
    return Portrait(
        person.name, span, sum(n for _, n in mix), len({*group.active} - {person.name}),
        _changes(group, person.name, before, everybody), by_reason, trends, mix, hard, left_out,
    )  # fmt: skip


def team(ctx: Context, tx: Tx, name: str, span: Span) -> tuple[Portrait, Table]:
    """All who serve in it together, compared with themselves before; and each of them, for who may see more."""
    names, eight = serving(ctx, name), eight_weeks(span.until)
    group = tables.table(ctx, tx, names, span.since, span.until)
    before = tables.table(ctx, tx, names, span.before.since, span.before.until).together()
    weeks = {monday: week.together() for monday, week in tables.weekly(ctx, tx, names, eight).items()}
    return _whole(name, span, group.together(), before, weeks, len(group.active)), group


def shop(ctx: Context, tx: Tx, name: str, span: Span) -> Portrait:
    """All conversations of a shop, whoever served."""
    key, eight = f"{SHOP}{name}", eight_weeks(span.until)
    now = tables.keyed(ctx, tx, key, span.since, span.until)
    before = tables.keyed(ctx, tx, key, span.before.since, span.before.until)
    weeks = tables.keyed_weekly(ctx, tx, key, eight)
    return _whole(name, span, now, before, weeks, 0)


def shops(ctx: Context, tx: Tx) -> list[str]:
    """Those with something to show."""
    today = ctx.now().astimezone(ctx.zone).date()
    return tables.shops(ctx, tx, eight_weeks(today))


def _whole(name: str, span: Span, now: Cells, before: Cells, weeks: Mapping[str, Cells], colleagues: int) -> Portrait:
    """Of many together: compared with themselves only."""
    mix, hard = _mix(now)
    changes = _changes(table_of({name: now}), name, before, now) if now else ()
    trends = _trends(weeks, added(weeks.values()))
    return Portrait(name, span, sum(n for _, n in mix), colleagues, changes, (), trends, mix, hard, 0)


def eight_weeks(today: date) -> Span:
    monday = today - timedelta(days=today.weekday())
    return Span(monday - timedelta(weeks=WEEKS - 1), today, "近 8 周")


def _changes(group: Table, name: str, before: Cells, everybody: Cells) -> tuple[Change, ...]:
    mine, found = group.cells(name), []
    for standing in portrait.standings(group, name):
        m = standing.measure.name
        cells = portrait.together([everybody[m], before.get(m, {})])
        word, better = portrait.change(standing.measure, mine[m], before.get(m, {}), cells)
        found.append(Change(standing, word, better))
    return tuple(found)


def _trends(weeks: Mapping[str, Cells], everybody: Cells) -> tuple[Trend, ...]:
    return tuple(
        portrait.trend(m, [(label[5:], week.get(m.name, {})) for label, week in weeks.items()], everybody[m.name])
        for m in MEASURED.values()
        if m.name in everybody
    )


def _mix(cells: Cells) -> tuple[tuple[tuple[str, int], ...], int]:
    """`calm` is told of every conversation, so it counts them."""
    reasons: dict[str, int] = {}
    hard = 0
    for key, one in cells.get("calm", {}).items():
        reason, _, difficulty = key.partition("/")
        reasons[reason] = reasons.get(reason, 0) + round(one[0])
        hard += round(one[0]) if difficulty == "hard" else 0
    return tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))), hard
