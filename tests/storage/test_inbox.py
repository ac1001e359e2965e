"""The inbox: kept before we answer, worked on in order, each key once."""

from collections.abc import Callable
from concurrent.futures import Future
from datetime import UTC, datetime, timedelta
from typing import TypeVar

import pytest
from sqlalchemy import Connection, func, select

from storage import inbox
from storage.db import Store, for_update_skip_locked
from storage.inbox import Inbox, NewRow, Waiting
from storage.tables import INBOX, QUARANTINE, SEEN

T = TypeVar("T")
NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)


def row(conversation: str = "shop:c1", n: int = 1, body: str = '{"text":"快递三天没动了"}') -> NewRow:
    return NewRow("shop", conversation, "message", f"{conversation}/m{n}", body, NOW + timedelta(seconds=n))


def kept(store: Store, *conversations: str) -> list[Waiting]:
    with store.read() as tx:
        return inbox.rows_of(tx, conversations)


def put(store: Store, *rows: NewRow) -> None:
    store.transact(lambda tx: inbox.add(tx, rows))


async def test_added_rows_are_there_when_the_future_resolves(store: Store) -> None:
    await Inbox(store).add([])
    await Inbox(store).add([row(n=1), row(n=2)])
    first, second = kept(store, "shop:c1")
    assert (first.source, first.kind, first.key, first.body) == (
        "shop",
        "message",
        "shop:c1/m1",
        '{"text":"快递三天没动了"}',
    )
    assert (first.received_at, first.attempts, second.key) == (NOW + timedelta(seconds=1), 0, "shop:c1/m2")


class Counted(Store):
    jobs = 0

    def write(self, job: Callable[[Connection], T], *, urgent: bool = False) -> "Future[T]":
        self.jobs += 1
        return super().write(job, urgent=urgent)


async def test_many_callers_share_few_transactions(store: Store) -> None:
    counted = Counted(store.dialect, store._engines)
    box = Inbox(counted)
    for future in [box.add([row(f"shop:c{n}")]) for n in range(200)]:
        await future
    with store.read() as tx:
        assert tx.scalar(select(func.count()).select_from(INBOX)) == 200
    assert counted.jobs < 50


async def test_a_row_the_database_refuses_does_not_take_the_others_with_it(store: Store) -> None:
    box = Inbox(store)
    good, bad, also_good = box.add([row(n=1)]), box.add([row(n=2, body="\ud800")]), box.add([row(n=3)])
    await good
    await also_good
    with pytest.raises(UnicodeEncodeError):
        await bad
    assert sorted(r.key[-2:] for r in kept(store, "shop:c1")) == ["m1", "m3"]
    await box.add([row(n=4)])


async def test_a_closed_store_refuses_and_says_so(store: Store) -> None:
    store.close()
    with pytest.raises(RuntimeError):
        await Inbox(store).add([row()])


def test_conversations_come_longest_waiting_first_and_leave_when_done(store: Store) -> None:
    put(store, row("shop:b"), row("shop:a"), row("shop:b", 2), row("", 3))
    assert store.transact(lambda tx: inbox.waiting_conversations(tx, 9)) == ["shop:b", "shop:a", ""]
    assert store.transact(lambda tx: inbox.waiting_conversations(tx, 1)) == ["shop:b"]
    ids = [r.id for r in kept(store, "shop:b")]
    store.transact(lambda tx: inbox.done(tx, ids, NOW))
    assert store.transact(lambda tx: inbox.waiting_conversations(tx, 9)) == ["shop:a", ""]


def test_a_row_that_fails_five_times_is_dead_and_kept(store: Store) -> None:
    put(store, row())
    (waiting,) = kept(store, "shop:c1")
    verdicts = [store.transact(lambda tx: inbox.failed(tx, waiting.id, "ValueError: 坏了", NOW)) for _ in range(5)]
    assert verdicts == [False, False, False, False, True]
    assert kept(store, "shop:c1") == []
    with store.read() as tx:
        assert inbox.backlog(tx) == inbox.Backlog(waiting=0, oldest=None, dead=1)
    assert store.transact(lambda tx: inbox.forget_done(tx, NOW + timedelta(days=1))) == 0
    assert store.transact(lambda tx: inbox.forget_dead(tx, NOW + timedelta(days=1))) == 1


