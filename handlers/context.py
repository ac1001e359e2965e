"""What every handler is given: the store, the rules, the people, and the time."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo

from handlers.people import Directory
from handlers.shelf import Shelf
from rules.binding import Bound
from rules.honours import AWARDS, Award
from rules.metrics.definition import Choice
from rules.model import Conversation, Screening, Signals, Speaker
from rules.outcomes import Options as Outcomes
from rules.packs import Packs, Versions
from rules.policy import Policy
from rules.schedule import Schedule
from rules.screen import Rate
from rules.talk_tracks import Track
from storage.db import Store

OUT_OF_SIGHT = timedelta(minutes=3)  # the auditor looks each minute


class Engine(Protocol):
    """Screening ready to use; bot fills it with packs and models, and swaps them when they change."""

    @property
    def packs(self) -> Packs: ...

    @property
    def model(self) -> str:
        """Which models give the scores, for the record."""

    def held(self) -> "Engine":
        """What is in use now, and stays the same while others swap: for all of one batch."""

    def signals(self, text: str, speaker: Speaker) -> Signals: ...

    def stored(self, text: str, speaker: Speaker) -> str:
        """The signals as they are kept with the message, each part with its version."""

    def recalled(self, stored: str, text: str, speaker: Speaker) -> Signals:
        """The signals from what was kept; parts of an older version are read again."""

    def reread(self, old: Signals, was: Versions, text: str, speaker: Speaker) -> Signals:
        """The signals from what another engine had found; parts of another version are read again."""

    def screen(self, conversation: Conversation, policy: Policy, now: datetime) -> Screening: ...

    @property
    def rate(self) -> Rate:
        """The scores of a conversation."""


@dataclass(frozen=True, slots=True)
class Learning:
    """When the day's lesson is, and from how many verdicts on."""

    enabled: bool = True
    at: time = time(3, 40)
    minimum: int = 50


@dataclass(frozen=True, slots=True)
class Mornings:
    """When the briefing of a workday is told, and when its lead may look at it; never on the whole or half hour."""

    at: time = time(8, 43)
    preview: time = time(8, 13)
    weekly: time = time(9, 23)  # on the week's first workday, to leads
    monthly: time = time(9, 37)  # on the month's first workday, to admins


@dataclass(slots=True)
class Pulse:
    """What the auditor last found in this process; it beats only while nothing is wrong."""

    at: datetime | None = None  # when all was well
    looked_at: datetime | None = None
    began: datetime | None = None  # when the auditor looked first
    troubles: tuple[str, ...] = ()
    down: dict[str, datetime] = field(default_factory=dict)  # parts that are not alive, and since when
    process: str = field(default_factory=lambda: secrets.token_hex(4))

    def beats(self, now: datetime) -> bool:
        """Whether all was well at the last look, which was not long ago."""
        return not self.troubles and (self.looked_at is None or now - self.looked_at < OUT_OF_SIGHT)


@dataclass(frozen=True, slots=True)
class Context:
    store: Store
    engine: Engine
    policy: Policy
    people: Directory
    now: Callable[[], datetime]
    public_url: str = ""
    editable: frozenset[str] = frozenset()  # chats whose posted cards can change
    keep: timedelta = timedelta(days=30)  # original texts
    keep_masked: timedelta = timedelta(days=180)
    learning: Learning = Learning()
    mornings: Mornings = Mornings()
    desks: Mapping[str, frozenset[str]] = field(default_factory=dict)  # helpdesk -> what its API takes: note, assign
    shift_ends: tuple[time, ...] = (time(18, 7), time(22, 7))  # when small news may be told
    health: Callable[[], tuple[tuple[str, str], ...]] = tuple  # how the process is: (label, value)
    schedule: Schedule = field(default_factory=Schedule)
    urgent: frozenset[str] = frozenset()  # chats that can ring a person about a card
    expected: Mapping[str, int] = field(default_factory=dict)  # helpdesk -> minutes within which we hear of it
    parts: Callable[[], Mapping[str, bool]] = dict  # parts of this process, and whether each is alive
    pulse: Pulse = field(default_factory=Pulse)
    metrics: Choice = field(default_factory=Choice)  # how service is counted
    shifts: tuple[Bound, ...] = ()  # of sub-accounts that several people share
    awards: tuple[Award, ...] = AWARDS
    outcomes: Outcomes = field(default_factory=Outcomes)  # how orders are credited
    talk_tracks: tuple[Track, ...] = ()
    shelf: Shelf = field(default_factory=Shelf)
    seed: str = ""  # this database's own part of every post's key
    patience: float = 3.0  # seconds for the reading behind one question; longer ones keep others waiting
    part: int = 40  # quiet conversations written with one transaction on SQLite; so long webhooks wait

    @property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.policy.timezone)

    def page(self, path: str) -> str:
        """The whole address of one of our pages; empty where people cannot reach them."""
        return f"{self.public_url.rstrip('/')}{path}" if self.public_url else ""

    def clock(self, at: datetime) -> str:
        """The time of day as people here read it: 14:05."""
        return at.astimezone(self.zone).strftime("%H:%M")
