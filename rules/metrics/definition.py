"""What a figure counts: its measure, its statistic and the options in which platforms differ."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time

STATISTICS = ("rate", "mean", "median", "p90", "ratio")
PER = ("turn", "message", "person_day")
UNANSWERED = ("pending", "late", "cap")
CLOCKS = ("question", "handover")
TRANSFERS = ("kept", "unanswered")
CREDITS = ("last", "first", "shared")


@dataclass(frozen=True, slots=True)
class Options:
    """Every option of every measure; each measure reads its own."""

    # replies
    within: float = 0  # seconds; at exactly so many it is still in time
    per: str = "turn"  # what is counted: a turn, a message, or a customer once a day (bad if any turn is bad)
    window: tuple[time, time] | None = None  # of the day on which it began, in the shop's zone; the end is outside
    cap: float = 0  # seconds; a longer wait counts as this; 0: none
    unanswered: str = "pending"  # pending: left out; late: counted as late once it is; cap: counted as the cap
    clock: str = "question"  # from the customer's message, or from the hand-over if that was later
    transfer: str = "kept"  # the real wait, for who held it when it ran out; unanswered: for who passed it on
    daily: bool = False  # no turn goes past midnight
    session_gap: float = 0  # seconds; coming back later than this after a close begins a session; 0: one a conversation
    # outcomes
    hours: float = 72  # of 一次解决
    satisfied_from: int = 4  # stars
    valid_hours: float = 24  # a rating given later does not count; 0: any
    shared_rating: bool = False  # after a transfer everybody who held it has the rating
    days: float = 3  # within which an order follows an inquiry
    credit: str = "last"  # of an order, among those who spoke before it was paid


@dataclass(frozen=True, slots=True)
class Definition:
    name: str  # wangwang.mean_reply
    version: str  # wangwang@1: of the pack that says how it is counted
    title: str  # 平均响应时长
    says: str  # the definition in a sentence
    measure: str
    statistic: str
    unit: str  # s | rate | ratio | yuan
    source: str
    date: str  # of the source
    certainty: str
    options: Options = field(default_factory=Options)


@dataclass(frozen=True, slots=True)
class Pack:
    name: str
    title: str
    version: int
    zone: str
    reconciled: str  # the day on which its figures were compared with the shop's back office; "": 近似
    definitions: tuple[Definition, ...]

    @property
    def approximate(self) -> bool:
        return not self.reconciled

    def definition(self, name: str) -> Definition | None:
        """By "PACK.FIGURE" or "FIGURE"."""
        wanted = name.rpartition(".")[2]
        return next((d for d in self.definitions if d.name.rpartition(".")[2] == wanted), None)


@dataclass(frozen=True, slots=True)
class Choice:
    """Which packs' figures are kept, and by which pack a shop is counted, beside the common one."""

    packs: Mapping[str, Pack] = field(default_factory=dict)
    default: str = "generic"
    shops: Mapping[str, str] = field(default_factory=dict)

    def of(self, shop: str) -> Pack | None:
        return self.packs.get(self.shops.get(shop, self.default))

    def counts(self, pack: str, shop: str) -> bool:
        return pack == "generic" or self.shops.get(shop, self.default) == pack
