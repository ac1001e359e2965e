"""The case library: conversations worth learning from, each with its standard wording, found by meaning.

What others build on: `collect` puts a case in, `wordings` gives approved wordings for a talk, `search` finds cases.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, select, update

from rules import search as words_of
from rules.privacy import harmless
from storage.db import insert_ignore
from storage.tables import CASE, CASE_TOKEN, HIGHLIGHT

C, T, H = CASE.c, CASE_TOKEN.c, HIGHLIGHT.c
REVIEW = timedelta(days=90)  # a wording is looked at again
NEAR = 12  # times as many as are shown are looked at for different ones
FEW = 50  # cases are looked at whatever they share
FAINT = 0.2  # of the best one's score: what is further away is left out
COMMON = 0.5  # a token of half the library tells nothing when others tell something
TEXTS = ("title", "before", "after", "turning", "line", "quote", "says")
# What a case is about; how it went on and ended would find it for anything.
WEIGHTS = (("title", 6), ("reason", 2), ("tactic", 2), ("product", 2), ("before", 4), ("says", 1), ("line", 1),
           ("wording", 1))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Told:
    """What a case tells; whoever collects gives what they know, without names, and it is masked here."""

    title: str = ""
    before: str = ""
    after: str = ""
    turning: str = ""
    line: str = ""
    reason: str = ""
    tactic: str = ""
    product: str = ""
    quote: str = ""
    says: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a case comes from; the same key comes in once."""

    key: str  # "star:shop:c1", "saved:shop:c1", "finding:shop:c1", "poll:3"
    kind: str  # star | saved | finding | poll
    conversation: str = ""
    account: str = ""
    team: str = ""
    rule: str = ""
    message: str = ""
    person: str = ""  # only with their consent


@dataclass(frozen=True, slots=True)
class Case:
    id: int
    key: str
    kind: str
    state: str
    conversation: str
    account: str
    person: str
    team: str
    rule: str
    message: str
    found_at: datetime
    told: Told
    wording: str  # approved; empty: none yet
    version: int
    owner: str
    review_at: datetime | None
    collected_by: str
    collected_at: datetime | None

    @property
    def code(self) -> str:
        return f"S{self.id}"

    @property
    def best(self) -> str:
        """What can be copied: the approved wording, else the line as it was said."""
        return self.wording or self.told.line


@dataclass(frozen=True, slots=True)
class Filter:
    """Which cases are looked at; an empty field asks nothing."""

    reason: str = ""
    tactic: str = ""
    product: str = ""
    kind: str = ""
    approved: bool = False  # only those with an approved wording

    def clauses(self) -> list[Any]:
        chosen = [
            C[name] == getattr(self, name) for name in ("reason", "tactic", "product", "kind") if getattr(self, name)
        ]
        return [C.state == "collected", *chosen, *([C.version > 0] if self.approved else [])]


EVERYTHING = Filter()
NAMES = tuple(f.name for f in fields(Told))
# Built once: building a statement costs more than running it.
GET = select(CASE).where(C.id == bindparam("id"))
KNOWN = select(C.id).where(C.key == bindparam("key"))
# What its agent was asked about and did not agree to, or took back.
PRIVATE = select(H.case).where(H.state.in_(("asked", "private", "withdrawn")))


@lru_cache(64)
def _newest(only: Filter) -> Select[Any]:
    chosen = select(CASE).where(*only.clauses())
    return chosen.order_by(C.collected_at.desc(), C.id.desc()).limit(bindparam("most"))


def note(tx: Connection, source: Source, told: Told, now: datetime) -> int | None:
    """Found, not yet in the library; its number, or None when it was known."""
    blank = {"state": "found", "wording": "", "version": 0, "owner": "", "collected_by": "", "length": 0}
    row = {**asdict(source), **_masked(told), **blank, "found_at": now}
    number: int | None = tx.scalar(insert_ignore(tx, CASE, C.id), row)
    return number


def known(tx: Connection, key: str) -> bool:
    """Whether it was noted before."""
    return tx.scalar(KNOWN, {"key": key}) is not None


def collect(tx: Connection, source: Source, told: Told, by: str, now: datetime) -> int:
    """Into the library, where search finds it; the number of the case, also when it was there before."""
    number = note(tx, source, told, now) or tx.scalar(KNOWN, {"key": source.key})
    assert number is not None  # noqa: S101 - it was noted just now, or before
    take_in(tx, number, by, now)
    return number


def take_in(tx: Connection, case: int, by: str, now: datetime, before: str = "found") -> bool:
    """A case that was found, or retired, joins the library; False when it was not, or its agent keeps it private."""
    values = {"state": "collected", "collected_by": by, "collected_at": now, "owner": by, "review_at": now + REVIEW}
    waits = (C.id == case, C.state == before, C.id.not_in(PRIVATE))
    done = tx.execute(update(CASE).where(*waits).values(values)).rowcount == 1
    if done:
        index(tx, case)
    return done


def private(tx: Connection, case: int) -> bool:
    """Its agent did not agree to show it, or was not heard yet."""
    return tx.scalar(PRIVATE.where(H.case == case)) is not None


def take_out(tx: Connection, case: int, state: str) -> None:
    """retired: served its time · withdrawn: somebody did not want it · found: its agent keeps it to themselves."""
    tx.execute(update(CASE).where(C.id == case).values(state=state))
    tx.execute(delete(CASE_TOKEN).where(T.case == case))


def describe(tx: Connection, case: int, told: Mapping[str, str]) -> None:
    """Say some of it in other words: names of `Told`."""
    tx.execute(update(CASE).where(C.id == case).values(_masked(told)))
    index(tx, case)


