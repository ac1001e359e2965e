"""The talks a made-up day is drawn from: sample conversations, retold with other people and times.

The samples are rich in trouble, because they are made to try the rules; in a shop most talks are calm.
"""

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from operator import itemgetter

from bot.samples import generator
from handlers.context import Engine
from rules import events, file
from rules.events import About, Assigned, Event, Invited, MessageAdded, Ordered, Rated, StatusChanged
from rules.model import Conversation, Kind, Message
from rules.policy import Policy

POOL = 600  # talks, of which the drawn ones are retold
LONGEST = timedelta(hours=3)
SHORT = 5  # messages: a calm talk is over soon
SETTLED = timedelta(minutes=30)  # by then every wait has been noticed
NUMBER, AT, WHO = ("\ue000", "\ue001", 0xE100)  # where the talk's number, the time and the agents go in a form


@dataclass(frozen=True, slots=True)
class Beat:
    """Something that happens in a talk; writing its JSON anew for each telling would cost more than all the rest."""

    after: timedelta  # since the beginning
    event: Event
    kind: str  # as its JSON says
    form: str  # the JSON, with marks to fill in


@dataclass(frozen=True, slots=True)
class Talk:
    """One of the pool; who holds it, what it is called and when it was are filled in each time it is told."""

    beats: tuple[Beat, ...]
    agents: tuple[str, ...]
    kind: str  # troubled | starry | calm

    @property
    def lasts(self) -> timedelta:
        return self.beats[-1].after


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


def retold(
    talk: Talk, number: str, players: Mapping[str, str], start: datetime
) -> Iterator[tuple[datetime, Event, str, str]]:
    """(when, what happened, its kind, its JSON); `players`: who plays each of its agents."""
    known: dict[About, About] = {}
    marks = [(chr(WHO + n), players[agent]) for n, agent in enumerate(talk.agents)]
    for beat in talk.beats:
        at = start + beat.after
        told = beat.form.replace(NUMBER, number).replace(AT, at.isoformat())
        for mark, player in marks:
            told = told.replace(mark, player)
        yield at, _again(beat.event, number, players, at, known), beat.kind, told


def _beat(talk_began: datetime, at: datetime, event: Event, agents: Sequence[str]) -> Beat:
    marks = {agent: chr(WHO + n) for n, agent in enumerate(agents)}
    body = events.write(_again(event, NUMBER, marks, at, {}))
    form = json.dumps(body, ensure_ascii=False).replace(at.isoformat(), AT)
    return Beat(at - talk_began, event, body["type"], form)


def _again(event: Event, number: str, players: Mapping[str, str], at: datetime, known: dict[About, About]) -> Event:
    """`known`: how its conversation is called now, by how it was; filled."""
    if isinstance(event, Ordered):
        return Ordered(replace(event.order, id=f"E{number}", customer=f"u-{number}", paid_at=at))
    was = _about(event)
    if was not in known:
        known[was] = replace(was, id=number, customer_id=f"u-{number}", order_id=was.order_id and f"E{number}")
    return _moved(event, known[was], players, at)


def _moved(event: Event, about: About, players: Mapping[str, str], at: datetime) -> Event:
    match event:
        case MessageAdded(_, m):
            return MessageAdded(about, Message(m.id, m.speaker, m.text, at, players.get(m.agent or "")))
        case Assigned(_, agent, _):
            return Assigned(about, players.get(agent or ""), at)
        case StatusChanged(_, status, _):
            return StatusChanged(about, status, at)
        case Rated(_, rating):
            return Rated(about, replace(rating, at=at))
        case _:
            return Invited(about, at)


def _about(event: Event) -> About:
    assert isinstance(event, MessageAdded | Assigned | StatusChanged | Rated | Invited)  # noqa: S101 - no reviews here
    return event.about


def _talk(conversation: Conversation, kind: str) -> Talk:
    told = sorted(((_at(event), event) for event in file.events_of(conversation)), key=itemgetter(0))
    named = [a.agent for a in conversation.assignments] + [m.agent for m in conversation.messages]
    agents = tuple(dict.fromkeys(agent for agent in named if agent))
    return Talk(tuple(_beat(told[0][0], at, event, agents) for at, event in told), agents, kind)


def _at(event: Event) -> datetime:
    """Samples have all their times."""
    if isinstance(event, MessageAdded):
        at = event.message.at
    elif isinstance(event, Rated):
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
