"""Portraits of people and teams as they stand: read from days, compared with colleagues, followed over eight weeks."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.context import Context
from handlers.counting import bindings
from handlers.people import Person
from rules import portrait
from rules.metrics.cells import MEASURED, Cells, added
from rules.portrait import Change, Portrait, Trend
from rules.spans import Span
from storage import figure_cells
from storage.db import Tx

WEEKS = 8
SERVING = ("agent", "senior")
Days = Sequence[tuple[str, Cells]]


@dataclass(frozen=True, slots=True)
class Sheet:
    """Days of several people, read once."""

    days: Mapping[str, Days]  # by name

    def group(self) -> dict[str, Cells]:
        """By name, of those who did something."""
        found = {name: added(cells for _, cells in days) for name, days in self.days.items()}
        return {name: cells for name, cells in found.items() if cells}


def serving(ctx: Context, team: str) -> list[str]:
    """Those of a team who serve customers; of everybody when there are no teams."""
    return [p.name for p in ctx.people.people if p.team == team and serves(p)]


def serves(person: Person) -> bool:
    return person.role in SERVING or bool(person.accounts)


def teams(ctx: Context) -> list[str]:
    return sorted({p.team for p in ctx.people.people if p.team and p.role in SERVING})


def sheet(ctx: Context, tx: Tx, names: Iterable[str], since: date, until: date) -> Sheet:
    """Whole weeks are told on their Monday, unless an account changed hands."""
    known = bindings.of(ctx, tx)
    wanted = set(names)
    keys = sorted({key for name in wanted for key in known.keys(name)})
    moved = {b.key for b in known.bounds if b.since or b.until}
    days: dict[str, list[tuple[str, Cells]]] = {name: [] for name in sorted(wanted)}
    for account, day, cells in figure_cells.read_together(tx, keys, since, until, moved.intersection(keys)):
        if (who := known.person(account, day)) in days:
            days[who].append((day, cells))
    return Sheet(days)


def of(ctx: Context, tx: Tx, person: Person, span: Span) -> Portrait:
    """One person among those who serve in their team, and how it went over the eight weeks before."""
    group = sheet(ctx, tx, {*serving(ctx, person.team), person.name}, span.since, span.until).group()
    before = sheet(ctx, tx, [person.name], span.before.since, span.before.until).group()
    mine = group.get(person.name, {})
    keys = bindings.of(ctx, tx).keys(person.name)
    left_out = figure_cells.left_out(tx, keys, span.since, span.until)
    changes = _changes(group, person.name, before.get(person.name, {}))
    by_reason = tuple(portrait.reasons(group, person.name)) if mine else ()
    mix, hard = _mix(mine)
    eight = eight_weeks(span.until)
    weeks = _weeks(sheet(ctx, tx, [person.name], eight.since, eight.until), eight)
    trends = _trends(weeks, added([*group.values(), *weeks.values()]))
    return Portrait(person.name, span, sum(n for _, n in mix), len(group), changes, by_reason, trends, mix, hard,
                    left_out)  # fmt: skip


def team(ctx: Context, tx: Tx, name: str, span: Span) -> tuple[Portrait, Sheet]:
    """All who serve in it together, compared with themselves before; and the sheet, for who may see more."""
    names, eight = serving(ctx, name), eight_weeks(span.until)
    read = sheet(ctx, tx, names, span.since, span.until)
    group = read.group()
    together = added(group.values())
    before = added(sheet(ctx, tx, names, span.before.since, span.before.until).group().values())
    mix, hard = _mix(together)
    weeks = _weeks(read if span == eight else sheet(ctx, tx, names, eight.since, eight.until), eight)
    trends = _trends(weeks, added(weeks.values()))
    return Portrait(name, span, sum(n for _, n in mix), len(group), _changes({name: together}, name, before), (),
                    trends, mix, hard, 0), read  # fmt: skip


def eight_weeks(today: date) -> Span:
    monday = today - timedelta(days=today.weekday())
    return Span(monday - timedelta(weeks=WEEKS - 1), today, "近 8 周")


def _changes(group: Mapping[str, Cells], name: str, before: Cells) -> tuple[Change, ...]:
    found = []
    for standing in portrait.standings(group, name):
        m = standing.measure.name
        cells = portrait.together([*(one[m] for one in group.values() if m in one), before.get(m, {})])
        word, better = portrait.change(standing.measure, group[name][m], before.get(m, {}), cells)
        found.append(Change(standing, word, better))
    return tuple(found)


def _weeks(read: Sheet, span: Span) -> dict[str, Cells]:
    """All on the sheet together, by the Monday of each week of the span."""
    first = span.since - timedelta(days=span.since.weekday())
    mondays = [first + timedelta(weeks=i) for i in range((span.until - first).days // 7 + 1)]
    found: dict[str, list[Cells]] = {monday.isoformat(): [] for monday in mondays}
    for day, cells in (one for days in read.days.values() for one in days):
        at = date.fromisoformat(day)
        label = (at - timedelta(days=at.weekday())).isoformat()
        if label in found:
            found[label].append(cells)
    return {label: added(told) for label, told in found.items()}


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
