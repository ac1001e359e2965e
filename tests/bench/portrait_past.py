"""A long past for portraits: a few days made conversation by conversation, and SQL that multiplies them."""

import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import String, Table, column, insert, literal, literal_column, select, values

from bot.engine import Engine
from bot.samples.generator import conversations
from handlers.context import Context
from rules import file, reasons
from rules.metrics import blocks, cells, tally
from rules.metrics.cells import Label
from rules.metrics.facts import facts
from rules.metrics.scene import Scene
from rules.model import Conversation
from storage import figure_cells
from storage.db import Store, Tx
from storage.tables import CONVERSATION, FIGURE_CELL, FIGURE_DAY, FIGURE_TRAIL, HAPPENING, MESSAGE
from tests.bench import backtest

LAST = date(2026, 11, 20)
NOW = datetime(2026, 11, 21, 4, tzinfo=UTC)
ZONE = ZoneInfo("Asia/Shanghai")
A_DAY, TEMPLATES, DIFFERENT = 20, 24, 14  # conversations a day of one agent, days of one agent, days of all of them
BASE = 2000  # conversations that are made; the others are copies on other days


@dataclass(frozen=True, slots=True)
class Template:
    """A day of one agent, counted as the roll-up counts it."""

    tallies: dict[str, tally.Tallies]  # by pack
    account: cells.Account
    block: blocks.Block  # of this account alone


def templates(ctx: Context) -> list[Template]:
    told = (file.read_conversation(line) for line in conversations(5, 1_000_000, NOW - timedelta(days=2)))
    found = []
    for _ in range(TEMPLATES):
        chunk = [_of_agent(c, "a") for c in islice(told, A_DAY)]
        scene = Scene(tuple(map(facts, chunk)), NOW + timedelta(days=30), ZONE)
        days = {scene.day(f.began) for f in scene.facts if f.began}
        day = max(days, key=lambda d: sum(scene.day(f.began) == d for f in scene.facts))
        labels = {c.id: Label(reasons.reason(c), reasons.difficulty(c)) for c in chunk}
        assert day is not None
        counted = [one.get("a", {}) for one in tally.daily(scene, [*ctx.metrics.packs.values()], day)]
        account = cells.daily(scene, labels.__getitem__, day).get("a", cells.Account({}, []))
        block = blocks.unpack(blocks.pack({"a": account.cells}))
        found.append(Template(dict(zip(ctx.metrics.packs, counted, strict=True)), account, block))
    return found


def fill(store: Store, made: Sequence[Template], agents: int, days: int) -> None:
    """Every agent on every day: sums of each day's own; the other rows are copies of those of the last days."""
    r = random.Random(1)
    for ago in range(days):
        chosen = [r.choice(made) for _ in range(agents)]
        store.transact(lambda tx, ago=ago, chosen=chosen: _put(tx, ago, chosen))  # type: ignore[misc]
    for table in (FIGURE_DAY, FIGURE_CELL, FIGURE_TRAIL):
        store.transact(lambda tx, table=table: _copy_days(tx, table, days))  # type: ignore[misc]
    for ago in range(days):
        if (monday := _day(ago)).weekday() == 0:
            store.transact(lambda tx, monday=monday: figure_cells.put_together(tx, monday))  # type: ignore[misc]


def _day(ago: int) -> date:
    return LAST - timedelta(days=ago)


def _put(tx: Tx, ago: int, chosen: Sequence[Template]) -> None:
    label = _day(ago).isoformat()
    figure_cells.put_block(tx, label, label, _packed(chosen))
    if ago < DIFFERENT:
        _rows(tx, label, chosen)


def _copy_days(tx: Tx, table: Table, days: int) -> None:
    """In the order of the keys, which is much quicker than day by day."""
    pairs = [(_day(ago).isoformat(), _day(ago % DIFFERENT).isoformat()) for ago in range(DIFFERENT, days)]
    if pairs:
        which = values(column("day", String), column("like", String), name="copied").data(pairs).cte()
        told = [which.c.day if c.name == "day" else c for c in table.columns]
        asked = select(*told).join(which, table.c.day == which.c.like).order_by(table.c.account, which.c.day)
        tx.execute(insert(table).from_select([c.name for c in table.columns], asked))


