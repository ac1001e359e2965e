"""Days that must be counted anew: something about them was told late, or decided otherwise."""

from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta, tzinfo

from handlers.context import Context
from rules.events import Ordered, Reviewed
from storage import cursors
from storage import outcomes as records
from storage.db import Tx

FIGURES, OUTCOMES = "figures:again", "outcomes:again"  # under which the days are kept
AT_ONCE = 7  # days counted anew at one go; today is not kept waiting by a long past
LATE = timedelta(days=2)  # what is told sooner is counted by the nights that come anyway
LONGEST = timedelta(days=91)  # before an order, as far as any outcome looks back


def mark(tx: Tx, days: Iterable[str], now: datetime, *keys: str) -> None:
    """For figures and outcomes, or those named."""
    wanted = {*days}
    for key in (keys or (FIGURES, OUTCOMES)) if wanted else ():
        cursors.put(tx, key, " ".join(sorted(wanted.union(cursors.hold(tx, key, now).split()))), now)


def told(tx: Tx, source: str, event: Ordered | Reviewed, now: datetime, zone: tzinfo) -> None:
    """An order, a refund or a review that is told long after it was: the days of its customer's conversations."""
    moments = (event.order.paid_at, event.order.refunded_at) if isinstance(event, Ordered) else (event.at,)
    known = [at for at in moments if at]
    if not known or now - max(known) < LATE:
        return
    customer = event.order.customer if isinstance(event, Ordered) else event.customer
    came = records.came(tx, source, customer, min(known) - LONGEST)
    mark(tx, {at.astimezone(zone).date().isoformat() for at in came} - {now.astimezone(zone).date().isoformat()}, now)


def catch_up(ctx: Context, key: str, roll_up: Callable[[Context, date], object]) -> int:
    """Some of the waiting days, the latest first; how many."""
    with ctx.store.read() as tx:
        waiting = sorted(cursors.get(tx, key).split(), reverse=True)[:AT_ONCE]
    for day in waiting:
        roll_up(ctx, date.fromisoformat(day))

    def done(tx: Tx) -> None:
        left = {*cursors.hold(tx, key, ctx.now()).split()} - {*waiting}
        cursors.put(tx, key, " ".join(sorted(left)), ctx.now())

    if waiting:
        ctx.store.transact(done)
    return len(waiting)
