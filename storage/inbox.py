"""The inbox: what helpdesks told us, kept before we answer them, until somebody has worked on it."""

import asyncio
import threading
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from sqlalchemy import Connection, Text, bindparam, case, delete, func, literal, select, text, update
from sqlalchemy.dialects.postgresql import ARRAY

from storage.columns import UtcDateTime, micros
from storage.db import Store, Unavailable
from storage.tables import INBOX, QUARANTINE, SEEN

ATTEMPTS = 5  # then a row is dead: it keeps its error and nobody tries again
HASHES = 500  # keys looked up with one statement
AHEAD = 10  # how many times more waiting rows than wanted conversations we look at

# The hot statements are plain text, or built once: building them anew costs more than running them.
ADD = "INSERT INTO inbox (source, conversation, kind, key, body, received_at, attempts, error) VALUES "
ROW = {"sqlite": "(?, ?, ?, ?, ?, ?, 0, '')", "postgresql": "(%s, %s, %s, %s, %s, %s, 0, '')"}
TOGETHER = 32  # rows in one statement: after each the driver lets go of the interpreter, and waits to have it back
MARK = {"sqlite": "(?, ?)", "postgresql": "(%s, %s)"}
LOCK = text(
    "SELECT c FROM unnest(:keys) AS c WHERE pg_try_advisory_xact_lock(hashtextextended(c, 0))"
).bindparams(bindparam("keys", type_=ARRAY(Text)))  # fmt: skip

B = INBOX.c
OLDEST = select(B.conversation).where(B.done_at.is_(None)).order_by(B.id).limit(bindparam("most"))
ROWS = (
    select(B.id, B.source, B.conversation, B.kind, B.key, B.body, B.received_at, B.attempts)
    .where(B.done_at.is_(None), B.conversation.in_(bindparam("names", expanding=True)))
    .order_by(B.id)
)
KNOWN = select(SEEN.c.hash).where(SEEN.c.hash.in_(bindparam("hashes", expanding=True)))
DONE = update(INBOX).where(B.id.in_(bindparam("ids", expanding=True))).values(done_at=bindparam("now"), error="")


class NewRow(NamedTuple):
    """One event to keep; a tuple because it goes to the driver as it is."""

    source: str
    conversation: str  # "" for what belongs to none: orders, reviews
    kind: str
    key: str
    body: str
    received_at: datetime


class Waiting(NamedTuple):
    """A row that waits; a tuple because there are so many."""

    id: int
    source: str
    conversation: str
    kind: str
    key: str
    body: str
    received_at: datetime
    attempts: int


@dataclass(frozen=True, slots=True)
class Backlog:
    waiting: int
    oldest: datetime | None  # when the longest waiting row came
    dead: int


def add(tx: Connection, rows: Sequence[NewRow]) -> None:
    if not rows:
        return
    if tx.dialect.name == "postgresql":
        tx.exec_driver_sql(ADD + ROW["postgresql"], list(rows))
        return
    cursor = tx.connection.cursor()  # past SQLAlchemy, which would cost as much as the rows
    for start in range(0, len(rows), TOGETHER):
        some = rows[start : start + TOGETHER]
        cursor.execute(_add(len(some)), [value for row in some for value in (*row[:5], micros(row[5]))])


@lru_cache(maxsize=TOGETHER)
def _add(rows: int) -> str:
    return ADD + ",".join([ROW["sqlite"]] * rows)


def waiting_conversations(tx: Connection, limit: int) -> list[str]:
    """Conversations with news, the longest waiting first."""
    return list(dict.fromkeys(tx.scalars(OLDEST, {"most": limit * AHEAD})))[:limit]


def claim(tx: Connection, conversations: Sequence[str]) -> list[str]:
    """Those of them that are ours until this transaction ends; others' claims are passed over.

    Read their rows after this, not before: only then what the last holder did is seen.
    """
    if tx.dialect.name == "sqlite":
        return list(conversations)
    return list(tx.scalars(LOCK, {"keys": conversations}))


def rows_of(tx: Connection, conversations: Iterable[str]) -> list[Waiting]:
    """All that waits for these conversations, in the order it came."""
    return [Waiting(*row) for row in tx.execute(ROWS, {"names": list(conversations)})]


def done(tx: Connection, ids: Sequence[int], now: datetime) -> None:
    if ids:
        tx.execute(DONE, {"ids": ids, "now": now})


def failed(tx: Connection, row: int, error: str, now: datetime) -> bool:
    """Note what went wrong; True when that was the last attempt. The error must hold no personal data."""
    i = INBOX.c
    given_up = case((i.attempts + 1 >= ATTEMPTS, literal(now, UtcDateTime())), else_=None)
    change = (
        update(INBOX).where(i.id == row).values(attempts=i.attempts + 1, error=error[:500] or "?", done_at=given_up)
    )
    return tx.scalar(change.returning(i.done_at)) is not None


def forget_done(tx: Connection, before: datetime) -> int:
    """Delete what was worked on before then; the dead stay for inspection."""
    i = INBOX.c
    return tx.execute(delete(INBOX).where(i.done_at < before, i.error == "")).rowcount


