"""Whose a sub-account is on which day and in which hours; what was said last counts."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, time

SHIFT = "@"  # "shop:desk1@09:00": what was done on a shared account in the shift that begins then


@dataclass(frozen=True, slots=True)
class Bound:
    account: str
    person: str  # "": nobody's
    hours: str = ""  # "09:00-18:00" of one that is shared
    since: str = ""  # 2026-11-20, with that day; "": always
    until: str = ""  # with that day; "": still
    actor: str = ""  # "": the config
    at: datetime | None = None

    def on(self, day: str) -> bool:
        return self.since <= day and (not self.until or day <= self.until)

    @property
    def span(self) -> tuple[time, time] | None:
        if not self.hours:
            return None
        begins, _, ends = self.hours.partition("-")
        return time.fromisoformat(begins), time.fromisoformat(ends)

    @property
    def key(self) -> str:
        """Under which figures of this account and shift are kept."""
        return f"{self.account}{SHIFT}{self.hours[:5]}" if self.hours else self.account


@dataclass(frozen=True, slots=True)
class Bindings:
    """The config's accounts and what was said since, in one order."""

    bounds: tuple[Bound, ...] = ()
    _by_key: Mapping[str, Sequence[Bound]] = field(default_factory=dict)
    _keys: Mapping[str, Collection[str]] = field(default_factory=dict)  # by person
    _shared: Mapping[str, Sequence[Bound]] = field(default_factory=dict)  # by account

    @classmethod
    def of(cls, bounds: Iterable[Bound]) -> "Bindings":
        known = tuple(bounds)
        by_key: dict[str, list[Bound]] = {}
        keys: dict[str, set[str]] = {}
        shared: dict[str, list[Bound]] = {}
        for bound in known:
            by_key.setdefault(bound.key, []).append(bound)
            keys.setdefault(bound.person, set()).add(bound.key)
            if bound.hours:
                shared.setdefault(bound.account, []).append(bound)
        return cls(known, by_key, keys, shared)

    def person(self, key: str, day: str) -> str:
        """Who did what is kept under this key on this day; "" when nobody knows.

        Words said outside a shift go to who has the account all day.
        """
        said = next((b for b in reversed(self._by_key.get(key, ())) if b.on(day)), None)
        return said.person if said else ""

    def nobodys(self, key: str, day: str) -> bool:
        """Whether it was said to be nobody's: a robot's, or an old one."""
        return self._said(key, day) and not self.person(key, day)

    def keys_of(self, account: str) -> list[str]:
        """The account and its shifts."""
        return [account, *sorted({bound.key for bound in self._shared.get(account, ())})]

    def moved(self, key: str) -> bool:
        """Whether it was not always the same person's."""
        return any(bound.since or bound.until for bound in self._by_key.get(key, ()))

    def keys(self, person: str) -> list[str]:
        """Every key under which this person may ever have worked."""
        return sorted(self._keys.get(person, ()))

    def key(self, account: str, day: str, at: time | None) -> str:
        """Under which key something said on this account at that time of day is kept."""
        shared = [b for b in self._shared.get(account, ()) if b.on(day)]
        for bound in reversed(shared):
            if at is not None and bound.span is not None and inside(at, bound.span):
                return bound.key
        return account

    def shared(self) -> Mapping[str, Sequence[Bound]]:
        return self._shared

    def holder(self, account: str, at: datetime) -> str:
        """Who had it at this moment of the shop's own time; "" when nobody knows."""
        day = at.date().isoformat()
        return self.person(self.key(account, day, at.time()), day)

    def now(self, day: str, at: time) -> dict[str, str]:
        """account -> person at this moment, for every account that is said to be somebody's, or nobody's ("")."""
        keys = {account: self.key(account, day, at) for account in {bound.account for bound in self.bounds}}
        return {account: self.person(key, day) for account, key in keys.items() if self._said(key, day)}

    def _said(self, key: str, day: str) -> bool:
        return any(bound.on(day) for bound in self._by_key.get(key, ()))


def inside(at: time, span: tuple[time, time]) -> bool:
    """Past midnight when it ends before it begins."""
    begins, ends = span
    return begins <= at < ends if begins < ends else at >= begins or at < ends
