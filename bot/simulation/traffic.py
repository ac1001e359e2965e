"""What customers bring to the made-up shop: a day's events as its helpdesk tells them.

A talk without trouble comes in one piece when it is over, which changes nothing that is said about it; the others come
word by word.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from zoneinfo import ZoneInfo

from bot.simulation import shop, talks
from bot.simulation.talks import Pool, Talk
from rules.events import Event, Ordered
from storage.inbox import NewRow

PIECE = 3 * 3600  # seconds: talks that end within it are taken in together
SHIFTS = ((time(9, 2), 8.0), (time(13, 32), 8.0))  # when it begins, and its hours


@dataclass(frozen=True, slots=True)
class Load:
    """How much there is to do; the shares are assumptions, every shop has its own."""

    agents: int = 60
    conversations: int = 20  # of each agent a day
    troubled: float = 0.01  # share of talks in which somebody should be called
    starry: float = 0.01  # share that is worth praising


@dataclass(frozen=True, slots=True)
class Coming:
    """A row of the inbox, and what it says."""

    row: NewRow
    event: Event


def day(rng: Random, pool: Pool, load: Load, on: date, zone: ZoneInfo) -> list[Coming]:
    """In the order in which it comes."""
    shares = {"troubled": load.troubled, "starry": load.starry, "calm": 1 - load.troubled - load.starry}
    found: list[Coming] = []
    numbers = count(1)
    for agent in range(load.agents):
        begins, hours = SHIFTS[agent % len(SHIFTS)]
        opens = datetime.combine(on, begins, zone)
        team = shop.team_of(agent)
        others = [n for n in range(load.agents) if shop.team_of(n) == team and n != agent] or [agent]
        for _ in range(load.conversations):
            kind = rng.choices([*shares], [*shares.values()])[0]
            talk = rng.choice(pool[team, kind])
            at = opens + timedelta(seconds=round(rng.random() * hours * 3600))
            found += _told(talk, f"{on:%m%d}-{next(numbers)}", _players(rng, talk, agent, others), at)
    return sorted(found, key=lambda one: one.row.received_at)


def _told(talk: Talk, number: str, players: Mapping[str, str], start: datetime) -> Iterator[Coming]:
    over = _rounded(start + talk.lasts)
    for n, (at, event, kind, told) in enumerate(talks.retold(talk, number, players, start)):
        where = "" if isinstance(event, Ordered) else f"{shop.DESK}:{number}"
        comes = at if talk.kind == "troubled" else over
        yield Coming(NewRow(shop.DESK, where, kind, f"{shop.DESK}:{number}:{n}", told, comes), event)


def _rounded(at: datetime) -> datetime:
    """Up to the next full piece."""
    return at + timedelta(seconds=-at.timestamp() % PIECE)


def _players(rng: Random, talk: Talk, agent: int, others: Sequence[int]) -> Mapping[str, str]:
    """Whose turn it is plays the first agent of the talk, colleagues of the team the others."""
    chosen = [agent, *(rng.choice(others) for _ in talk.agents[1:])]
    return {old: shop.account_of(new) for old, new in zip(talk.agents, chosen, strict=True)}
