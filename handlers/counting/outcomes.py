"""Outcomes rolled up: each day's conversations looked at again when something about them may have become known."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import partial
from itertools import groupby, permutations
from operator import itemgetter

import structlog

from handlers import due
from handlers.cards.words import clean
from handlers.context import Context
from handlers.counting import again, bindings, labels
from rules import outcomes, reasons, talk_tracks
from rules.binding import Bindings
from rules.events import Reviewed
from rules.model import Conversation, Order, Signals, Speaker
from rules.outcomes import Counts, Customer
from rules.privacy import quote
from rules.talk_tracks import Track
from storage import conversations
from storage import outcomes as records
from storage.db import Tx
from storage.outcomes import Told

log = structlog.get_logger()

AT = time(2, 23)  # at night; never on the whole or half hour
AGES = (1, 2, 4, 8, 16, 31, 61, 91)  # days after which more is known
CHUNK = 300
EXAMPLES = 3  # of a talk-track and day, no two in the same words
PLAIN = Signals("text")
REVIEWING = frozenset("评返晒星赞亮心")  # letters without which nobody asks for a review


@dataclass(slots=True)
class Day:
    """One day while it is added up."""

    rows: dict[str, Told] = field(default_factory=dict)

    def count(self, source: str, key: str, counts: Counts) -> None:
        for figure, accounts in counts.items():
            for account, more in accounts.items():
                told = self.rows.setdefault(f"{source}:{account}", {})
                _add(told.setdefault(figure, {}), key, more)

    def use(self, track: Track, key: str, more: Sequence[float], example: Sequence[str], holder: str) -> None:
        """`example`: conversation and masked words, where it was said; `holder`: the account that spoke last."""
        side = track_side(track.id, used=bool(example))
        _add(self.rows.setdefault(holder, {}).setdefault(side, {}), key, more)
        told = self._track(track)
        _add(told["with" if example else "without"], key, more)
        if example and more[1] >= 1 and all(example[1] != words for _, words, _ in told["examples"]):
            told["examples"] = sorted([*told["examples"], [*example, key]], key=easy)[:EXAMPLES]

    def use_alone(self, track: Track, other: Track, key: str, more: Sequence[float]) -> None:
        """It was said where the other one could have been, and was not."""
        _add(self._track(track)["alone"].setdefault(other.id, {}), key, more)

    def _track(self, track: Track) -> Told:
        return self.rows.setdefault(f"~{track.id}", {"with": {}, "without": {}, "alone": {}, "examples": []})


@dataclass(frozen=True, slots=True)
class Reading:
    """One helpdesk's customers while its day is read."""

    source: str
    known: Bindings
    orders: Mapping[str, Sequence[Order]]
    reviews: Mapping[str, Sequence[Reviewed]]
    talks: Mapping[str, Sequence[Conversation]]  # by customer, of about that time

    def customer(self, c: Conversation) -> Customer:
        talks = [talk for talk in self.talks.get(c.customer_id, ()) if talk.id != c.id]
        return Customer((c, *talks), self.orders.get(c.customer_id, ()), self.reviews.get(c.customer_id, ()))


def look(ctx: Context) -> int:
    """Days of which something was told late; at night, each day of an age at which more is known, once; how many."""
    done = again.catch_up(ctx, again.OUTCOMES, roll_up)
    local = ctx.now().astimezone(ctx.zone)
    tonight = due.daily(ctx, AT)
    if local < tonight:
        return done
    for age in _ages(ctx):
        if due.waits(ctx, f"outcomes:{age}", tonight):
            day = local.date() - timedelta(days=age)
            rows = _counted(ctx, day)
            done += due.once(ctx, f"outcomes:{age}", tonight, partial(_keep, ctx, day, rows))
    return done


def _ages(ctx: Context) -> Sequence[int]:
    with ctx.store.read() as tx:
        return AGES if records.any_orders(tx) else AGES[:1]  # without orders nothing more becomes known


def roll_up(ctx: Context, day: date) -> None:
    """Count a day anew."""
    ctx.store.transact(partial(_keep, ctx, day, _counted(ctx, day)))


def _keep(ctx: Context, day: date, rows: Mapping[str, Told], tx: Tx) -> int:
    """The number of days: one."""
    records.put(tx, day, rows, ctx.now())
    return 1


def _counted(ctx: Context, day: date) -> Mapping[str, Told]:
    start = datetime.combine(day, time(), ctx.zone)
    end = datetime.combine(day + timedelta(days=1), time(), ctx.zone)
    counted, done = Day(), 0
    with ctx.store.read() as tx:
        known = bindings.of(ctx, tx)
        for source, found in groupby(records.began(tx, start, end), itemgetter(0)):
            ids = [id_ for _, id_ in found]
            for begins in range(0, len(ids), CHUNK):
                done += _chunk(ctx, tx, counted, (source, known), ids[begins : begins + CHUNK])
    log.info("outcomes_counted", day=day.isoformat(), conversations=done)
    return counted.rows


