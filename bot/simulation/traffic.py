"""What customers bring to the made-up shop: a day's events, drawn from a pool of sample conversations.

The samples are rich in trouble, because they are made to try the rules; in a shop most talks are calm. A talk without
trouble comes in one piece when it is over, which changes nothing that is said about it; the others word by word.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from operator import itemgetter
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from bot.samples import generator
from bot.simulation import shop
from handlers.context import Engine
from rules import events, file
from rules.model import Conversation, Kind
from rules.policy import Policy
from storage.inbox import NewRow

POOL = 600  # talks, of which the drawn ones are retold with other people and times
LONGEST = timedelta(hours=3)
SHORT = 5  # messages: a calm talk is over soon
SETTLED = timedelta(minutes=30)  # by then every wait has been noticed
SHARES = {"troubled": 0.01, "starry": 0.01, "calm": 0.98}
PIECE = 3600  # seconds: talks that end within it are taken in together
SHIFTS = ((time(9, 2), 8.0), (time(13, 32), 8.0))  # when it begins, and its hours

Body = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Talk:
    """One of the pool; who holds it, what it is called and when it was are filled in each time it is told."""

    told: tuple[tuple[timedelta, Body], ...]  # how long after the beginning, and the event
    agents: tuple[str, ...]
    kind: str  # troubled | starry | calm

    @property
    def lasts(self) -> timedelta:
        return self.told[-1][0]


Pool = Mapping[tuple[str, str], Sequence[Talk]]  # by team and kind


def pool(engine: Engine, policy: Policy, seed: int) -> Pool:
    start = datetime.fromisoformat("2026-01-05T09:00:00+08:00")
    found: dict[tuple[str, str], list[Talk]] = defaultdict(list)
    for line in generator.conversations(seed, POOL, start):
        conversation = file.read_conversation(line)
        talk = _talk(conversation, _kind(conversation, engine, policy))
        if talk.lasts <= LONGEST and (talk.kind != "calm" or len(conversation.messages) <= SHORT):
            found[conversation.team, talk.kind].append(talk)
    return found


def day(rng: Random, talks: Pool, staff: tuple[int, int], on: date, zone: ZoneInfo) -> list[NewRow]:
    """What the shop's helpdesk tells of a day, in the order in which it comes; `staff`: agents, and talks of each."""
    agents, each = staff
    rows: list[NewRow] = []
    numbers = count(1)
    for agent in range(agents):
        begins, hours = SHIFTS[agent % len(SHIFTS)]
        opens = datetime.combine(on, begins, zone)
        for _ in range(each):
            kind = rng.choices([*SHARES], [*SHARES.values()])[0]
            talk = rng.choice(talks[shop.team_of(agent), kind])
            at = opens + timedelta(seconds=round(rng.random() * hours * 3600))
            rows += _retold(talk, f"{on:%m%d}-{next(numbers)}", _players(rng, talk, agent, agents), at)
    return sorted(rows, key=lambda row: row.received_at)


def _retold(talk: Talk, number: str, players: Mapping[str, str], at: datetime) -> Iterator[NewRow]:
    over = _rounded(at + talk.lasts)
    for n, (after, body) in enumerate(talk.told):
        comes = at + after if talk.kind == "troubled" else over
        where = "" if body["type"] == "order" else f"{shop.DESK}:{number}"
        text = json.dumps(_filled(body, number, players, (at + after).isoformat()), ensure_ascii=False)
        yield NewRow(shop.DESK, where, body["type"], f"{shop.DESK}:{number}:{n}", text, comes)


def _filled(body: Body, number: str, players: Mapping[str, str], at: str) -> Body:
    order, customer = f"E{number}", f"u-{number}"
    if body["type"] == "order":
        return body | {"order": body["order"] | {"id": order, "customer": customer, "paid_at": at}}
    about = body["conversation"]
    named = {"id": number, "customer": about.get("customer", {}) | {"id": customer}}
    told = body | {"conversation": about | named | ({"order_id": order} if "order_id" in about else {})}
    inner = {"message": "message", "rated": "rating"}.get(body["type"])
    if inner is None:
        return told | {"at": at} | ({"agent": players[body["agent"]]} if body.get("agent") else {})
    who = body[inner].get("agent")
    return told | {inner: body[inner] | {"at": at} | ({"agent": players[who]} if who else {})}


def _rounded(at: datetime) -> datetime:
    """Up to the next full piece."""
    return at + timedelta(seconds=-at.timestamp() % PIECE)


def _players(rng: Random, talk: Talk, agent: int, agents: int) -> Mapping[str, str]:
    """Whose turn it is plays the first agent of the talk, colleagues of the team the others."""
    team = [n for n in range(agents) if shop.team_of(n) == shop.team_of(agent) and n != agent] or [agent]
    chosen = [agent, *(rng.choice(team) for _ in talk.agents[1:])]
    return {old: shop.account_of(new) for old, new in zip(talk.agents, chosen, strict=True)}


def _talk(conversation: Conversation, kind: str) -> Talk:
    told = [(_at(event), events.write(event)) for event in file.events_of(conversation)]
    agents = [a.agent for a in conversation.assignments] + [m.agent for m in conversation.messages]
    started = min(at for at, _ in told)
    beats = sorted(((at - started, body) for at, body in told), key=itemgetter(0))
    return Talk(tuple(beats), tuple(dict.fromkeys(agent for agent in agents if agent)), kind)


def _at(event: events.Event) -> datetime:
    """Samples have all their times."""
    if isinstance(event, events.MessageAdded):
        at = event.message.at
    elif isinstance(event, events.Rated):
        at = event.rating.at
    else:
        at = event.order.paid_at if isinstance(event, events.Ordered) else event.at
    assert at is not None  # noqa: S101
    return at


def _kind(conversation: Conversation, engine: Engine, policy: Policy) -> str:
    """Whether something may be said of it: as it ends, and when every wait has been noticed."""
    heard = tuple(engine.signals(m.text, m.speaker) for m in conversation.messages)
    whole = replace(conversation, signals=heard)
    last = max(_at(event) for event in file.events_of(conversation))
    found = [f for at in (last, last + SETTLED) for f in engine.screen(whole, policy, at).findings if f.severity]
    loud = [f for f in found if f.check != "high_rating"]
    if not loud:
        return "calm"
    return "starry" if all(f.kind is Kind.STAR for f in loud) else "troubled"
