"""How long people take to answer, in seconds."""

from datetime import datetime, timedelta
from random import Random

_BEGINS, _ENDS = 9, 18
_AGENT = {"good": (5, 28), "flat": (22, 95), "poor": (35, 140)}
_EMAIL = {"customer": (30_000, 150_000), "agent": (1_200, 20_000)}


def typing(rng: Random, text: str) -> int:
    """Before the next message of the same person."""
    return rng.randint(2, 6) + round(len(text) * rng.uniform(0.15, 0.4))


def answering(rng: Random, who: str, text: str, channel: str, service: str) -> int:
    """Before answering the other person."""
    if channel == "email":
        return rng.randint(*_EMAIL[who])
    if channel == "phone":
        return rng.randint(1, 4) + len(text) // 5
    if who == "customer":
        return rng.choices((rng.randint(4, 25), rng.randint(26, 120)), (5, 1))[0] + len(text) // 4
    return rng.randint(*_AGENT[service]) + len(text) // 4


def neglect(rng: Random, service: str) -> int:
    """A wait that a customer feels."""
    return rng.randint(150, 420) if service == "flat" else rng.randint(240, 900)


def patience(rng: Random) -> int:
    """Before the customer asks 在吗 again."""
    return rng.randint(55, 210)


def soon(rng: Random) -> int:
    """While the agent goes and sees to it."""
    return rng.randint(90, 420)


def later(rng: Random) -> int:
    """Until the agent comes back with what was promised."""
    return rng.randint(1_500, 9_000)


def by_day(at: datetime, who: str) -> datetime:
    """Letters are written by day, and answered in office hours."""
    if at.hour < _BEGINS:
        return at.replace(hour=_BEGINS)
    return (at + timedelta(days=1)).replace(hour=_BEGINS) if who == "agent" and at.hour >= _ENDS else at
