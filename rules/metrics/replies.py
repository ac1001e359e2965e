"""Measures of speed: turns and first replies, as each platform counts them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from rules.metrics.asks import Ask
from rules.metrics.definition import Options
from rules.metrics.facts import Facts
from rules.metrics.point import Point
from rules.metrics.scene import Scene


@dataclass(frozen=True, slots=True)
class Turn:
    """One wait: from the first unanswered message of the customer to the first valid reply of a human."""

    at: datetime
    seconds: float | None  # None: not answered, or not by whom it is counted for
    holder: str | None
    stage: int
    over: bool  # resolved without an answer: it will never have one


def turns(f: Facts, o: Options, scene: Scene) -> list[Turn]:
    """The turns of a timed conversation, in their order."""
    firsts: list[Ask] = []
    last: Ask | None = None
    for ask in f.asks:
        if last is None or _begins(ask, last, o, scene):
            firsts.append(ask)
        last = ask
    return [turn for ask in firsts if (turn := _turn(ask, o))]


def _begins(ask: Ask, last: Ask, o: Options, scene: Scene) -> bool:
    if o.per == "message" or ask.reply_at != last.reply_at or ask.stage != last.stage:
        return True
    if o.transfer == "unanswered" and ask.holder != last.holder:
        return True
    return o.daily and scene.day(ask.at) != scene.day(last.at)


def _turn(ask: Ask, o: Options) -> Turn | None:
    if ask.at is None:
        return None
    lost = o.transfer == "unanswered" and ask.left
    seconds = None if lost else ask.seconds(handover=o.clock == "handover")
    kept = ask.ran_out_handed if o.clock == "handover" else ask.ran_out
    return Turn(ask.at, seconds, ask.holder if o.transfer == "unanswered" else kept, ask.stage, ask.over)


def replies(scene: Scene, o: Options) -> Iterator[Point]:
    """Every turn (or message, or customer a day)."""
    for f in scene.chats():
        for n, turn in enumerate(turns(f, o, scene)):
            unit = (f.person, str(scene.day(turn.at))) if o.per == "person_day" else (f.conversation, f"{n:06}")
            yield from _points(f, turn, unit, o, scene)


def first_replies(scene: Scene, o: Options) -> Iterator[Point]:
    """The first turn of every session."""
    for f in scene.chats():
        found = turns(f, o, scene)
        for n, turn in enumerate(found):
            begins = n == 0 or (o.session_gap and turn.stage != found[n - 1].stage)
            if begins and not (o.session_gap and _continues(turn.at, f, o, scene)):
                yield from _points(f, turn, (f.conversation, f"{n:06}"), o, scene)


def _continues(at: datetime, f: Facts, o: Options, scene: Scene) -> bool:
    """The customer came back so soon after a close that the platform sees one session."""
    gap = timedelta(seconds=o.session_gap)
    return any(timedelta() <= at - close <= gap for other in scene.known[f.person] for close in other.closes)


def _points(f: Facts, turn: Turn, unit: tuple[object, str], o: Options, scene: Scene) -> Iterator[Point]:
    if not scene.inside(turn.at, o.window):
        return
    if turn.seconds is None and turn.over and f.said and o.unanswered == "pending":
        return  # a thanks at the end; where no human said anything the wait is told as pending
    agents = (turn.holder,) if turn.holder else ()
    yield Point(unit, agents, _value(turn, o, scene), f.conversation, turn.at)


def _value(turn: Turn, o: Options, scene: Scene) -> float | None:
    if turn.seconds is not None:
        return float(turn.seconds <= o.within) if o.within else min(turn.seconds, o.cap or turn.seconds)
    if o.unanswered == "pending":
        return None
    limit = timedelta(seconds=o.within if o.unanswered == "late" else o.cap)
    if scene.as_of < turn.at + limit and not scene.day_over(turn.at):
        return None
    return 0.0 if o.unanswered == "late" else o.cap
