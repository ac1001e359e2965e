"""The weekly private card of everybody who serves customers, at the end of the week's last workday, once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from handlers import due, posting
from handlers.cards.own_week import OwnWeek, own_week
from handlers.context import Context
from handlers.counting import bindings
from handlers.people import Person
from handlers.posting import About
from rules import briefing
from rules.binding import SHIFT, Bindings
from rules.briefing import Shown
from rules.metrics import tally
from rules.metrics.figures import Figure
from rules.metrics.tally import Tallies
from storage import appeals, cases, conversation_counts, figure_cells, figure_days
from storage.cases import Filter
from storage.db import Tx

JOB, AT = "own_week", time(17, 53)  # shortly before the early shift ends; never on the whole or half hour
STILL_NEWS = timedelta(hours=5)  # nobody is written to at night
BEFORE = timedelta(weeks=3)  # compared with
COMMON = "generic"
SHOWN = {"first_contact_resolution": "一次解决", "csat": "满意"}
Keys = Mapping[str, Sequence[str]]  # accounts and shifts by person


def look(ctx: Context) -> int:
    """The number of cards."""
    friday = due_at(ctx, ctx.now())
    if friday is None or ctx.now() - friday > STILL_NEWS:
        return 0
    return due.once(ctx, JOB, friday, lambda tx: tell(ctx, tx, friday))


def due_at(ctx: Context, now: datetime) -> datetime | None:
    """The last time it was due: on the last workday of a week."""
    today = now.astimezone(ctx.zone).date()
    for monday in (today - timedelta(days=today.weekday()), today - timedelta(days=today.weekday() + 7)):
        worked = [day for day in (monday + timedelta(days=n) for n in range(7)) if ctx.schedule.workday(day)]
        last = datetime.combine(worked[-1], AT, ctx.zone) if worked else None
        if last is not None and last <= now:
            return last
    return None


def tell(ctx: Context, tx: Tx, friday: datetime) -> int:
    """To each of them directly."""
    until = friday.astimezone(ctx.zone).date()
    since = until - timedelta(days=6)
    week, weeks = (since, until), (since - BEFORE, since - timedelta(days=1))
    known = bindings.of(ctx, tx)
    keys = {p.name: known.keys(p.name) for p in ctx.people.people if p.role in ("agent", "senior")}
    everybody = [p for p in ctx.people.people if keys.get(p.name)]
    now, before = (_figures(ctx, tx, known, keys, *days) for days in (week, weeks))
    served = _served(ctx, tx, known, keys, *week)
    freed = [appeal.person for appeal in appeals.decided(tx, friday - timedelta(days=7), ("accepted", "partly"))]
    told = 0
    for person in everybody:
        target = ctx.people.direct(person)
        if target is None:
            continue
        abuse = figure_cells.left_out(tx, keys[person.name], since, until)
        achieved = [*_achieved(served[person.name], now.get(person.name, ()), before.get(person.name, ()))]
        card = own_week(OwnWeek(abuse, freed.count(person.name), wording(ctx, tx, person), achieved))
        about = About("OW", posting.random_part(f"own_week/{person.name}/{until}"))
        posting.want(ctx, tx, about, target, card)
        told += 1
    return told


def _figures(
    ctx: Context, tx: Tx, known: Bindings, keys: Keys, since: date, until: date
) -> Mapping[str, Sequence[Figure]]:
    """Each person's accounts and shifts together, each on the days on which it was theirs."""
    pack = ctx.metrics.packs.get(COMMON)
    if pack is None:
        return {}
    mine: dict[str, list[Tallies]] = {}
    everything = sorted({key for name in keys for key in keys[name]})
    for key, day, tallies in figure_days.read_days(tx, everything, since, until, pack.name):
        mine.setdefault(known.person(key, day), []).append(tallies)
    return {name: [*tally.figures(mine[name], pack, only=SHOWN)] for name in keys if name in mine}


def _served(ctx: Context, tx: Tx, known: Bindings, keys: Keys, since: date, until: date) -> Mapping[str, int]:
    """Conversations of each, on the phone too; on accounts that change hands those that fell to them."""
    handed = {
        key for name in keys for key in keys[name] if known.moved(key) or key.partition(SHIFT)[0] in known.shared()
    }
    alone = sorted({key for name in keys for key in keys[name]} - handed)
    talks = conversation_counts.by_account(tx, alone, *_moments(ctx, since, until))
    found = {name: sum(talks.get(key, 0) for key in keys[name]) for name in keys}
    fell: dict[str, set[object]] = {}
    for key, day, told in figure_cells.trail(tx, sorted(handed), since, until):
        fell.setdefault(known.person(key, day), set()).update(one[0] for one in told)
    return {name: n + len(fell.get(name, ())) for name, n in found.items()}


def _moments(ctx: Context, since: date, until: date) -> tuple[datetime, datetime]:
    ends = until + timedelta(days=1)
    return datetime.combine(since, time(), ctx.zone), datetime.combine(ends, time(), ctx.zone)


def _achieved(served: int, now: Sequence[Figure], before: Sequence[Figure]) -> Iterator[str]:
    """`served`: conversations, on the phone too."""
    yield f"接待 {served} 段" if served else "这周没有接待，好好休息"
    old = {figure.name: figure for figure in before}
    for figure in now:
        name = figure.name.rpartition(".")[2]
        if name in SHOWN and figure.value is not None:
            yield f"{SHOWN[name]} {figure.value:.0%}（{_word(figure, old.get(figure.name))}，共 {figure.n}）"


def _word(now: Figure, before: Figure | None) -> str:
    if before is None:
        return briefing.FEW
    word = briefing.moved(Shown(now.value, now.n, now.interval), Shown(before.value, before.n, before.interval))
    better = (now.value or 0) > (before.value or 0)
    return f"{word} {'↑' if better else '↓'}" if word == briefing.CHANGED else word


def wording(ctx: Context, tx: Tx, person: Person) -> str:
    """The newest that QA stands behind, of their own team first; else a colleague's line."""
    own = ctx.people.ever_held(person.name)
    for only in (Filter(approved=True), Filter()):
        found = [case for case in cases.search(tx, "", 20, only) if case.best and case.account not in own]
        if found:
            return next((case for case in found if case.team == person.team), found[0]).best
    return ""
