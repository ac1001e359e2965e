"""Many customers of a shop come for the same, and none of them is loud: noticed because it is more than usual."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from handlers.alerting import routing
from handlers.context import Context
from storage import conversations, gatherings
from storage.db import Tx

DAYS = 7  # looked back
UNUSUAL = 2  # times the most at this hour on any of those days


def look(ctx: Context) -> int:
    """How many matters are more than usual now."""
    if not ctx.schedule.same_matter:
        return 0
    now, topics = ctx.now(), [rule.id for rule in ctx.engine.packs.rules if routing.TOPIC in rule.tags]
    with ctx.store.read() as tx:
        common = gatherings.common(tx, topics, now - _window(ctx), ctx.schedule.same_matter)
        unusual = [(shop, rule) for shop, rule, n in common if n >= UNUSUAL * _usual(ctx, tx, shop, rule, now)]
    if unusual:
        ctx.store.transact(lambda tx: _share(ctx, tx, unusual))
    return len(unusual)


def _usual(ctx: Context, tx: Tx, shop: str, rule: str, now: datetime) -> int:
    """The most that came for it at this time of a day of late."""
    ends = [now - timedelta(days=ago) for ago in range(1, DAYS + 1)]
    return max(gatherings.came_for(tx, shop, rule, end - _window(ctx), end) for end in ends)


def _share(ctx: Context, tx: Tx, matters: Iterable[tuple[str, str]]) -> None:
    for shop, rule in matters:
        same = gatherings.same_matter(tx, shop, rule, ctx.now() - _window(ctx))
        stored = conversations.load_one(tx, same[0]) if same else None
        if stored is not None:
            routing.share(ctx, tx, stored, rule)


def _window(ctx: Context) -> timedelta:
    return timedelta(minutes=ctx.schedule.matter_minutes)
