"""Who works here and which rooms there are: employees with their accounts, and rooms with what they want to hear."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, tzinfo

from handlers.protocols import Target
from rules.binding import SHIFT, Bindings, Bound

ROLES = {"agent": "客服", "senior": "资深客服", "lead": "主管", "qa": "质检", "admin": "管理员"}


@dataclass(frozen=True, slots=True)
class Person:
    name: str
    role: str  # agent | senior | lead | qa | admin
    team: str = ""
    accounts: tuple[str, ...] = ()  # "helpdesk:sub-account"
    ids: Mapping[str, str] = field(default_factory=dict)  # chat -> the platform's user id
    praise: str = "anonymous"  # open: named in public | anonymous | private: no highlight

    @property
    def title(self) -> str:
        return ROLES[self.role]


@dataclass(frozen=True, slots=True)
class Room:
    name: str
    chat: str
    id: str
    teams: tuple[str, ...] = ()
    audience: str = "team"  # leads: may name the agent of an alert
    wants: tuple[str, ...] = ("alerts", "stars")
    shops: tuple[str, ...] = ()
    channels: tuple[str, ...] = ()
    severities: tuple[str, ...] = ()
    rules: tuple[str, ...] = ()

    @property
    def target(self) -> Target:
        return Target(self.chat, self.id)

    def hears(self, what: str, team: str) -> bool:
        return what in self.wants and (not self.teams or team in self.teams)


class Directory:
    """Finds people by their platform id, sub-account or name, and rooms by what they want."""

    def __init__(self, people: Iterable[Person], rooms: Iterable[Room]):
        self.people = self.configured = tuple(people)
        self.rooms = tuple(rooms)
        self.nobodys: frozenset[str] = frozenset()  # sub-accounts said to be nobody's: a robot's, or an old one
        self.holders = tuple((account, p.name) for p in self.configured for account in p.accounts)  # by the config
        self._history = Bindings.of(Bound(account, name) for account, name in self.holders)
        self._zone: tzinfo = UTC
        self._index()

    def _index(self) -> None:
        self._by_id = {(chat, id_): p for p in self.people for chat, id_ in p.ids.items() if id_}
        self._by_account = {account: p for p in self.people for account in p.accounts}
        self._by_name = {p.name: p for p in self.people}

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._by_name)

    def rebind(self, known: Bindings, now: datetime) -> int:
        """Whose accounts are and were; `now` is in the shop's own time. How many changed hands."""
        self._history, self._zone = known, now.tzinfo or UTC
        said = known.now(now.date().isoformat(), now.time())
        self.nobodys = frozenset(account for account, name in said.items() if not name)
        holders = {account: name for account, name in said.items() if name}
        before = {account: p.name for account, p in self._by_account.items()}
        if before == holders:
            return 0
        mine: dict[str, list[str]] = {}
        for account, name in holders.items():
            mine.setdefault(name, []).append(account)
        self.people = tuple(replace(p, accounts=tuple(mine.get(p.name, ()))) for p in self.configured)
        self._index()
        return sum(before.get(account) != name for account, name in holders.items())

    def who(self, chat: str, user: str) -> Person | None:
        """The employee behind a platform's user id; None for a stranger."""
        return self._by_id.get((chat, user))

    def holder(self, source: str, account: str | None, at: datetime | None = None) -> Person | None:
        """The employee behind a helpdesk's sub-account at that moment, or at this one."""
        if not account:
            return None
        if at is None:
            return self._by_account.get(f"{source}:{account}")
        return self._by_name.get(self._history.holder(f"{source}:{account}", at.astimezone(self._zone)))

    def ever_held(self, name: str) -> list[str]:
        """Every account that is or was somebody's, if only in a shift."""
        return sorted({key.partition(SHIFT)[0] for key in self._history.keys(name)})

    def named(self, name: str) -> Person | None:
        return self._by_name.get(name)

    def with_role(self, role: str, team: str = "") -> tuple[Person, ...]:
        """People of a role, those of the team first; with nobody in the team, all of the role."""
        having = [p for p in self.people if p.role == role]
        near = [p for p in having if team and p.team == team]
        return tuple(near or having)

    def rooms_for(self, what: str, team: str) -> tuple[Room, ...]:
        """Rooms that want this; an alert that no room claims goes to every room that hears alerts, never nowhere."""
        found = tuple(r for r in self.rooms if r.hears(what, team))
        if found or what != "alerts":
            return found
        return tuple(r for r in self.rooms if "alerts" in r.wants) or tuple(r for r in self.rooms if "admin" in r.wants)

    def room(self, chat: str, id_: str) -> Room | None:
        return next((r for r in self.rooms if r.chat == chat and r.id == id_), None)

    def direct(self, person: Person, near: Target | None = None) -> Target | None:
        """Where to speak to somebody alone, on the platform at hand if they use it."""
        chats = [near.chat] if near and near.chat in person.ids else list(person.ids)
        return Target(chats[0], person.ids[chats[0]], direct=True) if chats else None
