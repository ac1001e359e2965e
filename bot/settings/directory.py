"""People and rooms of the config as the handlers know them."""

from bot.settings.sections import Config, Person, Room
from handlers import people
from handlers.people import Directory
from rules.binding import Bound
from rules.honours import AWARDS, Award


def directory(config: Config) -> Directory:
    sandbox = any(room.chat == "sandbox" for room in config.rooms)
    return Directory((_person(p, sandbox) for p in config.people), map(_room, config.rooms))


def shifts(config: Config) -> tuple[Bound, ...]:
    """Accounts that several people share, by the hours of each."""
    return tuple(Bound(s.account, s.person, s.hours) for s in config.shifts)


def _room(r: Room) -> people.Room:
    filters = (r.shops, r.channels, r.severities, r.rules)
    return people.Room(r.name, r.chat, r.id or r.name, r.teams, r.audience, r.wants, *filters)


def _person(person: Person, sandbox: bool) -> people.Person:
    """In the sandbox a person's id is the name."""
    known = {"feishu": person.feishu, "dingtalk": person.dingtalk, "sandbox": person.name if sandbox else ""}
    ids = {chat: id_ for chat, id_ in known.items() if id_}
    return people.Person(person.name, person.role, person.team, person.accounts, ids, person.praise)


def awards(config: Config) -> tuple[Award, ...]:
    """Ours, those of the same name as the shop wants them, and the shop's own."""
    return tuple({a.name: a for a in (*AWARDS, *(one.award() for one in config.honours))}.values())
