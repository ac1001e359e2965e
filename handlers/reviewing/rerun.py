"""The past once more under other rules: what would be added, what would disappear, and what people had said of it."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from handlers.context import Engine
from rules import rerun as rerunning
from rules import scope as scopes
from rules.difference import Difference, Example
from rules.model import Conversation, Kind
from rules.policy import Policy
from rules.rerun import Change, Fate, Lens
from rules.scope import Scope, Side
from storage import conversations, past
from storage.conversations import Stored
from storage.db import Store
from storage.past import Reviewed

PAGE = 200
Progress = Callable[[int, int], None]  # conversations done, of how many


@dataclass(frozen=True, slots=True)
class Work:
    """What stays the same from page to page."""

    engines: tuple[Engine, Engine]
    lenses: tuple[Lens, Lens]
    scope: Scope
    difference: Difference


def rerun(
    store: Store,
    engines: tuple[Engine, Engine],
    policies: tuple[Policy, Policy],
    since: datetime,
    until: datetime,
    tell: Progress = lambda done, total: None,
) -> Difference:
    """`engines` and `policies`: the old and the new. Reads only; each page is read by itself, so that nobody waits."""
    held = (engines[0].held(), engines[1].held())
    sides = [Side(e.packs, policy, e.rate, e.model) for e, policy in zip(held, policies, strict=True)]
    scope = scopes.between(*sides)
    lenses = rerunning.lens(sides[0], scope), rerunning.lens(sides[1], scope)
    work = Work(held, lenses, scope, Difference(since, until))
    with store.read() as tx:
        total = past.size(tx, since, until)
    for stored in _pages(store, held[0], since, until):
        changes = [(one, _compare(work, one)) for one in stored]
        _count(store, work, changes)
        tell(work.difference.conversations, total)
    return work.difference


def _pages(store: Store, engine: Engine, since: datetime, until: datetime) -> Iterator[Sequence[Stored]]:
    after = ""
    while True:
        with store.read() as tx:
            ids = past.page(tx, after, since, until, PAGE)
            stored = conversations.load(tx, ids, engine.recalled) if ids else {}
        if not ids:
            return
        after = ids[-1]
        yield list(stored.values())


def _compare(work: Work, stored: Stored) -> list[Change]:
    difference, conversation = work.difference, stored.conversation
    difference.conversations += 1
    difference.messages += len(conversation.messages)
    if not work.scope.rules and not work.scope.checks:
        return []
    both = (conversation, _reread(work, conversation))
    return rerunning.compare(*work.lenses, both, work.scope, difference.until)


def _reread(work: Work, conversation: Conversation) -> Conversation:
    """With the signals of the new side; only the parts that differ are read from the texts."""
    old, new = work.engines
    was = old.packs.versions
    if was == new.packs.versions:
        return conversation
    pairs = zip(conversation.messages, conversation.signals, strict=True)
    return replace(conversation, signals=tuple(new.reread(s, was, m.text, m.speaker) for m, s in pairs))


def _count(store: Store, work: Work, page: Sequence[tuple[Stored, list[Change]]]) -> None:
    touched = [(stored, changes) for stored, changes in page if changes or work.scope.calls]
    if not touched:
        return
    with store.read() as tx:
        reviews = past.reviews(tx, [stored.conversation.id for stored, _ in touched])
    for stored, changes in touched:
        reviewed = reviews[stored.conversation.id]
        work.difference.touched += bool(changes)
        for change in changes:
            verdict = reviewed.verdict(change.rule, change.finding.kind)
            work.difference.piles[change.fate].add(Example(change, stored.conversation.id, stored.link, verdict))
        kinds = {change.finding.kind for change in changes} | ({Kind.RISK} if work.scope.calls else set())
        for kind in kinds:
            _count_calls(work, stored.conversation, [c for c in changes if c.finding.kind is kind], kind, reviewed)


def _count_calls(
    work: Work, conversation: Conversation, changes: Sequence[Change], kind: Kind, reviewed: Reviewed
) -> None:
    """What really called somebody is known; what would have is found out. More findings never call fewer people."""
    more = not work.scope.calls and all(c.fate in (Fate.ADDED, Fate.LOUDER) for c in changes)
    fewer = not work.scope.calls and all(c.fate in (Fate.REMOVED, Fate.QUIETER) for c in changes)
    times = sorted({change.at for change in changes})

    def asks(place: int) -> bool:
        one = _reread(work, conversation) if place else conversation
        return rerunning.calls(work.lenses[place].side, one, kind, work.difference.until, times)

    before = after = False
    if not fewer:
        before = kind in reviewed.called or asks(0)
        after = (more and before) or asks(1)
    elif after := asks(1):
        before = True
    else:
        before = kind in reviewed.called or asks(0)
    if before != after:
        work.difference.calls[Fate.ADDED if after else Fate.REMOVED].add(reviewed.kinds.get(kind, ""))
