"""From the inbox to decisions: conversations with news are screened whole, and what follows is settled.

On SQLite everybody waits for the one writer, so looks are made beside it, from a reader's snapshot, and written in
small parts. PostgreSQL's processes share the work, so there the rows are claimed first and all is one transaction.
Either way only what still is as it was loaded is written; the rest waits for the next round.
"""

import threading
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import partial

import structlog

from handlers import news, settle
from handlers.context import Context
from handlers.news import News
from handlers.recent import Recent
from storage import alerts, conversations, findings, inbox, rule_changes
from storage.conversations import Kept
from storage.db import Tx, Unavailable
from storage.inbox import NewRow, Waiting

log = structlog.get_logger()

PAST = timedelta(days=1)  # an imported conversation whose last word is older calls nobody
LOOK_LATER = timedelta(minutes=5)  # for one that cannot be looked at
ROUND = 1000  # conversations, at most, before what came meanwhile is asked for
BATCH = {"sqlite": 100, "postgresql": 30}  # conversations loaded together; PostgreSQL holds them that long
LOUD = 20  # to write what speaks takes as long as to write so many that say nothing
TURN = threading.Lock()  # two threads would look at the same conversations
RECENT = Recent()  # under the same lock


class Changed(Exception):
    """Somebody has heard the same news meanwhile."""


@dataclass(frozen=True, slots=True)
class Draft:
    """What is to be written about a conversation."""

    key: str  # "" for orders and reviews, which belong to none
    news: News
    kept: Kept | None
    known: settle.Known  # what stood before
    past: bool = False  # it is kept and counted, and nobody is called


def work(ctx: Context) -> int:
    """Take all that waits, oldest first, and what asked to be looked at again; the number of conversations settled."""
    settled, size = 0, BATCH[ctx.store.dialect]
    with TURN:
        while keys := _keys(ctx):
            parts = [keys[i : i + size] for i in range(0, len(keys), size)]
            done = sum(_batch(replace(ctx, engine=ctx.engine.held()), part) for part in parts)
            settled += done
            if not done or len(keys) < ROUND:
                break
    return settled


def _keys(ctx: Context) -> list[str]:
    """One list for a whole round: who writes again while it goes on is looked at in the next, and not at once."""
    with ctx.store.read() as tx:
        named, due = inbox.waiting_conversations(tx, ROUND), conversations.due(tx, ctx.now(), ROUND)
    return list(dict.fromkeys((*named, *due)))[:ROUND]


def _batch(ctx: Context, keys: Sequence[str]) -> int:
    bad: list[str] = []  # those that must be tried each by itself
    with ctx.store.read() as tx:
        ctx = replace(ctx, policy=rule_changes.into(tx, ctx.policy))
        if ctx.store.dialect == "sqlite":
            drafts = _drafts(ctx, tx, keys, bad)
        else:
            news.read_ahead(ctx.engine, inbox.rows_of(tx, keys))
    if ctx.store.dialect == "sqlite":
        parts = _parts(drafts, ctx.part)
        done = sum(_tried(ctx, partial(_write, ctx, drafts=part), [d.key for d in part], bad) for part in parts)
    else:
        done = _tried(ctx, partial(_take, ctx, keys=keys), keys, bad)
    return done + sum(_alone(ctx, key) for key in dict.fromkeys(bad))


def _parts(drafts: Sequence[Draft], longest: int) -> list[list[Draft]]:
    """In the same order, each about as long to write as so many conversations that say nothing."""
    parts: list[list[Draft]] = []
    left = 0
    for draft in drafts:
        if left <= 0:
            parts.append([])
            left = longest
        parts[-1].append(draft)
        left -= LOUD if _speaks(draft) else 1
    return parts


def _speaks(draft: Draft) -> bool:
    """Whether there was or is something that may call somebody."""
    found = draft.kept.screening.findings if draft.kept else ()
    return any(finding.severity for finding in (*found, *draft.known.values()))


def _tried(ctx: Context, write: Callable[[Tx], list[Draft]], keys: Sequence[str], bad: list[str]) -> int:
    """How many were written in one transaction; when it fails, all of them are tried alone."""
    try:
        written = ctx.store.transact(write)
    except Unavailable:
        raise
    except Exception:
        log.exception("intake_batch_failed")
        bad += keys
        return 0
    RECENT.written(draft.kept for draft in written if draft.kept)
    return len(written)


def _take(ctx: Context, tx: Tx, keys: Sequence[str]) -> list[Draft]:
    return _write(ctx, tx, _drafts(ctx, tx, inbox.claim(tx, keys)))


def _alone(ctx: Context, key: str) -> int:
    """One conversation in a transaction of its own, so that a poisonous event holds up nobody else."""
    try:
        return len(ctx.store.transact(lambda tx: _write(ctx, tx, _drafts(ctx, tx, [key]))))
    except Unavailable:
        raise
    except Exception as error:
        why = type(error).__name__
        log.exception("intake_failed", conversation=key)
        ctx.store.transact(lambda tx: _give_back(ctx, tx, key, why))
        return 0


def _give_back(ctx: Context, tx: Tx, key: str, why: str) -> None:
    """Its news is tried again a few times, its look later: nobody else shall wait for it."""
    for row in inbox.rows_of(tx, [key]):
        inbox.failed(tx, row.id, why, ctx.now())
    conversations.look_later(tx, key, ctx.now() + LOOK_LATER)


