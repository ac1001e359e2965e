"""The day's key samples: filled by themselves as conversations end, shown to whoever may review them, and counted."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers import disclosed, looks, permissions
from handlers.context import Context
from handlers.people import Person
from rules import review
from rules.model import Signals, Speaker
from rules.review import Misses
from storage import conversations, reviews
from storage.conversations import Stored
from storage.db import Tx
from storage.reviews import Coverage, Sample, Span

QUIET = timedelta(minutes=10)  # nobody has spoken for so long: it can be judged
STILL_FILLED = timedelta(hours=1)  # after midnight, for what ended just before
MOST_DOUBTED, MOST_RISKY, MOST_STARRY = 10, 20, 10
STARRY = 0.5
UNREAD = Signals("text")


@dataclass(frozen=True, slots=True)
class Progress:
    day: date
    coverage: Coverage
    misses: Misses
    left: int
    done: int


def work(ctx: Context) -> int:
    """Put what ended into the queue; how many were new."""
    today = ctx.now().astimezone(ctx.zone).date()
    days = [today]
    if ctx.now() - span_of(ctx, today).start < STILL_FILLED:
        days.insert(0, today - timedelta(days=1))
    return sum(_fill(ctx, day) for day in days)


def _fill(ctx: Context, day: date) -> int:
    span = span_of(ctx, day)
    with ctx.store.read() as tx:
        chance = reviews.chance_of(tx, span.day) or review.chance(
            reviews.volume(tx, span.start - timedelta(days=1), span.start)
        )
        rows = list(_new(ctx, tx, span, chance))
    if not rows:
        return 0

    def job(tx: Tx) -> int:
        return reviews.add(tx, rows) if reviews.fix_chance(tx, span.day, chance) == chance else 0

    return ctx.store.transact(job)


def _new(ctx: Context, tx: Tx, span: Span, chance: float) -> Iterator[dict[str, object]]:
    """Who is drawn is drawn, however telling their scores are."""
    since, base = ctx.now() - QUIET, {"day": span.day, "sampled_at": ctx.now()}
    over = reviews.over(tx, span, since)
    lot = {id_ for id_, _, _ in over if review.drawn(span.day, id_, chance)}
    for id_, team, risk in over:
        if id_ in lot:
            yield {**base, "conversation": id_, "team": team, "why": "random", "score": risk, "chance": chance}
    fresh = {id_ for id_, _, _ in over} - lot
    chosen = {
        "doubt": reviews.doubted(tx, span, since, MOST_DOUBTED),
        "risk": reviews.telling(tx, span, since, "risk", ctx.policy.yellow_risk, MOST_RISKY),
        "star": reviews.telling(tx, span, since, "star", STARRY, MOST_STARRY),
    }
    for why, rows in chosen.items():
        for id_, team, score in rows:
            if id_ in fresh:
                fresh.discard(id_)
                yield {**base, "conversation": id_, "team": team, "why": why, "score": score}


def span_of(ctx: Context, day: date) -> Span:
    start = datetime.combine(day, time(), ctx.zone)
    return Span(day.isoformat(), start, datetime.combine(day + timedelta(days=1), time(), ctx.zone))


def today(ctx: Context) -> date:
    return ctx.now().astimezone(ctx.zone).date()


def team_of(person: Person) -> str:
    """A lead reviews their own team; QA and admins all of them."""
    return person.team if person.role == "lead" else ""


def queue(ctx: Context, tx: Tx, person: Person, day: date) -> list[Sample]:
    """All they may review, reviewed or not, in the order they are best looked at."""
    samples = reviews.of_day(tx, day.isoformat(), team_of(person))
    stored = conversations.load(tx, [one.conversation for one in samples], _unread)
    mine = [one for one in samples if one.conversation in stored and may(ctx, tx, person, stored[one.conversation])]
    return review.order({why: [one for one in mine if one.why == why] for why in review.PATTERN})


def may(ctx: Context, tx: Tx, person: Person, stored: Stored) -> bool:
    """Who may read it, it is not their own, and its agents know that somebody may."""
    staff = looks.staff(ctx, stored)
    if person.name in staff.names or staff.unknown or permissions.refusal(person, "review", permissions.Matter()):
        return False
    if permissions.refusal(person, "view", looks.matter(ctx, stored)):
        return False
    return not disclosed.untold(ctx, tx, staff.names)


def progress(ctx: Context, tx: Tx, person: Person, samples: list[Sample], day: date) -> Progress:
    coverage = reviews.coverage(tx, span_of(ctx, day), team_of(person))
    misses = review.misses(coverage.missed, coverage.drawn, coverage.silent)
    done = sum(bool(one.verdict) for one in samples)
    return Progress(day, coverage, misses, len(samples) - done, done)


def next_open(samples: list[Sample], after: int = 0) -> Sample | None:
    """The next nobody has reviewed, behind this one first."""
    place = next((n + 1 for n, one in enumerate(samples) if one.id == after), 0)
    return next((one for one in (*samples[place:], *samples[:place]) if not one.verdict), None)


def _unread(kept: str, said: str, speaker: Speaker) -> Signals:
    return UNREAD