def test_a_row_that_worked_at_last_has_no_error_and_is_forgotten_in_time(store: Store) -> None:
    put(store, row(n=1), row(n=2))
    first, second = kept(store, "shop:c1")
    store.transact(lambda tx: inbox.failed(tx, first.id, "once", NOW))
    assert [r.attempts for r in kept(store, "shop:c1")] == [1, 0]
    store.transact(lambda tx: inbox.done(tx, [first.id], NOW))
    assert store.transact(lambda tx: inbox.forget_done(tx, NOW)) == 0
    assert store.transact(lambda tx: inbox.forget_done(tx, NOW + timedelta(seconds=1))) == 1
    with store.read() as tx:
        assert inbox.backlog(tx) == inbox.Backlog(waiting=1, oldest=second.received_at, dead=0)


def test_a_key_is_fresh_once(store: Store) -> None:
    assert store.transact(lambda tx: inbox.fresh(tx, ["a", "b", "a"], NOW)) == {"a", "b"}
    assert store.transact(lambda tx: inbox.fresh(tx, ["b", "c"], NOW)) == {"c"}
    assert store.transact(lambda tx: inbox.fresh(tx, [], NOW)) == set()
    many = [str(n) for n in range(1200)]
    assert store.transact(lambda tx: inbox.fresh(tx, many, NOW)) == set(many)
    assert store.transact(lambda tx: inbox.fresh(tx, many, NOW)) == set()


def test_a_key_whose_transaction_failed_is_still_fresh(store: Store) -> None:
    with pytest.raises(ZeroDivisionError):
        store.transact(lambda tx: inbox.fresh(tx, ["a"], NOW) and 1 / 0)
    assert store.transact(lambda tx: inbox.fresh(tx, ["a"], NOW)) == {"a"}


def test_keys_are_kept_as_hashes_and_forgotten_in_time(store: Store) -> None:
    store.transact(lambda tx: inbox.fresh(tx, ["13800138000"], NOW))
    (stored,) = store.transact(lambda tx: tx.execute(select(SEEN)).all())
    assert (len(stored.hash), stored.at) == (16, NOW)
    assert store.transact(lambda tx: inbox.forget_seen(tx, NOW)) == 0
    assert store.transact(lambda tx: inbox.forget_seen(tx, NOW + timedelta(seconds=1))) == 1


def test_an_unreadable_body_is_kept_for_inspection(store: Store) -> None:
    store.transact(lambda tx: inbox.quarantine(tx, "shop", "不是 JSON", "{", NOW))
    (stored,) = store.transact(lambda tx: tx.execute(select(QUARANTINE)).all())
    assert (stored.source, stored.reason, stored.body, stored.received_at) == ("shop", "不是 JSON", "{", NOW)
    assert store.transact(lambda tx: inbox.forget_quarantine(tx, NOW + timedelta(seconds=1))) == 1


def test_two_claimers_never_hold_the_same_conversation(postgres_url: str) -> None:
    with Store.open(postgres_url) as store:
        keys = [f"shop:c{n}" for n in range(10)]

        def first(tx: Connection) -> tuple[list[str], list[str]]:
            mine = inbox.claim(tx, keys[:3])
            return mine, store.transact(lambda other: inbox.claim(other, keys))

        assert store.transact(first) == (keys[:3], keys[3:])
        assert store.transact(lambda tx: inbox.claim(tx, keys)) == keys


def test_skip_locked_gives_two_claimers_disjoint_rows(postgres_url: str) -> None:
    with Store.open(postgres_url) as store:
        put(store, *[row(n=n) for n in range(6)])
        query = for_update_skip_locked(select(INBOX.c.id).order_by(INBOX.c.id).limit(3))

        def first(tx: Connection) -> tuple[list[int], list[int]]:
            return list(tx.scalars(query)), store.transact(lambda other: list(other.scalars(query)))

        assert store.transact(first) == ([1, 2, 3], [4, 5, 6])
