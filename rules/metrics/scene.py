"""Everything a measure may look at: the conversations that count, those beside them, until when, and where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rules.metrics.facts import Facts

Person = tuple[str, str]


@dataclass(slots=True)
class Scene:
    facts: tuple[Facts, ...]  # each conversation once
    as_of: datetime  # all that happened until then is known, and nothing later
    zone: ZoneInfo
    beside: tuple[Facts, ...] = ()  # not counted, but they tell of new contacts, closes and orders
    told: bool = False  # this source told of invitations to rate before, if perhaps not of these conversations
    known: dict[Person, list[Facts]] = field(init=False)
    invites: bool = field(init=False)  # the source tells of invitations to rate
    orders: bool = field(init=False)
    shops: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self.facts = tuple(sorted(self.facts, key=lambda f: f.conversation))  # sums do not depend on who came first
        self.known = defaultdict(list)
        for f in (*self.facts, *self.beside):
            self.known[f.person].append(f)
        self.invites = self.told or any(f.invited for f in (*self.facts, *self.beside))
        self.shops = frozenset(f.shop for f in (*self.facts, *self.beside) if f.shop)
        self.orders = any(f.orders for f in (*self.facts, *self.beside))

    def served(self) -> Iterator[Facts]:
        """Conversations in which a customer who said something got to a human."""
        return (f for f in self.facts if f.human and f.asks)

    def chats(self) -> Iterator[Facts]:
        """Those whose waits can be told, and matter."""
        return (f for f in self.served() if f.chat and f.timed)

    def day(self, at: datetime | None) -> date | None:
        return at.astimezone(self.zone).date() if at else None

    def day_over(self, at: datetime) -> bool:
        tomorrow = at.astimezone(self.zone).date() + timedelta(days=1)
        return self.as_of >= datetime.combine(tomorrow, time(), self.zone)

    def inside(self, at: datetime, window: tuple[time, time] | None) -> bool:
        """Whether the time of day lies in it; 23:00 to 09:00 goes past midnight, and 00:00 as an end is midnight."""
        if window is None:
            return True
        now, (begins, ends) = at.astimezone(self.zone).time(), window
        if begins < ends:
            return begins <= now < ends
        return now >= begins or now < ends


def last_day_end(facts: Iterable[Facts], zone: ZoneInfo) -> datetime | None:
    """The midnight after the last thing told: a file holds whole days."""
    told = [at for f in facts for at in _moments(f)]
    if not told:
        return None
    return datetime.combine(max(told).astimezone(zone).date() + timedelta(days=1), time(), zone)


def _moments(f: Facts) -> Iterator[datetime]:
    yield from (ask.at for ask in f.asks if ask.at)
    yield from (at for at, _ in f.spoke)
    yield from f.closes
    yield from (at for at in f.invited if at)
    if f.rated and f.rated.at:
        yield f.rated.at
    yield from (order.paid_at for order in f.orders if order.paid_at)
