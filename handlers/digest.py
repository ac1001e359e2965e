"""What can wait, waits: an agent gets at most one such card a shift, when it ends.

A shift ends at one of `[schedule] shift_ends`. Whoever served customers in the hours before gets what has gathered
then; whoever was not there gets it at the end of the next shift they work, or after a day at the latest.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from handlers import due, posting
from handlers.cards.digest import MOST, digest_card
from handlers.cards.words import clean
from handlers.context import Context
from handlers.people import Person
from handlers.posting import About
from storage import digests
from storage.db import Tx

AT_WORK = timedelta(hours=5)  # who spoke to customers so shortly before was on this shift
AT_LATEST = timedelta(hours=26)
STILL_THE_END = timedelta(hours=2)  # later than this after a shift it is no longer its end


def later(ctx: Context, tx: Tx, person: Person, line: str) -> None:
    """Tell them this line at the end of their shift."""
    digests.add(tx, person.name, clean(line), ctx.now())


def look(ctx: Context) -> int:
    """At the end of a shift that nobody has seen to yet, tell what has gathered; the number of cards."""
    ended = max((at for at in _ends(ctx) if at <= ctx.now()), default=None)
    if ended is None or ctx.now() - ended > STILL_THE_END:
        return 0
    return due.once(ctx, "digest", ended, lambda tx: _flush(ctx, tx, ended))


def _flush(ctx: Context, tx: Tx, ended: datetime) -> int:
    """One card for everybody whose shift this was; how many."""
    waiting = digests.waiting(tx)
    people = [person for person in ctx.people.people if person.name in waiting]
    return sum(_tell(ctx, tx, p, ended) for p in people if _their_time(ctx, tx, p, waiting[p.name]))


def _ends(ctx: Context) -> Iterator[datetime]:
    today = ctx.now().astimezone(ctx.zone).date()
    for day in (today - timedelta(days=1), today):
        yield from (datetime.combine(day, at, ctx.zone) for at in ctx.shift_ends)


def _their_time(ctx: Context, tx: Tx, person: Person, since: datetime) -> bool:
    if ctx.now() - since >= AT_LATEST or person.role not in ("agent", "senior"):
        return True
    return digests.served(tx, person.accounts, ctx.now() - AT_WORK)


def _tell(ctx: Context, tx: Tx, person: Person, ended: datetime) -> int:
    target = ctx.people.direct(person)
    if target is None:
        return 0
    about = About("D", posting.random_part(f"digest/{person.name}/{ended.isoformat()}"))
    posting.want(ctx, tx, about, target, digest_card(digests.take(tx, person.name, ctx.now(), MOST)))
    return 1