def _drafts(ctx: Context, tx: Tx, keys: Sequence[str], bad: list[str] | None = None) -> list[Draft]:
    """Look at those with news and those that are due. What fails is put among the `bad`, or raised."""
    rows = inbox.rows_of(tx, keys)
    due = {*conversations.due(tx, ctx.now(), ROUND)} & {*keys}
    told = _gathered(ctx, rows, inbox.unseen(tx, [row.key for row in rows]), bad)
    names = sorted({*told, *due} - {"", *(bad or ())})
    said = {key: told[key].said for key in names if key in told}
    loaded = conversations.load(tx, names, ctx.engine.recalled, said, RECENT.known(ctx.engine))
    known = findings.standing(tx, names)
    made = [Draft("", told[""], None, {})] if "" in told else []
    for key in loaded:
        new = told.get(key) or News(())
        with _spared(key, bad):
            made.append(Draft(key, new, settle.look(ctx, news.merge(loaded[key], new)), known.get(key, {})))
    return made


def _gathered(ctx: Context, rows: Sequence[Waiting], unseen: Collection[str], bad: list[str] | None) -> dict[str, News]:
    by_key: dict[str, list[Waiting]] = defaultdict(list)
    for row in rows:
        by_key[row.conversation].append(row)
    told: dict[str, News] = {}
    for key, waiting in by_key.items():
        with _spared(key, bad):
            told[key] = news.gather(ctx.engine, waiting, unseen)
    return told


@contextmanager
def _spared(key: str, bad: list[str] | None) -> Iterator[None]:
    try:
        yield
    except Exception:
        if bad is None:
            raise
        bad.append(key)


def _write(ctx: Context, tx: Tx, drafts: Sequence[Draft]) -> list[Draft]:
    """Write, and return, what still is as it was when it was looked at."""
    held = conversations.hold(tx, [draft.kept.stored for draft in drafts if draft.kept])
    drafts = [draft for draft in drafts if draft.key in held or not draft.kept]
    fresh = inbox.fresh(tx, [row.key for draft in drafts for row in draft.news.rows], ctx.now())
    if any(draft.kept and not draft.news.fresh <= fresh for draft in drafts):
        raise Changed
    conversations.add(tx, {draft.key: draft.news.said for draft in drafts if draft.kept})
    for draft in drafts:
        news.put_orders(ctx, tx, draft.news, fresh)
    _settle(ctx, tx, drafts)
    inbox.done(tx, [row.id for draft in drafts for row in draft.news.rows], ctx.now())
    return drafts


def take_past(ctx: Context, rows: Sequence[NewRow]) -> list[str]:
    """What a file tells of the past: the conversations that were kept without calling anybody.

    Those that still go on, or have an alert that does, wait in the inbox as all news. It is one transaction, so that
    nobody else takes them for news meanwhile. Raises Changed when somebody is at one of them.
    """
    return ctx.store.transact(lambda tx: _take_past(ctx, tx, rows))


def _take_past(ctx: Context, tx: Tx, rows: Sequence[NewRow]) -> list[str]:
    ctx = replace(ctx, policy=rule_changes.into(tx, ctx.policy))
    unseen = inbox.unseen(tx, [row.key for row in rows])
    fresh = [row for row in rows if row.key in unseen]
    names = dict.fromkeys(row.conversation for row in fresh)
    busy = {row.conversation for row in inbox.rows_of(tx, names)}
    busy |= {conversation for (conversation, _), alert in alerts.latest(tx, [*names]).items() if not alert.closed_at}
    inbox.add(tx, fresh)
    drafts = [_as_past(ctx, draft) for draft in _drafts(ctx, tx, [name for name in names if name not in busy])]
    past = [draft for draft in drafts if draft.past or not draft.kept]
    if len(_write(ctx, tx, past)) < len(past):
        raise Changed
    return [draft.key for draft in past if draft.kept]


def _as_past(ctx: Context, draft: Draft) -> Draft:
    """Looked at as it stood when the last word was said, and not again by itself."""
    said = draft.kept.stored.conversation.messages if draft.kept else ()
    last = said[-1].at if said else None
    if draft.kept is None or last is None or ctx.now() - last < PAST:
        return draft
    stored = draft.kept.stored
    screening = ctx.engine.screen(stored.conversation, ctx.policy, last)
    screening = replace(screening, look_again_at=stored.look_again_at)
    return replace(draft, kept=replace(draft.kept, screening=screening), past=True)


def _settle(ctx: Context, tx: Tx, drafts: Sequence[Draft]) -> None:
    """Alerts are read here and not before, because people press at any time."""
    kept = {draft.key: draft.kept for draft in drafts if draft.kept}
    last = alerts.latest(tx, list(kept))
    known = {draft.key: draft.known for draft in drafts}
    past = {draft.key for draft in drafts if draft.past}
    found = {key: one.screening.findings for key, one in kept.items() if key not in past}
    findings.settle(tx, found, known, ctx.now(), ctx.engine.model)
    for key, one in kept.items():
        if key in past:
            _record(ctx, tx, one, known)
        else:
            settle.follow(ctx, tx, one, last, known[key])
    conversations.keep(tx, list(kept.values()))


def _record(ctx: Context, tx: Tx, past: Kept, known: findings.Stood) -> None:
    """Found then, not now: no morning tells it as news."""
    c = past.stored.conversation
    at = c.messages[-1].at or ctx.now()
    findings.settle(tx, {c.id: past.screening.findings}, known, at, ctx.engine.model)
