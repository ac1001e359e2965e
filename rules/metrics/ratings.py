"""Measures of ratings: satisfied of rated, with how many were invited and how many of them answered."""

from collections.abc import Hashable, Iterator
from datetime import datetime, timedelta

from rules.metrics.definition import Options
from rules.metrics.facts import Facts, Rated
from rules.metrics.point import Point
from rules.metrics.scene import Scene


def satisfied(scene: Scene, o: Options) -> Iterator[Point]:
    """One rating a customer, agent and day: the last; one given too late does not count."""
    for f in scene.served():
        if f.rated and _valid(f.rated, o):
            good = float(f.rated.score >= o.satisfied_from)
            yield Point(_unit(f, f.rated.at, scene), _agents(f, o), good, f.conversation, f.rated.at)


def invited(scene: Scene, o: Options) -> Iterator[Point]:
    """Of the customers served, those who were asked to rate. Nothing where the source tells no invitations."""
    for f in scene.served() if scene.invites else ():
        yield Point(_unit(f, f.began, scene), _agents(f, o), float(bool(f.invited)), f.conversation, f.began)


def answered(scene: Scene, o: Options) -> Iterator[Point]:
    """Of those asked to rate, those who did."""
    for f in scene.served():
        if f.invited:
            rated = f.rated is not None and _valid(f.rated, o)
            waits = not rated and o.valid_hours and _open(f, o, scene)
            value = None if waits else float(rated)
            yield Point(_unit(f, f.began, scene), _agents(f, o), value, f.conversation, f.began)


def rated(scene: Scene, o: Options) -> Iterator[Point]:
    """Of the conversations served, those that were rated."""
    for f in scene.served():
        value = float(f.rated is not None and _valid(f.rated, o))
        yield Point(f.conversation, _agents(f, o), value, f.conversation, f.began)


def _valid(told: Rated, o: Options) -> bool:
    return not o.valid_hours or told.since is None or told.since <= timedelta(hours=o.valid_hours)


def _open(f: Facts, o: Options, scene: Scene) -> bool:
    last = max((at for at in f.invited if at), default=None)
    return last is not None and scene.as_of < last + timedelta(hours=o.valid_hours)


def _agents(f: Facts, o: Options) -> tuple[str, ...]:
    if o.shared_rating:
        return tuple(dict.fromkeys(f.held))
    agent = f.rated.agent if f.rated else next(reversed(f.held), None)
    return (agent,) if agent else ()


def _unit(f: Facts, at: datetime | None, scene: Scene) -> Hashable:
    agent = f.rated.agent if f.rated else next(reversed(f.held), None)
    return (f.person, agent or "", str(scene.day(at)))
