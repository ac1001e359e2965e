"""The few statements that the engines spell differently."""

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache
from typing import Any, TypeVar

from sqlalchemy import Column, Connection, Dialect, Select, Table
from sqlalchemy.dialects import postgresql, sqlite

S = TypeVar("S", bound=Select[Any])
Insert = postgresql.Insert | sqlite.Insert
Parts = Sequence[tuple[str, Callable[[Any], Any] | None]]  # what goes into a place, and how its value is converted


def insert_ignore(tx: Connection, table: Table, *returning: Column[Any]) -> Any:
    """INSERT … ON CONFLICT DO NOTHING; `returning` columns tell what was new."""
    return _insert_ignore(tx.dialect.name, table, returning)


def upsert(tx: Connection, table: Table, keys: Sequence[str], update: Sequence[str], add: Sequence[str] = ()) -> Insert:
    """INSERT … ON CONFLICT (keys) DO UPDATE: `update` takes the value we tried to insert, `add` adds it up."""
    return _upsert(tx.dialect.name, table, tuple(keys), tuple(update), tuple(add))


def for_update_skip_locked(select: S) -> S:
    """Claim rows so that others pass over them; SQLite has one writer and leaves the words out."""
    return select.with_for_update(skip_locked=True)


def write_many(tx: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run the statement for every row, past what SQLAlchemy would do anew for each; all rows have the same names."""
    sql, parts = _plain(tx.dialect, statement, tuple(rows[0]))
    if tx.dialect.positional:
        tx.exec_driver_sql(
            sql,
            [tuple([row[name] if convert is None else convert(row[name]) for name, convert in parts]) for row in rows],
        )
        return
    named = [{name: row[name] if convert is None else convert(row[name]) for name, convert in parts} for row in rows]
    tx.exec_driver_sql(sql, named)


@lru_cache(maxsize=256)
def _plain(dialect: Dialect, statement: Any, names: tuple[str, ...]) -> tuple[str, Parts]:
    compiled = statement.compile(dialect=dialect, column_keys=names)
    order = compiled.positiontup or list(compiled.binds)
    types = {name: compiled.binds[name].type.dialect_impl(dialect) for name in order}
    return str(compiled), [(name, types[name].bind_processor(dialect)) for name in order]


@lru_cache(maxsize=256)
def _insert_ignore(dialect: str, table: Table, returning: Sequence[Column[Any]]) -> Any:
    insert = _insert(dialect, table).on_conflict_do_nothing()
    return insert.returning(*returning) if returning else insert


@lru_cache(maxsize=256)
def _upsert(dialect: str, table: Table, keys: tuple[str, ...], update: tuple[str, ...], add: tuple[str, ...]) -> Insert:
    insert = _insert(dialect, table)
    values: dict[Any, Any] = {name: insert.excluded[name] for name in update}
    values |= {name: table.c[name] + insert.excluded[name] for name in add}
    return insert.on_conflict_do_update(index_elements=keys, set_=values)


def _insert(dialect: str, table: Table) -> Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