def _chunk(ctx: Context, tx: Tx, day: Day, about: tuple[str, Bindings], ids: Sequence[str]) -> int:
    source, known = about
    talks = _load(ctx, tx, source, known, ids)
    reading = _reading(ctx, tx, source, known, talks)
    marked = labels.marks(ctx, tx, ids)
    for c in talks:
        label = labels.label(c, marked.get(c.id, ()))
        if label.counts:
            counts = outcomes.counts(c, reading.customer(c), ctx.outcomes, ctx.now())
            key = f"{label.reason}/{label.difficulty}"
            day.count(source, key, counts)
            _tracks(ctx, day, c, (source, key), counts)
    return len(talks)


def _load(ctx: Context, tx: Tx, source: str, known: Bindings, ids: Sequence[str]) -> list[Conversation]:
    def recall(kept: str, said: str, speaker: Speaker) -> Signals:
        asks = speaker is Speaker.AGENT and not REVIEWING.isdisjoint(said)
        return ctx.engine.recalled(kept, said, speaker) if asks else PLAIN

    stored = conversations.load(tx, ids, recall)
    return [bindings.by_shift(ctx, known, source, one.conversation) for one in stored.values()]


def _reading(ctx: Context, tx: Tx, source: str, known: Bindings, talks: Sequence[Conversation]) -> Reading:
    """Other conversations are read only of customers who bought."""
    customers = [c.customer_id for c in talks]
    orders, reviews = records.orders(tx, source, customers), records.reviews(tx, source, customers)
    days = timedelta(days=max(ctx.outcomes.cross_days, ctx.outcomes.review_days, 3))
    times = [m.at for c in talks for m in c.messages if m.at]
    beside: dict[str, list[Conversation]] = {}
    if orders and times:
        ids = records.of_customers(tx, source, [*orders], min(times) - days, max(times) + days)
        for begins in range(0, len(ids), CHUNK):
            for c in _load(ctx, tx, source, known, ids[begins : begins + CHUNK]):
                beside.setdefault(c.customer_id, []).append(c)
    return Reading(source, known, orders, reviews, beside)


def track_side(track: str, *, used: bool) -> str:
    """Under which an account's conversations with it, or without it, are counted."""
    return f"~{track}/{'with' if used else 'without'}"


def _tracks(ctx: Context, day: Day, c: Conversation, about: tuple[str, str], counts: Counts) -> None:
    source, key = about
    reason = reasons.reason(c)
    fits: list[tuple[Track, tuple[float, float], bool]] = []
    for track in ctx.talk_tracks:
        begins = track.situation(c, reason)
        spoke = outcomes.spoken(c)
        if begins is None or not spoke:
            continue
        value = _goal(ctx, track, c, counts)
        if value is not None:
            said = track.used(c.messages[begins:])
            example = (c.id, quote(clean(said.text), 60)) if said else ()
            day.use(track, key, value, example, f"{source}:{spoke[-1][1]}")
            fits.append((track, value, bool(said)))
    for (track, value, said_it), (other, _, said_other) in permutations(fits, 2):
        if said_it and not said_other and track.goal == other.goal:
            day.use_alone(track, other, key, value)


def easy(example: Sequence[str]) -> bool:
    """What turned a hard case is the better example, and stands first."""
    return not example[2].endswith("/hard")


def _goal(ctx: Context, track: Track, c: Conversation, counts: Counts) -> tuple[float, float] | None:
    """(1, good) of the conversation; None while it is not known."""
    if track.goal == talk_tracks.CALMED:
        return 1.0, float(talk_tracks.calmed(c, lambda said: ctx.engine.signals(said, Speaker.CUSTOMER).dissatisfied))
    told = counts.get(track.goal)
    return None if told is None else (1.0, min(1.0, sum(good for _, good in told.values())))


def _add(into: dict[str, list[float]], key: str, more: Sequence[float]) -> None:
    cell = into.setdefault(key, [0.0, 0.0])
    cell[0], cell[1] = round(cell[0] + more[0], 6), round(cell[1] + more[1], 6)


def of_people(ctx: Context, tx: Tx, names: Sequence[str], since: date, until: date) -> Iterator[tuple[str, str, Told]]:
    """(person, day, told), each account with whom it was that day."""
    known, wanted = bindings.of(ctx, tx), set(names)
    keys = sorted({key for name in wanted for key in known.keys(name)})
    for account, day, told in records.read(tx, keys, since, until):
        if (who := known.person(account, day)) in wanted:
            yield who, day, told
