"""People and rooms of the config as the handlers know them."""

from bot.sections import Config, Person, Room
from handlers import people
from handlers.people import Directory


def directory(config: Config) -> Directory:
    sandbox = any(room.chat == "sandbox" for room in config.rooms)
    return Directory((_person(p, sandbox) for p in config.people), map(_room, config.rooms))


def _room(r: Room) -> people.Room:
    filters = (r.shops, r.channels, r.severities, r.rules)
    return people.Room(r.name, r.chat, r.id or r.name, r.teams, r.audience, r.wants, *filters)


def _person(person: Person, sandbox: bool) -> people.Person:
    """In the sandbox a person's id is the name."""
    known = {"feishu": person.feishu, "dingtalk": person.dingtalk, "sandbox": person.name if sandbox else ""}
    ids = {chat: id_ for chat, id_ in known.items() if id_}
    return people.Person(person.name, person.role, person.team, person.accounts, ids, person.praise)
