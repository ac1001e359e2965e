"""Where an alert is told, and how: on a card of its own, with others, later, or not at all; with the reason."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from rules.decide import WAITED
from rules.model import Finding, Kind, Severity
from rules.schedule import Schedule

# About a person in danger: never muted, never one of many.
PERSONAL = frozenset({"abuse_violence", "safety", "crisis"})
# Nobody has answered yet: of many who came for the same, no news about this one.
WAITS = WAITED | {"ping", "ping_unanswered"}


class Way(StrEnum):
    OWN = "own"  # a card of its own, now
    MATTER = "matter"  # one of many on the card of the same matter
    MORE = "more"  # on the running card of what was too much
    HELD = "held"  # on the card that waits for the end of the quiet time


class Reason(StrEnum):
    WANTED = "wanted"
    NO_ROOM_NAMED_IT = "no_room_named_it"
    LEVEL_NOT_WANTED = "level_not_wanted"
    RED = "red"
    PERSONAL = "personal"
    SAME_MATTER = "same_matter"
    ROOM_FULL = "room_full"
    QUIET_HOURS = "quiet_hours"
    MUTED_RULE = "muted_rule"
    MUTED_SHOP = "muted_shop"
    MUTED_AGENT = "muted_agent"


@dataclass(frozen=True, slots=True)
class Facts:
    """What routing knows of an alert."""

    team: str
    shop: str
    channel: str
    kind: Kind
    severity: Severity
    rules: frozenset[str]  # ids of what was found, without versions

    @property
    def personal(self) -> bool:
        return self.kind is Kind.REDLINE or bool(self.rules & PERSONAL)

    @property
    def only_waits(self) -> bool:
        return bool(self.rules) and self.rules <= WAITS


@dataclass(frozen=True, slots=True)
class Listening:
    """What one room wants to hear; an empty filter is none."""

    alerts: bool
    admin: bool
    leads: bool
    teams: tuple[str, ...] = ()
    shops: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    def hears(self, facts: Facts) -> bool:
        """Whether it is one of theirs, however loud it is."""
        named = ((self.teams, facts.team), (self.shops, facts.shop), (self.channels, facts.channel))
        theirs = all(not wanted or said in wanted for wanted, said in named)
        return self.alerts and theirs and (not self.rules or not facts.rules.isdisjoint(self.rules))

    def minds(self, severity: Severity) -> bool:
        return not self.severities or severity.level in self.severities


@dataclass(frozen=True, slots=True)
class Choice:
    places: tuple[int, ...]  # which of the rooms
    reason: Reason


def rooms(facts: Facts, listening: Sequence[Listening]) -> Choice:
    """The rooms that are told. What no room names goes to all that hear alerts; red is never filtered away.

    No place at all, although the reason is not LEVEL_NOT_WANTED, means: tell the leads alone.
    """
    near = [i for i, room in enumerate(listening) if room.hears(facts)]
    reason = Reason.WANTED if near else Reason.NO_ROOM_NAMED_IT
    near = near or [i for i, room in enumerate(listening) if room.alerts]
    near = near or [i for i, room in enumerate(listening) if room.admin]
    if facts.kind is Kind.REDLINE:  # it speaks of a colleague: leads only
        return Choice(tuple(i for i in near if listening[i].leads), reason)
    loud = [i for i in near if listening[i].minds(facts.severity)]
    if near and not loud and facts.severity < Severity.RED and not facts.personal:
        return Choice((), Reason.LEVEL_NOT_WANTED)
    return Choice(tuple(loud or near), reason)


@dataclass(frozen=True, slots=True)
class Traffic:
    """What goes on in a room now."""

    cards: int = 0  # alerts with a card of their own within the schedule's minutes
    reds: int = 0  # red ones within a minute
    allowed: int = 0  # by the platform in a minute; 0: any number
    matter: bool = False  # a card about the same matter of the same shop is standing


@dataclass(frozen=True, slots=True)
class Placed:
    way: Way
    reason: Reason
    until: datetime | None = None  # of HELD: when it is told


def place(facts: Facts, traffic: Traffic, schedule: Schedule, quiet_until: datetime | None) -> Placed:
    """How one room is told."""
    if facts.personal:
        return Placed(Way.OWN, Reason.PERSONAL)
    if facts.severity >= Severity.RED and not (traffic.matter and facts.only_waits):
        full = traffic.allowed and traffic.reds >= traffic.allowed
        return Placed(Way.MORE, Reason.ROOM_FULL) if full else Placed(Way.OWN, Reason.RED)
    if traffic.matter:
        return Placed(Way.MATTER, Reason.SAME_MATTER)
    if quiet_until is not None:
        return Placed(Way.HELD, Reason.QUIET_HOURS, quiet_until)
    if schedule.most_cards and traffic.cards >= schedule.most_cards:
        return Placed(Way.MORE, Reason.ROOM_FULL)
    return Placed(Way.OWN, Reason.WANTED)


class Muting(Protocol):
    """Something that calls nobody for a while."""

    @property
    def what(self) -> str: ...  # rule | agent | shop
    @property
    def value(self) -> str: ...
    @property
    def team(self) -> str: ...
    @property
    def until(self) -> datetime: ...


@dataclass(frozen=True, slots=True)
class Hush:
    """Nobody is called because of these; the first of them ends at `until`."""

    reason: Reason
    because: tuple[Muting, ...]

    @property
    def until(self) -> datetime:
        return min(mute.until for mute in self.because)


def hush(facts: Facts, agent: str, mutes: Iterable[Muting], matter: str = "") -> Hush | None:
    """Whether somebody wanted no calls about this; what is about a person in danger always calls.

    To mute what customers came for (`matter`) mutes what they say about it, as long as it is not red.
    """
    if facts.personal:
        return None
    ours = [mute for mute in mutes if mute.team in ("", facts.team)]
    for what, value, reason in (("shop", facts.shop, Reason.MUTED_SHOP), ("agent", agent, Reason.MUTED_AGENT)):
        found = tuple(m for m in ours if m.what == what and value and m.value == value)
        if found:
            return Hush(reason, found[-1:])
    came_for = tuple(m for m in ours if m.what == "rule" and matter and m.value == matter)
    if came_for and facts.severity < Severity.RED:
        return Hush(Reason.MUTED_RULE, came_for[-1:])
    rules = tuple(m for m in ours if m.what == "rule" and m.value in facts.rules)
    all_of_it = bool(facts.rules) and facts.rules <= {m.value for m in rules}
    return Hush(Reason.MUTED_RULE, rules) if all_of_it else None


def rule_ids(findings: Iterable[Finding]) -> frozenset[str]:
    return frozenset(finding.rule.partition("@")[0] for finding in findings if finding.severity)
