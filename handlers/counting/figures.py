"""Figures of days: rolled up once they can be known, kept fresh for today, and added up when somebody asks."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import groupby
from operator import itemgetter

import structlog

from handlers.context import Context
from handlers.counting import again, bindings, labels
from rules.binding import Bindings
from rules.metrics import cells, tally
from rules.metrics.cells import SHOP, Label
from rules.metrics.definition import Choice, Pack
from rules.metrics.facts import Facts, beside, facts
from rules.metrics.figures import Figure
from rules.metrics.scene import Scene
from rules.model import Order, Signals, Speaker
from storage import conversations, figure_cells, figure_days, occurrences
from storage.db import Tx

log = structlog.get_logger()

CHUNK = 500  # conversations read at a time
FRESH = timedelta(minutes=5)  # today is rolled up again after this long
SETTLED = 4  # days after which the longest window, 72 hours, has closed
LATE = timedelta(days=2)  # a resolve or a rating may come so long after the last word
UNREAD = Signals("text")  # figures ask for no signals

Rows = dict[str, dict[str, tally.Tallies]]  # by pack, then by account


def figures_of(
    tx: Tx, accounts: Sequence[str], since: date, until: date, pack: Pack, only: Collection[str] = ()
) -> list[Figure]:
    """The accounts together, from `since` up to and with `until`; their conversations are looked up elsewhere."""
    rows = figure_days.read(tx, accounts, since, until, pack.name)
    return [*tally.figures((tallies for _, tallies in rows), pack, only=only)]


def figures_by_account(
    tx: Tx, accounts: Sequence[str], since: date, until: date, pack: Pack, only: Collection[str] = ()
) -> dict[str, list[Figure]]:
    """Each account by itself; accounts without a day in the span are left out."""
    rows = figure_days.read(tx, accounts, since, until, pack.name)
    return {
        account: [*tally.figures((tallies for _, tallies in days), pack, account, only)]
        for account, days in groupby(rows, itemgetter(0))
    }


def figures_by_day(
    tx: Tx, accounts: Sequence[str], since: date, until: date, pack: Pack, only: Collection[str] = ()
) -> dict[str, list[Figure]]:
    """The accounts together, each day by itself; days without any are left out."""
    days: dict[str, list[tally.Tallies]] = {}
    for _, day, tallies in figure_days.read_days(tx, accounts, since, until, pack.name):
        days.setdefault(day, []).append(tallies)
    return {day: [*tally.figures(told, pack, only=only)] for day, told in days.items()}


def everybody(tx: Tx, since: date, until: date, pack: Pack) -> list[Figure]:
    """All conversations, also those that nobody named held."""
    return figures_of(tx, figure_days.sources(tx, since, until, pack.name), since, until, pack)


def work(ctx: Context) -> int:
    """Today, and each past day once a day until nothing about it can change; the number of days rolled up."""
    now = ctx.now()
    today = now.astimezone(ctx.zone).date()
    slot = datetime.fromtimestamp(now.timestamp() // FRESH.total_seconds() * FRESH.total_seconds(), now.tzinfo)
    done = int(_once(ctx, f"figures:{today}", slot, today))
    midnight = datetime.combine(today, time(), ctx.zone)
    for ago in range(1, SETTLED + 1):
        day = today - timedelta(days=ago)
        done += int(_once(ctx, f"figures:{day}", midnight, day))
    return done + again.catch_up(ctx, again.FIGURES, roll_up)


def anew(ctx: Context, tx: Tx, about: Iterable[str]) -> None:
    """Something about these conversations was decided otherwise, such as an appeal; today is counted again anyway."""
    days = figure_days.days_of(tx, [*about], ctx.zone) - {ctx.now().astimezone(ctx.zone).date()}
    again.mark(tx, {day.isoformat() for day in days}, ctx.now())


def _once(ctx: Context, job: str, due: datetime, day: date) -> bool:
    """On any number of processes; a roll-up that fails is tried again at the next due time."""
    if not ctx.store.transact(lambda tx: occurrences.take(tx, job, due, ctx.now())):
        return False
    roll_up(ctx, day)
    return True


def roll_up(ctx: Context, day: date) -> int:
    """Count a day anew, all accounts and packs; the number of conversations it looked at."""
    start = datetime.combine(day, time(), ctx.zone)
    end = datetime.combine(day + timedelta(days=1), time(), ctx.zone)
    rows: Rows = {name: {} for name in ctx.metrics.packs}
    portrayed: dict[str, cells.Account] = {}
    done = 0
    with ctx.store.read() as tx:
        known = bindings.of(ctx, tx)
        found = figure_days.touched(tx, start, end, start - LATE)
        for source, ids in groupby(found, itemgetter(0)):
            told_of: dict[str, Label] = {}
            reading = Reading(source, day, _orders(tx, source, start, end), known, told_of)
            told = [*_facts(ctx, tx, [id_ for _, id_ in ids], reading)]
            others = tuple(_beside(tx, source, told, start, end))
            invites = figure_days.invites(tx, source, end)
            for names in _alike(ctx.metrics, {f.shop for f in told}):
                mine = tuple(f for f in told if ctx.metrics.counts(names[0], f.shop))
                scene = Scene(mine, ctx.now(), ctx.zone, others, invites)
                packs = (ctx.metrics.packs[name] for name in names)
                for name, counted in zip(names, tally.daily(scene, packs, day), strict=True):
                    rows[name] |= {f"{source}:{who or ''}": tallies for who, tallies in counted.items()}
            everything = Scene(tuple(told), ctx.now(), ctx.zone, others, invites)
            for who, account in cells.daily(everything, told_of.__getitem__, day).items():
                key = who if who.startswith(SHOP) else f"{source}:{who}"
                portrayed[key] = cells.both(portrayed[key], account) if key in portrayed else account
            done += len(told)
    ctx.store.transact(lambda tx: _put(ctx, tx, day, rows, portrayed))
    log.info("figures_rolled_up", day=day.isoformat(), conversations=done)
    return done


def _alike(choice: Choice, shops: Iterable[str]) -> list[list[str]]:
    """Packs that count the same conversations, together."""
    found: dict[frozenset[str], list[str]] = {}
    for name in choice.packs:
        found.setdefault(frozenset(shop for shop in shops if choice.counts(name, shop)), []).append(name)
    return [*found.values()]


def _put(ctx: Context, tx: Tx, day: date, rows: Rows, portrayed: Mapping[str, cells.Account]) -> None:
    figure_cells.put(tx, day, portrayed)
    for name, accounts in rows.items():
        figure_days.put(tx, day, name, accounts, ctx.now())


@dataclass(frozen=True, slots=True)
class Reading:
    """One helpdesk's day while it is read."""

    source: str
    day: date
    orders: Mapping[str, tuple[Order, ...]]  # by customer
    known: Bindings
    labels: dict[str, Label]  # filled as conversations are read


