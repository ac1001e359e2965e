"""Measures of a whole conversation: answered at all, how much was said, passed on, resolved, resolved for good."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from rules.metrics.definition import Options
from rules.metrics.facts import Facts
from rules.metrics.point import Point
from rules.metrics.resolving import Resolution
from rules.metrics.scene import Scene


def _some(agent: str | None) -> tuple[str, ...]:
    return (agent,) if agent else ()


def replied(scene: Scene, o: Options) -> Iterator[Point]:
    """A conversation is replied to when a human said something in it; for each who held it, when they did."""
    for f in scene.served():
        spoke = {agent for agent, _ in f.said}
        for agent in dict.fromkeys((*f.held, *(a for a in spoke if a))):
            yield Point(f.conversation, (agent,), float(agent in spoke), f.conversation, f.began)
        if not f.held or None in spoke:
            yield Point(f.conversation, (), float(bool(spoke)), f.conversation, f.began)


def talk(scene: Scene, o: Options) -> Iterator[Point]:
    """Messages of agents to messages of customers; a customer's message is held by whoever held the conversation."""
    for f in scene.served():
        said, asked = Counter(dict(f.said)), Counter(ask.holder for ask in f.asks)
        for agent in dict.fromkeys((*said, *asked)):
            yield Point(
                f.conversation, _some(agent), float(said[agent]), f.conversation, f.began, beside=float(asked[agent])
            )


def resolved(scene: Scene, o: Options) -> Iterator[Point]:
    """Seconds to the last resolve; one that is still open is pending, one closed without a word nobody's success."""
    for f in scene.served():
        if f.closes and not f.said:
            continue
        r = f.resolution
        if r and r.seconds is not None:
            yield Point(f.conversation, _some(r.by), r.seconds, f.conversation, r.at)
        elif f.timed and (r or not f.closes):
            yield Point(f.conversation, f.held[-1:], None, f.conversation, f.began)


def transferred(scene: Scene, o: Options) -> Iterator[Point]:
    """Received by an agent, and passed on to another."""
    for f in scene.served():
        for agent in dict.fromkeys(f.held):
            yield Point(f.conversation, (agent,), float(agent in f.held[:-1]), f.conversation, f.began)


def solved_first(scene: Scene, o: Options) -> Iterator[Point]:
    """Resolved, and the customer needed nobody again about the same matter; pending until the window has closed."""
    for f in scene.served():
        if f.resolution and f.customer and f.said:
            closes = f.resolution.first_at + timedelta(hours=o.hours)
            back = any(f.resolution.first_at < at <= closes for at in _came_back(f, f.resolution, scene))
            value = None if scene.as_of < closes else float(not back)
            agents = _some(f.resolution.first_by)
            yield Point(f.conversation, agents, value, f.conversation, f.resolution.first_at)


def _came_back(f: Facts, r: Resolution, scene: Scene) -> Iterator[datetime]:
    if r.reopened_at:
        yield r.reopened_at
    for other in scene.known[f.person]:
        same = not (f.order and other.order) or f.order == other.order
        if other.conversation != f.conversation and other.began and same:
            yield other.began
