"""A connection that runs what it has run before straight in the driver, for programs that ask the same for minutes.

What SQLAlchemy does around a statement costs five times what SQLite needs for it. A statement that is run a second
time is kept as plain SQL with the conversions of its values; whatever is not as simple as that goes the usual way.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ClauseElement, Connection, Engine
from sqlalchemy.exc import MultipleResultsFound, NoResultFound

Convert = Callable[[Any], Any] | None
Plans = dict[tuple[str, ...], "Plan | None"]  # by the names of the values; None: the usual way


class Found:
    """The rows, asked in the ways in which storage asks for them."""

    def __init__(self, rows: Sequence[Any], rowcount: int):
        self._rows = rows
        self.rowcount = rowcount

    def __iter__(self) -> Iterator[Any]:
        return iter(self._rows)

    def all(self) -> Sequence[Any]:
        return self._rows

    def first(self) -> Any:
        return self._rows[0] if self._rows else None

    def one_or_none(self) -> Any:
        if len(self._rows) > 1:
            raise MultipleResultsFound
        return self.first()

    def one(self) -> Any:
        if not self._rows:
            raise NoResultFound
        return self.one_or_none()

    def scalar(self) -> Any:
        return self._rows[0][0] if self._rows else None

    def scalar_one(self) -> Any:
        return self.one()[0]

    def scalars(self) -> "Found":
        return Found([row[0] for row in self._rows], self.rowcount)


@dataclass(frozen=True, slots=True)
class Plan:
    """A statement as the driver takes it."""

    sql: str
    order: Sequence[tuple[str, bool, Convert]]  # (name, whether it is a list, conversion)
    fixed: Mapping[str, Any]  # values that are part of the statement
    row: Callable[[Sequence[Any]], Any]
    back: Sequence[tuple[int, Callable[[Any], Any]]]  # conversions of what comes back, by column

    def run(self, raw: Any, told: Mapping[str, Any]) -> Found | None:
        sql, values = self.sql, []
        for name, many, convert in self.order:
            value = told[name] if name in told else self.fixed[name]
            if not many:
                values.append(convert(value) if convert else value)
                continue
            if not value:
                return None  # an empty list is spelt in another way
            values += map(convert, value) if convert else value
            sql = sql.replace(f"__[POSTCOMPILE_{name}]", ",".join("?" * len(value)), 1)
        cursor = raw.execute(sql, values)
        return Found([self._read(row) for row in cursor.fetchall()], cursor.rowcount)

    def _read(self, values: Sequence[Any]) -> Any:
        if not self.back:
            return self.row(values)
        read = list(values)
        for place, convert in self.back:
            read[place] = convert(read[place])
        return self.row(read)


class Lean(Connection):
    """Knows again what it has run before."""

    def __init__(self, engine: Engine):
        super().__init__(engine)
        self._raw: Any = self.connection.driver_connection
        self._plans: WeakKeyDictionary[Any, Plans] = WeakKeyDictionary()

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        found = self._again(statement, parameters) if not execution_options else None
        return found or super().execute(statement, parameters, execution_options=execution_options)

    def scalar(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        return self.execute(statement, parameters, execution_options=execution_options).scalar()

    def scalars(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        return self.execute(statement, parameters, execution_options=execution_options).scalars()

    def _again(self, statement: Any, parameters: Any) -> Found | None:
        """None for the first time, and for what is not simple; most that are built anew have no second time."""
        if isinstance(parameters, list) or not isinstance(statement, ClauseElement):
            return None
        plans = self._plans.get(statement)
        if plans is None:
            self._plans[statement] = {}
            return None
        told = parameters or {}
        names = (*told,)
        if names not in plans:
            plans[names] = _plan(self, statement, names)
        plan = plans[names]
        return plan.run(self._raw, told) if plan else None


def _plan(tx: Connection, statement: Any, names: tuple[str, ...]) -> Plan | None:
    """None for what needs more than values put in their places."""
    dialect = tx.dialect
    compiled = statement.compile(dialect=dialect, column_keys=names or None)
    filled = [*getattr(compiled, "insert_prefetch", ()), *getattr(compiled, "update_prefetch", ())]
    if filled or compiled.literal_execute_params or compiled.positiontup is None:
        return None
    order = []
    for name in compiled.positiontup:
        bound = compiled.binds[name]
        processor = bound.type.dialect_impl(dialect).bind_processor(dialect)
        order.append((name, bool(bound.expanding), processor))
    fixed = {name: bound.effective_value for name, bound in compiled.binds.items() if not bound.required}
    columns = [*getattr(statement, "exported_columns", ())]
    back = [(n, c.type.dialect_impl(dialect).result_processor(dialect, None)) for n, c in enumerate(columns)]
    labels = [str(getattr(column, "name", "")) for column in columns]
    return Plan(str(compiled), order, fixed, _row(labels), [(n, convert) for n, convert in back if convert is not None])


def _row(labels: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    named = namedtuple("Row", labels, rename=True)  # type: ignore[misc]
    mapped = type("Row", (named,), {"__slots__": (), "_mapping": property(named._asdict)})
    return mapped._make  # type: ignore[attr-defined,no-any-return]
