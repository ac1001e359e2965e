"""A finished conversation at each moment Starling would have looked at it: after every event, and when asked to."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypeVar

from rules.model import Conversation

T = TypeVar("T")
Ask = Callable[[Conversation, datetime], tuple[T, datetime | None]]  # what is seen, and when to look again
LONGEST_WAIT = timedelta(hours=12)  # after the last event nobody looks longer than that


def looks(
    conversation: Conversation, until: datetime, ask: Ask[T], only: Collection[datetime] | None = None
) -> Iterator[tuple[datetime, T]]:
    """What `ask` sees at each moment before `until`, and when it wants to look again; `only` some of the moments."""
    moments = of(conversation, until)
    for here, following in zip(moments, [*moments[1:], None], strict=True):
        if only is not None and here not in only:
            continue
        view = as_of(conversation, here)
        end = following or min(until, here + LONGEST_WAIT)
        now: datetime | None = here
        while now is not None:
            seen, again = ask(view, now)
            yield now, seen
            now = again if again is not None and now < again < end else None


def as_of(conversation: Conversation, at: datetime) -> Conversation:
    """What was known then. Messages are in the order of their time."""
    c = conversation
    n = bisect_right(c.messages, at, key=lambda message: message.at or at)
    rated = c.rating is not None and (c.rating.at is None or c.rating.at <= at)
    return replace(
        c,
        messages=c.messages[:n],
        signals=c.signals[:n],
        assignments=tuple(a for a in c.assignments if a.at is None or a.at <= at),
        statuses=tuple(s for s in c.statuses if s.at is None or s.at <= at),
        rating=c.rating if rated else None,
        orders=tuple(o for o in c.orders if o.paid_at is None or o.paid_at <= at),
    )


def of(conversation: Conversation, until: datetime) -> list[datetime]:
    """When something happened."""
    c = conversation
    times = {m.at for m in c.messages} | {a.at for a in c.assignments} | {s.at for s in c.statuses}
    times |= {o.paid_at for o in c.orders} | {c.rating.at if c.rating else None}
    return sorted(at for at in times if at is not None and at < until)
