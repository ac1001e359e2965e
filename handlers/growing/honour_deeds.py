"""What honours are measured by: each conversation of a span with its proof, as days and reviewers know it."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from handlers.context import Context
from handlers.counting import bindings
from rules.honours import Deed
from rules.model import Conversation, Speaker
from storage import conversations, figure_cells
from storage import honours as records
from storage.db import Tx

LATER = timedelta(days=4)  # after the last day: ratings, verdicts and the 72 hours of 一次解决
CHUNK = 500
PRAISE = ("star_praise", "star_praise_letter")
ASKING = frozenset({"ask_review", "cash_for_review", "change_review"})  # keyword sets of the packs


@dataclass(frozen=True, slots=True)
class Proof:
    excellent: frozenset[str]
    saved: frozenset[str]
    praised: frozenset[str]


def proof(ctx: Context, tx: Tx, since: date, until: date) -> Proof:
    begins = datetime.combine(since, time(), ctx.zone)
    ends = datetime.combine(until + timedelta(days=1), time(), ctx.zone) + LATER
    top = ctx.policy.high_rating
    praised, rated = records.praised(tx, PRAISE, begins, ends), records.top_rated(tx, begins, ends, top)
    own = set(unsolicited(ctx, tx, sorted(praised | rated), praised))
    return Proof(
        frozenset(records.excellent(tx, begins, ends, top)), frozenset(records.saved(tx, begins, ends)), frozenset(own)
    )


def of(ctx: Context, tx: Tx, names: Iterable[str], since: date, until: date, known: Proof) -> list[Deed]:
    """Every conversation of these people that counts; abuse and malice are left out already."""
    bound, wanted = bindings.of(ctx, tx), set(names)
    keys = sorted({key for name in wanted for key in bound.keys(name)})
    found = []
    for account, day, told in figure_cells.trail(tx, keys, since, until):
        who = bound.person(account, day)
        if who in wanted:
            found += [_deed(who, one, known) for one in told]
    return found


def unsolicited(ctx: Context, tx: Tx, ids: Sequence[str], praised: Collection[str]) -> Iterator[str]:
    """Praise in words unless an agent asked for a good review, and ratings that nobody had invited to."""
    recall = ctx.engine.recalled
    for begins in range(0, len(ids), CHUNK):
        stored = conversations.load(tx, ids[begins : begins + CHUNK], recall)
        for id_, one in stored.items():
            if not asks(one.conversation) and (id_ in praised or not one.conversation.invited):
                yield id_


def asks(c: Conversation) -> bool:
    said = zip(c.messages, c.signals, strict=False)
    return any(term in ASKING for m, s in said if m.speaker is Speaker.AGENT for term, _, _ in s.terms)


def _deed(who: str, told: Sequence[object], known: Proof) -> Deed:
    id_, reason, difficulty, values = told
    given = {**values} if isinstance(values, dict) else {}
    good = {"excellent": float(id_ in known.excellent), "praised": float(id_ in known.praised)}
    if id_ in known.saved:
        good["solved"] = 1.0
    elif "solved" in given:
        good["solved"] = given["solved"]
    good |= {name: given[measure] for name, measure in (("satisfied", "csat"), ("calm", "calm")) if measure in given}
    return Deed(who, str(reason), str(difficulty), good)
