"""What runs straight in the driver says the same as what goes through SQLAlchemy, the first time and ever after."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import NoResultFound

from storage import migrations
from storage.alone import open_alone
from storage.db import Store
from storage.statements import insert_ignore
from storage.tables import AUDIT, OCCURRENCE

NOON = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
A, O = AUDIT.c, OCCURRENCE.c  # noqa: E741
ADD = AUDIT.insert().returning(A.id)
OF = select(A.at, A.actor, A.allowed, A.detail).where(A.actor == bindparam("who"), A.allowed).order_by(A.id)
AMONG = select(A.id).where(A.actor.in_(bindparam("names", expanding=True)), A.action.in_(("claim", "mute")))
RENAME = update(AUDIT).where(A.actor == bindparam("b_old")).values(actor=bindparam("b_new"))


def line(actor: str, **detail: object) -> dict[str, object]:
    return {
        "at": NOON,
        "actor": actor,
        "action": "claim",
        "subject": "A1",
        "allowed": True,
        "detail": detail,
        "seal": "",
    }


@pytest.fixture
def store() -> Iterator[Store]:
    with open_alone() as store:
        migrations.upgrade(store)
        yield store


def test_every_time_says_the_same(store: Store) -> None:
    ids = [store.transact(lambda tx, n=n: tx.scalar(ADD, line("张主管", n=n))) for n in range(3)]  # type: ignore[misc]
    assert ids == [1, 2, 3]
    for _ in range(3):
        with store.read() as tx:
            first, *rest = tx.execute(OF, {"who": "张主管"}).all()
            assert (first.at, first.actor, first.allowed, first.detail) == (NOON, "张主管", True, {"n": 0})
            assert (len(rest), dict(first._mapping)["actor"]) == (2, "张主管")
            assert tx.execute(OF, {"who": "谁"}).first() is None
            with pytest.raises(NoResultFound):
                tx.execute(OF, {"who": "谁"}).one()


def test_lists_of_any_length(store: Store) -> None:
    for name in ("张主管", "李主管"):
        store.transact(lambda tx, name=name: tx.scalar(ADD, line(name)))  # type: ignore[misc]
    with store.read() as tx:
        for names, found in (((), 0), (("张主管",), 1), (("张主管", "李主管", "谁"), 2), ((), 0)):
            assert len([*tx.scalars(AMONG, {"names": names})]) == found


def test_what_was_changed_is_counted_and_what_failed_is_undone(store: Store) -> None:
    store.transact(lambda tx: tx.scalar(ADD, line("张主管")))
    for old, new, changed in (("张主管", "老张", 1), ("老张", "张主管", 1), ("谁", "老张", 0)):
        told = {"b_old": old, "b_new": new}
        assert store.transact(lambda tx, told=told: tx.execute(RENAME, told).rowcount) == changed  # type: ignore[misc]


def test_a_moment_without_a_zone_and_a_double_key_are_refused_every_time(store: Store) -> None:
    row = {"job": "x", "due_at": NOON, "ran_at": NOON, "why": ""}
    new = insert_ignore_of(store)
    assert [store.transact(lambda tx: tx.scalar(new, row)) for _ in range(3)] == ["x", None, None]
    for n in range(3):
        late = {**row, "due_at": NOON.replace(tzinfo=None) + timedelta(hours=n)}
        with pytest.raises(Exception, match="naive"):
            store.transact(lambda tx, late=late: tx.execute(new, late))  # type: ignore[misc]


def insert_ignore_of(store: Store) -> Any:
    with store.read() as tx:
        return insert_ignore(tx, OCCURRENCE, O.job)


def test_what_is_built_anew_with_other_values_is_known_again(store: Store) -> None:
    for n in range(3):
        rows = [line(f"张{n}", n=n), line(f"李{n}", n=n)]
        store.transact(lambda tx, rows=rows: tx.execute(AUDIT.insert(), rows))  # type: ignore[misc]
    for n in range(3):
        asked = select(A.actor, A.detail).where(A.actor.in_([f"张{n}", f"李{n}", "谁"]), A.id > n).order_by(A.id)
        with store.read() as tx:
            found = [(row.actor, row.detail) for row in tx.execute(asked.limit(2))]
        assert found == [(f"张{n}", {"n": n}), (f"李{n}", {"n": n})]
        change = update(AUDIT).where(A.actor == f"张{n}").values(subject=f"A{n}")
        assert store.transact(lambda tx, change=change: tx.execute(change).rowcount) == 1  # type: ignore[misc]
    with store.read() as tx:
        assert [*tx.scalars(select(A.subject).order_by(A.id))] == ["A0", "A1", "A1", "A1", "A2", "A1"]
