"""Tables of people over days: whole weeks where they are over, and what was unpacked once is kept."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import partial

from handlers.context import Context
from handlers.counting import bindings
from rules.metrics import blocks
from rules.metrics.blocks import Block, Table
from rules.metrics.cells import SHOP, Cells
from rules.spans import Span
from storage import figure_cells
from storage.db import Tx
from storage.figure_cells import Cover

Whose = tuple[tuple[str, str], ...]  # (account, person)
Part = tuple[Cover, Whose]


@dataclass(frozen=True, slots=True)
class Holders:
    """Whose the accounts are that are asked about."""

    always: Whose
    by_day: Mapping[str, Whose] = field(default_factory=dict)  # of accounts that changed hands


def table(ctx: Context, tx: Tx, names: Collection[str], since: date, until: date) -> Table:
    """Everybody of these names, each account with whom it was that day."""
    return _table(ctx, tx, _parts(tx, _holders(ctx, tx, names, since, until), since, until))


def weekly(ctx: Context, tx: Tx, names: Collection[str], span: Span) -> dict[str, Table]:
    """By the Monday of each week of the span."""
    return _weekly(ctx, tx, _holders(ctx, tx, names, span.since, span.until), span)


def keyed(ctx: Context, tx: Tx, key: str, since: date, until: date) -> Cells:
    """What is kept under one key, such as that of a shop."""
    return _table(ctx, tx, _parts(tx, Holders(((key, key),)), since, until)).cells(key)


def keyed_weekly(ctx: Context, tx: Tx, key: str, span: Span) -> dict[str, Cells]:
    found = _weekly(ctx, tx, Holders(((key, key),)), span)
    return {monday: told.cells(key) for monday, told in found.items()}


def shops(ctx: Context, tx: Tx, span: Span) -> list[str]:
    found = [_block(ctx, tx, cover) for cover in _fewest(figure_cells.covers(tx, span.since, span.until))]
    return sorted({name.removeprefix(SHOP) for block in found for name in block.accounts if name.startswith(SHOP)})


def _weekly(ctx: Context, tx: Tx, holders: Holders, span: Span) -> dict[str, Table]:
    first = _monday(span.since)
    mondays = [first + timedelta(weeks=i) for i in range((span.until - first).days // 7 + 1)]
    mine: dict[str, list[Part]] = {monday.isoformat(): [] for monday in mondays}
    for part in _parts(tx, holders, span.since, span.until):
        mine[_week(part)].append(part)
    return {monday: _table(ctx, tx, parts) for monday, parts in mine.items()}


def _holders(ctx: Context, tx: Tx, names: Collection[str], since: date, until: date) -> Holders:
    known, wanted = bindings.of(ctx, tx), set(names)
    keys = sorted({key for name in wanted for key in known.keys(name)})
    moved = [key for key in keys if known.moved(key)]
    always = tuple((key, who) for key in keys if not known.moved(key) and (who := known.person(key, "")) in wanted)
    days = [(since + timedelta(days=i)).isoformat() for i in range((until - since).days + 1)] if moved else []
    by_day = {
        day: tuple((key, who) for key in moved if (who := known.person(key, day)) in wanted) for day in days
    }  # fmt: skip
    return Holders(always, by_day)


def _parts(tx: Tx, holders: Holders, since: date, until: date) -> list[Part]:
    found = figure_cells.covers(tx, since, until)
    parts = [(cover, holders.always) for cover in _fewest(found)] if holders.always else []
    parts += [(c, whose) for c in found if c.day and (whose := holders.by_day.get(c.since))]
    return parts


def _fewest(found: Sequence[Cover]) -> Iterator[Cover]:
    """Weeks, and the days that no week covers."""
    weeks = [cover for cover in found if not cover.day]
    within = {_monday(date.fromisoformat(cover.since)).isoformat() for cover in weeks}
    yield from weeks
    yield from (c for c in found if c.day and _monday(date.fromisoformat(c.since)).isoformat() not in within)


def _table(ctx: Context, tx: Tx, parts: Sequence[Part]) -> Table:
    """Of each week by itself first: weeks that are over stay as they are."""
    weeks: dict[str, list[Part]] = {}
    for part in parts:
        weeks.setdefault(_week(part), []).append(part)

    def whole() -> Table:
        return blocks.added([_gathered(ctx, tx, mine) for mine in weeks.values()])

    return _gathered(ctx, tx, parts) if len(weeks) == 1 else ctx.shelf.get(_key(parts), whole)


def _gathered(ctx: Context, tx: Tx, parts: Sequence[Part]) -> Table:
    def gather() -> Table:
        return blocks.gathered([(_block(ctx, tx, cover), dict(whose)) for cover, whose in parts])

    return ctx.shelf.get(_key(parts), gather)


def _block(ctx: Context, tx: Tx, cover: Cover) -> Block:
    return ctx.shelf.get(cover.stamp, partial(figure_cells.block, tx, cover))


def _key(parts: Sequence[Part]) -> tuple[tuple[str, Whose], ...]:
    return tuple((cover.stamp, whose) for cover, whose in parts)


def _week(part: Part) -> str:
    return _monday(date.fromisoformat(part[0].since)).isoformat()


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())