def _rows(tx: Tx, day: str, chosen: Sequence[Template]) -> None:
    mine = [(f"shop:a{i}", template) for i, template in enumerate(chosen)]
    tx.execute(FIGURE_DAY.insert(), [
        {"account": account, "pack": pack, "day": day, "tallies": tallies, "rolled_at": NOW}
        for account, template in mine for pack, tallies in template.tallies.items()
    ])  # fmt: skip
    tx.execute(FIGURE_CELL.insert(), [{"account": account, "day": day, "left_out": 0} for account, _ in mine])
    tx.execute(FIGURE_TRAIL.insert(), [{"account": a, "day": day, "told": t.account.trail} for a, t in mine])


def _packed(chosen: Sequence[Template]) -> bytes:
    """As `blocks.pack` would, from the templates' lines."""
    told = [t.block for t in chosen]
    kinds = sorted({kind for one in told for kind in one.kinds})
    place = {kind: i for i, kind in enumerate(kinds)}
    kind = [np.array([place[k] for k in one.kinds])[one.kind] for one in told]
    starts = np.cumsum([0, *(len(one.kind) for one in told)])
    names = [f"shop:a{i}" for i in range(len(chosen))]
    return blocks.packed(names, kinds, starts, np.concatenate(kind), np.concatenate([one.sums for one in told]))


def talk(store: Store, ready: Engine, agents: int, wanted: int, busy: int) -> None:
    """Conversations with their messages: `busy` on the last day, the others on the days before."""
    told = (file.read_conversation(line) for line in conversations(7, 1_000_000, NOW - timedelta(days=2)))
    chunk = [_on_last_day(_of_agent(c, f"a{i % agents}"), i) for i, c in enumerate(islice(told, min(BASE, wanted)))]
    store.transact(lambda tx: backtest.put(tx, ready, chunk))
    for copy in range(1, wanted // BASE):
        ago = 0 if copy < busy // BASE else copy
        store.transact(lambda tx, copy=copy, ago=ago: _again(tx, copy, ago))  # type: ignore[misc]


def _again(tx: Tx, copy: int, ago: int) -> None:
    end = literal(f"-{copy}")
    back = f"- {ago * 86_400_000_000}" if tx.dialect.name == "sqlite" else f"- interval '{ago} days'"

    def earlier(table: Table, *names: str) -> dict[str, object]:
        return {name: literal_column(f"{table.name}.{name} {back}") for name in names}

    c, m, h = CONVERSATION.c, MESSAGE.c, HAPPENING.c
    first = c.id.not_like("%-%")
    ids = {name: c[name] + end for name in ("id", "link", "external_id", "customer_id")}
    times = earlier(CONVERSATION, "first_at", "last_at", "screened_at", "rated_at")
    _copy(tx, MESSAGE, {"conversation": m.conversation + end, **earlier(MESSAGE, "at")}, m.conversation.not_like("%-%"))
    happened = {"conversation": h.conversation + end, **earlier(HAPPENING, "at")}
    _copy(tx, HAPPENING, happened, h.conversation.not_like("%-%"), but="id")
    _copy(tx, CONVERSATION, {**ids, **times}, first)


def _copy(tx: Tx, table: Table, told: dict[str, object], which: object, but: str = "") -> None:
    """Rows once more, with some columns told otherwise."""
    names = [column.name for column in table.columns if column.name != but]
    asked = select(*(told.get(name, table.c[name]) for name in names)).where(which)  # type: ignore[call-overload]
    tx.execute(insert(table).from_select(names, asked))


def _of_agent(c: Conversation, agent: str) -> Conversation:
    return replace(
        c, id=c.id.replace("-", "_"), customer_id=f"u{c.id}",
        messages=tuple(replace(m, agent=agent if m.agent else None) for m in c.messages),
        assignments=tuple(replace(a, agent=agent if a.agent else None) for a in c.assignments),
    )  # fmt: skip


def _on_last_day(c: Conversation, i: int) -> Conversation:
    """Between nine and nine, by the shop's clock."""
    begins = datetime(LAST.year, LAST.month, LAST.day, 9, tzinfo=ZONE) + timedelta(seconds=i * 37 % 43_200)
    times = [m.at for m in c.messages if m.at]
    apart = begins.astimezone(UTC) - times[0]

    def later(at: datetime | None) -> datetime | None:
        return at + apart if at else None

    return replace(
        c,
        messages=tuple(replace(m, at=later(m.at)) for m in c.messages),
        assignments=tuple(replace(a, at=later(a.at)) for a in c.assignments),
        statuses=tuple(replace(s, at=later(s.at)) for s in c.statuses),
        rating=replace(c.rating, at=later(c.rating.at)) if c.rating else None,
    )
