"""The chain of the audit log: whoever changes, takes out or slips in a row breaks it, and many may write."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial

import pytest
from sqlalchemy import Connection, delete, insert, update

from storage import audit, chain
from storage.db import Store
from storage.tables import AUDIT
from tests.stores import Kept

NOW = datetime(2026, 11, 20, 6, 0, tzinfo=UTC)
A = AUDIT.c


def wrote(store: Store, count: int, who: str = "张主管") -> None:
    for number in range(count):
        store.transact(partial(audit.write, now=NOW, actor=who, action="claim", subject=f"A{number}", why="核对电话"))


def checked(store: Store) -> chain.Checked:
    with store.read() as tx:
        return chain.check(tx)


def test_an_untouched_log_holds(store: Store) -> None:
    assert checked(store) == chain.Checked(0, "", None)
    wrote(store, 5)
    found = checked(store)
    assert (found.rows, found.broken, len(found.last)) == (5, None, 64)


@pytest.mark.parametrize(
    "change",
    [{"actor": "王主管"}, {"action": "view"}, {"subject": "A9"}, {"allowed": False}, {"detail": {}},
     {"at": NOW.replace(hour=7)}, {"seal": "0" * 64}],
)  # fmt: skip
def test_the_first_changed_row_is_told(store: Store, change: dict[str, object]) -> None:
    wrote(store, 5)
    store.transact(lambda tx: tx.execute(update(AUDIT).where(A.place.in_((3, 5))).values(**change)))
    found = checked(store)
    assert found.broken is not None
    assert (found.rows, found.broken.place, found.broken.why) == (2, 3, "changed")
    assert "claim" in found.broken.what or change.get("action") == "view"


def test_a_row_that_is_gone_is_told(store: Store) -> None:
    wrote(store, 5)
    store.transact(lambda tx: tx.execute(delete(AUDIT).where(A.place == 3)))
    assert checked(store).broken == chain.Break(3, "missing")


def test_who_closes_the_gap_is_told_too(store: Store) -> None:
    wrote(store, 5)

    def job(tx: Connection) -> None:
        tx.execute(delete(AUDIT).where(A.place == 3))
        for place in (4, 5):
            tx.execute(update(AUDIT).where(A.place == place).values(place=place - 1))

    store.transact(job)
    broken = checked(store).broken
    assert broken is not None
    assert (broken.place, broken.why) == (3, "changed")


def test_a_row_that_nobody_sealed_is_told(store: Store) -> None:
    wrote(store, 2)
    row = {"at": NOW, "actor": "张主管", "action": "view", "subject": "c1", "allowed": True, "detail": {}, "seal": ""}
    store.transact(lambda tx: tx.execute(insert(AUDIT).values(**row)))
    broken = checked(store).broken
    assert broken is not None
    assert (broken.place, broken.why, broken.at) == (3, "unsealed", NOW)


def test_the_end_cut_off_shows_in_the_last_seal(store: Store) -> None:
    wrote(store, 5)
    before = checked(store).last
    store.transact(lambda tx: tx.execute(delete(AUDIT).where(A.place == 5)))
    assert checked(store).last != before


def test_what_is_undone_leaves_no_hole(store: Store) -> None:
    wrote(store, 1)

    def fails(tx: Connection) -> None:
        audit.write(tx, NOW, "小周", "claim", "A1")
        raise RuntimeError

    with pytest.raises(RuntimeError):
        store.transact(fails)
    wrote(store, 1)
    assert checked(store).rows == 2
    assert checked(store).broken is None


def test_many_writers_make_one_chain(store: Store) -> None:
    """Four threads of writers, each with several rows in a transaction."""

    def job(tx: Connection) -> None:
        for step in ("view", "reveal"):
            audit.write(tx, NOW, "张主管", step, "shop:c1")

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(lambda _: store.transact(job), range(60)))
    found = checked(store)
    assert (found.rows, found.broken) == (120, None)


@pytest.mark.parametrize("store", [pytest.param("postgresql", marks=pytest.mark.postgres)], indirect=True)
def test_processes_on_one_database_make_one_chain(kept_postgres: Kept, store: Store) -> None:
    with Store.open(kept_postgres.url) as other, ThreadPoolExecutor(2) as threads:
        list(threads.map(lambda one: wrote(one, 20), (store, other)))
        assert (checked(other).rows, checked(other).broken) == (40, None)
