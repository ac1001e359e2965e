"""Measures of orders after an inquiry; they go with the service, they do not prove it."""

from collections.abc import Iterator
from datetime import datetime, timedelta

from rules.metrics.definition import Options
from rules.metrics.facts import Facts
from rules.metrics.point import Point
from rules.metrics.scene import Person, Scene
from rules.model import Order


def converted(scene: Scene, o: Options) -> Iterator[Point]:
    """Customers who inquired, once a day, and those of them who paid in time; pending until the time is up."""
    for f, began in _inquiries(scene):
        unit = (f.person, str(scene.day(began)))
        over = scene.as_of >= began + timedelta(days=o.days)
        near = _bought(f, began, scene, o) if over else []
        bought = [order for order in near if _belongs(order, f, began, scene, o)]
        told = near if o.credit == "shared" else bought  # each of those who share it, in their own conversation
        credited = {agent for order in told for agent in _credit(order, f.person, scene, o)}
        for agent in _speakers(f):
            yield Point(unit, (agent,), float(agent in credited) if over else None, f.conversation, began)
        yield Point(unit, (), float(bool(bought)) if over else None, f.conversation, began)


def spent(scene: Scene, o: Options) -> Iterator[Point]:
    """What each customer who bought paid, by the day of the last inquiry before it; each order once."""
    for f, began in _inquiries(scene):
        for order in _bought(f, began, scene, o):
            if _belongs(order, f, began, scene, o):
                amount = sum(item.amount for item in order.items)
                agents = tuple(sorted(_credit(order, f.person, scene, o)))
                yield Point((f.person, str(scene.day(began))), agents, amount, f.conversation, began)


def _belongs(order: Order, f: Facts, began: datetime, scene: Scene, o: Options) -> bool:
    """An order belongs to one inquiry: the last before it was paid, or the first in time; at one moment by name."""
    if order.paid_at is None:
        return False
    since = order.paid_at - timedelta(days=o.days)
    asked = [
        (g.began, g.conversation)
        for g in scene.known[f.person]
        if g.began and since <= g.began < order.paid_at and not _about_old_order(g, scene)
    ]
    chosen = min(asked) if o.credit == "first" else max(asked)
    return chosen == (began, f.conversation)


def _inquiries(scene: Scene) -> Iterator[tuple[Facts, datetime]]:
    """Asked by a known customer before ordering: a conversation about an order they already had is after-sales."""
    for f in scene.served() if scene.orders else ():
        if f.customer and f.began and f.spoke and not _about_old_order(f, scene):
            yield f, f.began


def _about_old_order(f: Facts, scene: Scene) -> bool:
    if not f.order:
        return False
    paid = [order.paid_at for order in _orders(f.person, scene) if order.id == f.order and order.paid_at]
    return not paid or f.began is None or paid[0] <= f.began


def _orders(person: Person, scene: Scene) -> Iterator[Order]:
    known = {order.id: order for f in scene.known[person] for order in f.orders}
    elsewhere = scene.shops - {person[0]}
    return (order for order in known.values() if order.customer in ("", person[1]) and order.shop not in elsewhere)


def _bought(f: Facts, began: datetime, scene: Scene, o: Options) -> list[Order]:
    """Paid in time after this inquiry."""
    until = began + timedelta(days=o.days)
    kept = (order for order in _orders(f.person, scene) if not order.refunded_at)
    found = [order for order in kept if order.paid_at and began < order.paid_at <= until]
    return sorted(found, key=lambda order: order.id)


def _credit(order: Order, person: Person, scene: Scene, o: Options) -> set[str]:
    """Who spoke with the customer before it was paid: the last, the first, or all of them."""
    if order.paid_at is None:
        return set()
    since = order.paid_at - timedelta(days=o.days)
    spoke = sorted(
        (at, agent) for f in scene.known[person] for at, agent in f.spoke if agent and since <= at < order.paid_at
    )
    agents = [agent for _, agent in spoke]
    return set({"last": agents[-1:], "first": agents[:1], "shared": agents}[o.credit])


def _speakers(f: Facts) -> tuple[str, ...]:
    return tuple(agent for agent, _ in f.said if agent)