def name(tx: Connection, case: int, person: str) -> None:
    """Whose doing it was, while they like to be named; else nobody."""
    tx.execute(update(CASE).where(C.id == case).values(person=person))


def get(tx: Connection, case: int) -> Case:
    """Raises LookupError."""
    row = tx.execute(GET, {"id": case}).first()
    if row is None:
        raise LookupError(case)
    return _case(row)


def by_key(tx: Connection, key: str) -> Case | None:
    row = tx.execute(select(CASE).where(C.key == key)).first()
    return _case(row) if row is not None else None


def lock(tx: Connection, case: int) -> None:
    """Nobody else changes it before this transaction ends. Raises LookupError."""
    if tx.scalar(select(C.id).where(C.id == case).with_for_update()) is None:
        raise LookupError(case)


def found(tx: Connection, limit: int) -> list[Case]:
    """What could join the library, the newest first; what its agent keeps private does not."""
    return where(tx, C.state == "found", C.id.not_in(PRIVATE), order=(C.id.desc(),), limit=limit)


def collected(tx: Connection, until: datetime, limit: int) -> list[Case]:
    """What stood in the library by then and still does, the newest first."""
    return where(
        tx, C.state == "collected", C.collected_at < until, order=(C.collected_at.desc(), C.id.desc()), limit=limit
    )


def where(tx: Connection, *clauses: Any, order: Sequence[Any] = (), limit: int = 500) -> list[Case]:
    """For the modules of storage: the cases for which all of it holds."""
    return [_case(row) for row in tx.execute(select(CASE).where(*clauses).order_by(*order).limit(limit))]


def of(tx: Connection, conversation: str, kind: str = "star") -> Case | None:
    row = tx.execute(select(CASE).where(C.conversation == conversation, C.kind == kind)).first()
    return _case(row) if row is not None else None


def search(tx: Connection, words: str, limit: int = 3, only: Filter = EVERYTHING) -> list[Case]:
    """The cases nearest in meaning, the best first; without words the newest, for words that tell nothing none."""
    if not words.strip():
        return [_case(row) for row in tx.execute(_newest(only), {"most": limit})]
    wanted = words_of.asked(words)
    if not wanted:
        return []
    near = _in_order(tx, [id_ for id_, _ in _ranked(tx, wanted, only)[: limit * NEAR]])
    return _different(near)[:limit]


def wordings(tx: Connection, words: str, limit: int = 3, *, approved: bool = True) -> tuple[str, ...]:
    """What to say in such a talk, the best first; with `approved` only what QA stands behind.

    Only cases about the same thing: a word in common is not enough, it has to mean something.
    """
    meant = words_of.meant(words)
    best = [id_ for id_, _ in _ranked(tx, meant, Filter(approved=approved))[: limit * 2]] if meant else []
    found = _in_order(tx, best)
    return tuple(dict.fromkeys(case.best for case in found if case.best))[:limit]


def index(tx: Connection, case: int) -> None:
    """Let search find it as it is told now; only what is in the library is found."""
    row = tx.execute(select(CASE).where(C.id == case)).one()
    if row.state != "collected":
        return
    counts = words_of.weighed((getattr(row, name), weight) for name, weight in WEIGHTS if getattr(row, name))
    tx.execute(delete(CASE_TOKEN).where(T.case == case))
    if counts:
        tx.execute(CASE_TOKEN.insert(), [{"token": token, "case": case, "n": n} for token, n in counts.items()])
    tx.execute(update(CASE).where(C.id == case).values(length=sum(counts.values())))


def _ranked(tx: Connection, wanted: Mapping[str, float], only: Filter) -> Sequence[tuple[int, float]]:
    total, mean = tx.execute(select(func.count(), func.avg(C.length)).where(C.state == "collected")).one()
    counted = tx.execute(select(T.token, func.count()).where(T.token.in_(wanted)).group_by(T.token))
    spread: dict[str, int] = {row[0]: row[1] for row in counted}
    telling = [token for token, n in spread.items() if n <= max(COMMON * total, FEW)] or list(spread)
    where = [T.token.in_(telling), *only.clauses()]
    rows = tx.execute(select(T.case, T.token, T.n, C.length).join(CASE, T.case == C.id).where(*where))
    stands: dict[int, tuple[int, dict[str, int]]] = {}
    for case, token, n, length in rows:
        stands.setdefault(case, (length, {}))[1][token] = n
    texts = {case: words_of.Stand(length, counts) for case, (length, counts) in stands.items()}
    ranked = words_of.rank(wanted, texts, total, float(mean or 0), spread)
    least = FAINT * ranked[0][1] if ranked and total > FEW else 0.0
    return [one for one in ranked if one[1] >= least]


def _in_order(tx: Connection, best: Sequence[int]) -> list[Case]:
    found = {row.id: _case(row) for row in tx.execute(select(CASE).where(C.id.in_(best)))}
    return [found[id_] for id_ in best]


def _different(near: Sequence[Case]) -> list[Case]:
    """Of cases that tell nearly the same only the best."""
    chosen: list[Case] = []
    for case in near:
        if not any(words_of.alike(_head(case), _head(other)) for other in chosen):
            chosen.append(case)
    return chosen


def _head(case: Case) -> str:
    return case.told.before or case.told.title or case.told.quote


def _masked(told: Told | Mapping[str, str]) -> dict[str, str]:
    values = asdict(told) if isinstance(told, Told) else dict(told)
    return {name: harmless(text).strip() for name, text in values.items()}


def _case(row: Any) -> Case:
    told = Told(**{name: getattr(row, name) for name in NAMES})
    rest = {name: getattr(row, name) for name in Case.__slots__ if name != "told"}
    return Case(told=told, **rest)