def forget_dead(tx: Connection, before: datetime) -> int:
    i = INBOX.c
    return tx.execute(delete(INBOX).where(i.done_at < before, i.error != "")).rowcount


def backlog(tx: Connection) -> Backlog:
    i = INBOX.c
    n, oldest = tx.execute(select(func.count(), func.min(i.received_at)).where(i.done_at.is_(None))).one()
    dead = select(func.count()).where(i.done_at.is_not(None), i.error != "")
    return Backlog(n, oldest, tx.scalar(dead) or 0)


def fresh(tx: Connection, keys: Iterable[str], now: datetime) -> set[str]:
    """Take in these keys and return those nobody took in before; the same transaction decides and remembers."""
    named = {_hash(key): key for key in keys}
    hashes = sorted(named)  # one order for all, or two processes would deadlock
    return {named[h] for start in range(0, len(hashes), HASHES) for h in _mark(tx, hashes[start : start + HASHES], now)}


def unseen(tx: Connection, keys: Iterable[str]) -> set[str]:
    """Which of these keys `fresh` would return now."""
    left = {_hash(key): key for key in keys}
    hashes = list(left)
    for start in range(0, len(hashes), HASHES):
        for known in tx.scalars(KNOWN, {"hashes": hashes[start : start + HASHES]}):
            left.pop(bytes(known), None)
    return set(left.values())


@lru_cache(maxsize=4096)  # what is unseen is marked soon after
def _hash(key: str) -> bytes:
    return blake2b(key.encode(), digest_size=16).digest()


def _mark(tx: Connection, hashes: Sequence[bytes], now: datetime) -> list[bytes]:
    dialect = tx.dialect.name
    at = micros(now) if dialect == "sqlite" else now
    marks = ",".join([MARK[dialect]] * len(hashes))
    sql = f"INSERT INTO seen (hash, at) VALUES {marks} ON CONFLICT DO NOTHING RETURNING hash"  # noqa: S608 - marks only
    return [row[0] for row in tx.exec_driver_sql(sql, tuple(v for h in hashes for v in (h, at)))]


def forget_seen(tx: Connection, before: datetime) -> int:
    return tx.execute(delete(SEEN).where(SEEN.c.at < before)).rowcount


def quarantine(tx: Connection, source: str, reason: str, body: str, now: datetime) -> None:
    """Keep a body nobody could read; its personal data are masked already."""
    tx.execute(QUARANTINE.insert().values(source=source, reason=reason, body=body, received_at=now))


def forget_quarantine(tx: Connection, before: datetime) -> int:
    return tx.execute(delete(QUARANTINE).where(QUARANTINE.c.received_at < before)).rowcount


Entry = tuple[Sequence[NewRow], "asyncio.Future[None]"]


class Inbox:
    """Group commit: all that arrives while one write is under way goes in with the next."""

    def __init__(self, store: Store):
        self._store = store
        self._gate = threading.Lock()
        self._waiting: list[Entry] = []
        self._busy = False

    def add(self, rows: Sequence[NewRow]) -> "asyncio.Future[None]":
        """Call from the event loop; the future resolves once the rows are committed, or says why they are not."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        with self._gate:
            self._waiting.append((rows, future))
            busy, self._busy = self._busy, True
        if not busy:
            self._submit(_Batch())
        return future

    def _submit(self, batch: "_Batch") -> None:
        try:
            writing = self._store.write(lambda tx: self._write(tx, batch), urgent=True)
        except RuntimeError as error:  # the store is closed
            self._settle(batch, error)
            return
        writing.add_done_callback(lambda written: self._settle(batch, written.exception()))

    def _write(self, tx: Connection, batch: "_Batch") -> None:
        """The rows are taken as late as possible, and once: when the job must run again, it has the same ones."""
        if batch.entries is None:
            batch.entries = self._take()
        add(tx, [row for rows, _ in batch.entries for row in rows])

    def _take(self) -> list[Entry]:
        with self._gate:
            taken, self._waiting = self._waiting, []
        return taken

    def _settle(self, batch: "_Batch", error: BaseException | None) -> None:
        entries = self._take() if batch.entries is None else batch.entries
        if not batch.single:
            self._go_on()
        if error is None or len(entries) == 1 or isinstance(error, Unavailable | RuntimeError):
            _resolve(entries, error)
            return
        for entry in entries:  # one of them is poison, and must not take the others with it
            self._submit(_Batch([entry], single=True))

    def _go_on(self) -> None:
        with self._gate:
            self._busy = more = bool(self._waiting)
        if more:
            self._submit(_Batch())


@dataclass(slots=True)
class _Batch:
    entries: list[Entry] | None = None
    single: bool = False


def _resolve(entries: Sequence[Entry], error: BaseException | None) -> None:
    """Wake everybody with one call into their event loop."""
    if entries:
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            entries[0][1].get_loop().call_soon_threadsafe(_wake, entries, error)


def _wake(entries: Sequence[Entry], error: BaseException | None) -> None:
    for _, future in entries:
        if future.done():
            continue
        if error is None:
            future.set_result(None)
        else:
            future.set_exception(error)
