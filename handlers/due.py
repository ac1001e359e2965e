"""When something is due by itself, and that it happens once for each due time, on any number of processes."""

from collections.abc import Callable
from datetime import datetime, time, timedelta

from handlers.context import Context
from storage import occurrences
from storage.db import Tx


def daily(ctx: Context, at: time) -> datetime:
    """Today's due time, which may be still to come."""
    return datetime.combine(ctx.now().astimezone(ctx.zone).date(), at, ctx.zone)


def weekly(ctx: Context, weekday: int, at: time) -> datetime:
    """The due time of the last such day, today included; Monday is 0."""
    today = daily(ctx, at)
    return today - timedelta(days=(today.weekday() - weekday) % 7)


def is_news(ctx: Context, due: datetime, still: timedelta) -> bool:
    """Its time has come, and is not so long gone that telling it now would surprise."""
    return timedelta() <= ctx.now() - due < still


def waits(ctx: Context, job: str, due: datetime) -> bool:
    """Nobody has done it yet; asked before work that needs no transaction."""
    with ctx.store.read() as tx:
        return not occurrences.taken(tx, job, due)


def once(ctx: Context, job: str, due: datetime, do: Callable[[Tx], int], *, still: timedelta | None = None) -> int:
    """What it did, or 0 when somebody was quicker; what fails is undone and tried again at the next look.

    With `still`, only while it is news.
    """
    if (still is not None and not is_news(ctx, due, still)) or not waits(ctx, job, due):
        return 0
    return ctx.store.transact(lambda tx: do(tx) if occurrences.take(tx, job, due, ctx.now()) else 0)
