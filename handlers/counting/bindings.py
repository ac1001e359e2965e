"""Whose sub-accounts are: the config, shifts of shared ones, and what was said since; unbound ones are asked about."""

from dataclasses import replace
from datetime import datetime, time

from handlers.context import Context
from rules.binding import Bindings, Bound
from rules.model import Conversation
from storage import bindings, figure_cells
from storage.db import Tx


def of(ctx: Context, tx: Tx) -> Bindings:
    """The config first, so that what was said later goes before it."""
    said = (*ctx.shifts, *bindings.every(tx))
    holders = ctx.people.holders

    def known() -> Bindings:
        return Bindings.of((*(Bound(account, name) for account, name in holders), *said))

    return ctx.shelf.get((holders, said), known)


def refresh(ctx: Context) -> int:
    """From now on this process knows who holds which account at this hour; how many changed hands."""
    with ctx.store.read() as tx:
        known = of(ctx, tx)
    return ctx.people.rebind(known, ctx.now().astimezone(ctx.zone))


def by_shift(ctx: Context, known: Bindings, source: str, c: Conversation) -> Conversation:
    """On shared accounts each word belongs to the shift in which it was said."""
    shared = {a.partition(":")[2] for a in known.shared() if a.partition(":")[0] == source}
    if not shared or not any(m.agent in shared for m in c.messages):
        return c

    def key(agent: str | None, at: datetime | None) -> str | None:
        if agent not in shared or at is None:
            return agent
        local = at.astimezone(ctx.zone)
        found = known.key(f"{source}:{agent}", local.date().isoformat(), local.time())
        return found.partition(":")[2]

    return replace(
        c,
        messages=tuple(replace(m, agent=key(m.agent, m.at)) for m in c.messages),
        assignments=tuple(replace(a, agent=key(a.agent, a.at)) for a in c.assignments),
    )


def shift_days(tx: Tx, bound: Bound) -> list[str]:
    """Days that must be counted anew when a shift was drawn otherwise; none when only the name was wrong."""
    return figure_cells.days_of(tx, bound.account, bound.since, bound.until) if bound.hours else []


def hours_of(text: str) -> str:
    """09:00-18:00, or "" when it is no span of a day."""
    begins, _, ends = text.partition("-")
    try:
        return f"{time.fromisoformat(begins):%H:%M}-{time.fromisoformat(ends):%H:%M}"
    except ValueError:
        return ""
