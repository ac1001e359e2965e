"""How long a matter took: from the hand-over to the last resolve; a reopening starts again; bot time does not count."""

from dataclasses import dataclass
from datetime import datetime

from rules import shape, text
from rules.metrics import holding
from rules.model import Conversation, Message, Speaker

SAID = {Speaker.CUSTOMER: "asked", Speaker.AGENT: "answered"}
Event = tuple[
    datetime, str
]  # when; open, pending, resolved, taken (by a human), left (to a bot), asked (by the customer), answered


@dataclass(frozen=True, slots=True)
class Resolution:
    first_at: datetime  # first resolved
    first_by: str | None  # who held it then
    reopened_at: datetime | None  # after the first
    seconds: float | None  # None: open again
    at: datetime | None = None  # last resolved
    by: str | None = None


@dataclass(slots=True)
class _Walk:
    began: datetime | None
    ended: datetime | None = None
    first: datetime | None = None
    reopened: datetime | None = None
    asked: datetime | None = None  # after it was resolved: a thanks, or a reopening if it is resolved again
    bot: bool = False  # reopened to the bot: the clock starts when a human takes over
    away: datetime | None = None  # given back to the bot meanwhile
    lost: float = 0.0  # seconds for which the bot had it

    def step(self, at: datetime, what: str) -> None:
        if what == "resolved":
            self._resolved(at)
        elif self.ended is None:
            self._held(at, what)
        elif what == "asked":
            self.asked = self.asked or at
        elif what == "answered" and self.asked:
            self._reopen(self.asked)
        elif what in ("open", "pending"):
            self._reopen(at)
            self.bot = what == "pending"

    def _held(self, at: datetime, what: str) -> None:
        if what in ("pending", "left"):
            self.away = self.away or at
        elif what in ("open", "taken"):
            if self.bot:
                self.began, self.bot = at, False
            self._back(at)

    def _back(self, at: datetime) -> None:
        if self.away and self.began:
            self.lost += max(0.0, (at - max(self.away, self.began)).total_seconds())
        self.away = None

    def _resolved(self, at: datetime) -> None:
        if self.ended is not None:
            if self.asked is None:
                return  # told again
            self._reopen(self.asked)
        self._back(at)
        self.ended, self.first = at, self.first or at

    def _reopen(self, at: datetime) -> None:
        self.began, self.ended, self.asked, self.reopened = at, None, None, self.reopened or at
        self.away, self.lost = None, 0.0


def resolution(c: Conversation) -> Resolution | None:
    """None: never resolved, or no time tells when."""
    walk = _Walk(_handed_over(c))
    for at, what in _events(c):
        walk.step(at, what)
    if walk.first is None:
        return None
    began, ended = walk.began, walk.ended
    seconds = max(0.0, (ended - began).total_seconds() - walk.lost) if began and ended else None
    by = holding.at(c, ended) if ended else None
    return Resolution(walk.first, holding.at(c, walk.first), walk.reopened, seconds, ended, by)


def _events(c: Conversation) -> list[Event]:
    found: list[Event] = [(s.at, s.status) for s in c.statuses if s.at]
    found += [(at, "taken" if agent else "left") for at, agent in holding.told(c) if agent or _to_bot(c, at)]
    closed = min((at for at, what in found if what == "resolved"), default=None)
    if closed:
        found += [(m.at, SAID[m.speaker]) for m in c.messages if m.at and m.at > closed and _counts(m)]
    return sorted(found, key=lambda event: event[0])


def _to_bot(c: Conversation, at: datetime) -> bool:
    """Nobody held it from then on, and a bot spoke before the next human had it."""
    taken = min((when for when, agent in holding.told(c) if agent and when > at), default=None)
    bot = (m.at for m in c.messages if m.speaker is Speaker.BOT and m.at)
    return any(when >= at and (taken is None or when < taken) for when in bot)


def _counts(m: Message) -> bool:
    """A thanks after the end asks for nothing, however politely it is answered."""
    if m.speaker is Speaker.CUSTOMER:
        return shape.of(text.normalise(m.text).text) == "text"
    return m.speaker is Speaker.AGENT


def _handed_over(c: Conversation) -> datetime | None:
    """To the first human: as told; else the first question, or the first one that the bot left to a human."""
    human = next((m.at for m in c.messages if m.speaker is Speaker.AGENT), None)
    taken = [at for at, agent in holding.told(c) if agent]
    if not taken and any(s.status == "pending" for s in c.statuses[:1]):
        taken = [s.at for s in c.statuses if s.at and s.status == "open"]
    if taken and (human is None or taken[0] <= human):
        return taken[0]
    asked = [m.at for m in c.messages if m.speaker is Speaker.CUSTOMER and m.at]
    bot = [m.at for m in c.messages if m.speaker is Speaker.BOT and m.at and (human is None or m.at < human)]
    left = [at for at in asked if not bot or at > bot[-1]]
    return min((at for at in (next(iter(left), None), human) if at), default=None)