def _facts(ctx: Context, tx: Tx, ids: list[str], reading: Reading) -> Iterator[Facts]:
    """Telling how far it is, because a busy day takes a while."""
    for begins in range(0, len(ids), CHUNK):
        stored = conversations.load(tx, ids[begins : begins + CHUNK], _unread)
        marks = labels.marks(ctx, tx, [*stored])
        for one in stored.values():
            c = bindings.by_shift(ctx, reading.known, reading.source, one.conversation)
            reading.labels[c.id] = labels.label(c, marks.get(c.id, ()))
            yield facts(replace(c, orders=reading.orders.get(c.customer_id, ())))
        if begins and begins % (10 * CHUNK) == 0:
            log.info("figures_rolling", day=reading.day.isoformat(), done=begins + len(stored), of=len(ids))


def _unread(kept: str, said: str, speaker: Speaker) -> Signals:
    return UNREAD


def _orders(tx: Tx, source: str, start: datetime, end: datetime) -> Mapping[str, tuple[Order, ...]]:
    found: dict[str, tuple[Order, ...]] = {}
    for order in figure_days.paid(tx, source, start, end + timedelta(days=SETTLED)):
        found[order.customer] = (*found.get(order.customer, ()), order)
    return found


def _beside(tx: Tx, source: str, told: Sequence[Facts], start: datetime, end: datetime) -> Iterator[Facts]:
    """Whether these customers came again."""
    known, people = {f.conversation for f in told}, {f.customer for f in told}
    for id_, shop, customer, order, at in figure_days.came(tx, source, start, end + timedelta(days=SETTLED)):
        if id_ not in known and customer in people:
            yield beside(id_, shop, customer, order, at)
