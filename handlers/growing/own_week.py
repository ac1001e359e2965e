"""The weekly private card of everybody who serves customers, at the end of the week's last workday, once."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta

from handlers import due, posting
from handlers.cards.own_week import OwnWeek, own_week
from handlers.context import Context
from handlers.counting import figures
from handlers.people import Person
from handlers.posting import About
from rules import briefing
from rules.briefing import Shown
from rules.metrics.figures import Figure
from storage import appeals, cases, conversation_counts, figure_cells
from storage.cases import Filter
from storage.db import Tx

JOB, AT = "own_week", time(17, 53)  # shortly before the early shift ends; never on the whole or half hour
STILL_NEWS = timedelta(hours=5)  # nobody is written to at night
BEFORE = timedelta(weeks=3)  # compared with
COMMON = "generic"
SHOWN = {"first_contact_resolution": "一次解决", "csat": "满意"}
ByAccount = Mapping[str, list[Figure]]


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
    everybody = [p for p in ctx.people.people if p.accounts and p.role in ("agent", "senior")]
    accounts = [account for person in everybody for account in person.accounts]
    now, before = (_figures(ctx, tx, accounts, *days) for days in (week, weeks))
    talks = conversation_counts.by_account(tx, accounts, *_moments(ctx, since, until))
    freed = [appeal.person for appeal in appeals.decided(tx, friday - timedelta(days=7), ("accepted", "partly"))]
    told = 0
    for person in everybody:
        target = ctx.people.direct(person)
        if target is None:
            continue
        abuse = figure_cells.left_out(tx, person.accounts, since, until)
        served = sum(talks.get(account, 0) for account in person.accounts)
        own, old = _own(ctx, tx, person, now, *week), _own(ctx, tx, person, before, *weeks)
        achieved = [*_achieved(served, own, old)]
        card = own_week(OwnWeek(abuse, freed.count(person.name), wording(tx, person), achieved))
        about = About("OW", posting.random_part(f"own_week/{person.name}/{until}"))
        posting.want(ctx, tx, about, target, card)
        told += 1
    return told


def _figures(ctx: Context, tx: Tx, accounts: Sequence[str], since: date, until: date) -> ByAccount:
    pack = ctx.metrics.packs.get(COMMON)
    return figures.figures_by_account(tx, accounts, since, until, pack, SHOWN) if pack else {}


def _moments(ctx: Context, since: date, until: date) -> tuple[datetime, datetime]:
    ends = until + timedelta(days=1)
    return datetime.combine(since, time(), ctx.zone), datetime.combine(ends, time(), ctx.zone)


def _own(ctx: Context, tx: Tx, person: Person, known: ByAccount, since: date, until: date) -> list[Figure]:
    """Several accounts of a person are told together."""
    pack = ctx.metrics.packs.get(COMMON)
    if len(person.accounts) == 1 or pack is None:
        return known.get(person.accounts[0], [])
    return figures.figures_of(tx, person.accounts, since, until, pack, SHOWN)


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


def wording(tx: Tx, person: Person) -> str:
    """The newest that QA stands behind, of their own team first; else a colleague's line."""
    for only in (Filter(approved=True), Filter()):
        found = [case for case in cases.search(tx, "", 20, only) if case.best and case.account not in person.accounts]
        if found:
            return next((case for case in found if case.team == person.team), found[0]).best
    return ""
