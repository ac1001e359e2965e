"""Column types: the same moment, the same value, on both engines."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Integer, MetaData, Table, func, insert, select
from sqlalchemy.exc import StatementError

from storage.columns import Json, UtcDateTime
from storage.db import Store

THING = Table(
    "thing", MetaData(), Column("id", Integer, primary_key=True), Column("at", UtcDateTime), Column("value", Json)
)
BEIJING = timezone(timedelta(hours=8))
MOMENTS = [
    datetime(2026, 11, 20, 10, 0, 0, 1, tzinfo=BEIJING),
    datetime(2026, 11, 20, 2, tzinfo=UTC),
    datetime(1969, 12, 31, 23, 59, 59, 999999, tzinfo=UTC),
    None,
]
VALUES = [{"话": "快递三天没动了 😤", "n": [1, 2.5, None, True]}, [], "字", 0, None]


@pytest.fixture
def things(store: Store) -> Iterator[Store]:
    store.transact(THING.create)
    yield store
    store.transact(THING.drop)


def test_moments_come_back_aware_in_utc_to_the_microsecond(things: Store) -> None:
    things.transact(lambda tx: tx.execute(insert(THING), [{"at": at} for at in MOMENTS]))
    with things.read() as tx:
        found = list(tx.scalars(select(THING.c.at).order_by(THING.c.id)))
        latest = tx.scalar(select(func.max(THING.c.at)))
        after = tx.scalar(select(func.count()).where(THING.c.at > MOMENTS[1]))
    assert found == MOMENTS
    assert {at.tzinfo for at in found if at} == {UTC}
    assert (latest, after) == (MOMENTS[0], 1)


def test_a_naive_moment_is_refused(things: Store) -> None:
    with pytest.raises(StatementError, match="naive"):
        things.transact(lambda tx: tx.execute(insert(THING), {"at": datetime(2026, 11, 20)}))  # noqa: DTZ001


def test_json_comes_back_equal_and_is_stored_readable(things: Store) -> None:
    things.transact(lambda tx: tx.execute(insert(THING), [{"value": value} for value in VALUES]))
    with things.read() as tx:
        found = list(tx.scalars(select(THING.c.value).order_by(THING.c.id)))
        text = tx.exec_driver_sql("SELECT value FROM thing ORDER BY id LIMIT 1").scalar()
    assert found == VALUES
    assert text == '{"话":"快递三天没动了 😤","n":[1,2.5,null,true]}'


def test_what_is_no_json_is_refused(things: Store) -> None:
    with pytest.raises(StatementError):
        things.transact(lambda tx: tx.execute(insert(THING), {"value": float("nan")}))
