"""A connection that runs what it has run before straight in the driver, for programs that ask the same for minutes.

What SQLAlchemy does around a statement costs five times what SQLite needs for it. A statement that is run a second
time is kept as plain SQL with the conversions of its values; whatever is not as simple as that goes the usual way.
"""

from collections import namedtuple
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import BindParameter, Connection, Engine
from sqlalchemy.exc import MultipleResultsFound, NoResultFound
from sqlalchemy.sql.dml import UpdateBase
from sqlalchemy.sql.selectable import GenerativeSelect

Convert = Callable[[Any], Any] | None
Plans = dict[tuple[str, ...], "Plan | None"]  # by the names of the values; None: the usual way
Own = Sequence[BindParameter[Any]]  # what stands in a statement as values, in the order in which it is built


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
    fixed: Mapping[str, int]  # where in the statement the values are that it brings itself
    constant: Mapping[str, Any]  # values that compiling put in, such as no offset
    row: Callable[[Sequence[Any]], Any]
    back: Sequence[tuple[int, Callable[[Any], Any]]]  # conversions of what comes back, by column
    gives: bool  # whether anything comes back

    def run(self, raw: Any, told: Mapping[str, Any], own: Own) -> Found | None:
        sql, values = self.sql, []
        for name, many, convert in self.order:
            value = told[name] if name in told else self._own(name, own)
            if not many:
                values.append(convert(value) if convert else value)
                continue
            if not value:
                return None  # an empty list is spelt in another way
            some = [*map(convert, value)] if convert else [*value]
            places = 1 << (len(some) - 1).bit_length()  # few lengths, so that the driver knows the statement again
            values += some + some[-1:] * (places - len(some))
            sql = sql.replace(f"__[POSTCOMPILE_{name}]", ",".join("?" * places), 1)
        cursor = raw.execute(sql, values)
        return Found(self._read(cursor.fetchall()), cursor.rowcount)

    def run_many(self, raw: Any, rows: Sequence[Mapping[str, Any]], own: Own) -> Found | None:
        """Once for every row; all have the same names."""
        if self.gives or any(many for _, many, _ in self.order):
            return None
        fixed = {name: self._own(name, own) for name in (*self.fixed, *self.constant)}
        parts = [(name, convert) for name, _, convert in self.order]
        told = (fixed | {**row} for row in rows) if fixed else rows
        values = [[row[name] if convert is None else convert(row[name]) for name, convert in parts] for row in told]
        return Found((), raw.executemany(self.sql, values).rowcount)

    def _own(self, name: str, own: Own) -> Any:
        return self.constant[name] if name in self.constant else own[self.fixed[name]].effective_value

    def _read(self, rows: Sequence[Any]) -> list[Any]:
        if not self.back:
            return [*map(self.row, rows)]
        found = []
        for values in rows:
            read = list(values)
            for place, convert in self.back:
                read[place] = convert(read[place])
            found.append(self.row(read))
        return found


class Lean(Connection):
    """Knows again what it has run before: the statement itself, or one that is built like it."""

    def __init__(self, engine: Engine):
        super().__init__(engine)
        self._raw: Any = self.connection.driver_connection
        self._known: WeakKeyDictionary[Any, tuple[Plans, Own]] = WeakKeyDictionary()
        self._alike: dict[Any, Plans] = {}  # by what SQLAlchemy itself would know it by

    def execute(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        found = self._again(statement, parameters) if not execution_options else None
        return found or super().execute(statement, parameters, execution_options=execution_options)

    def scalar(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        return self.execute(statement, parameters, execution_options=execution_options).scalar()

    def scalars(self, statement: Any, parameters: Any = None, *, execution_options: Any = None) -> Any:
        return self.execute(statement, parameters, execution_options=execution_options).scalars()

    def exec_driver_sql(self, statement: str, parameters: Any = None, execution_options: Any = None) -> Any:
        if parameters is None:
            return super().exec_driver_sql(statement, parameters, execution_options)
        if isinstance(parameters, list):
            return Found((), self._raw.executemany(statement, parameters).rowcount)
        cursor = self._raw.execute(statement, parameters)
        return Found(cursor.fetchall(), cursor.rowcount)

    def _again(self, statement: Any, parameters: Any) -> Found | None:
        """None for the first time, and for what is not simple."""
        if not isinstance(statement, GenerativeSelect | UpdateBase):
            return None
        known = self._known.get(statement) or self._learn(statement)
        if known is None:
            return None
        plans, own = known
        many = isinstance(parameters, list)
        names = (*(parameters[0] if many else parameters or ()),)
        if names not in plans:
            plans[names] = _plan(self, statement, names, own)
        plan = plans[names]
        if plan is None:
            return None
        return plan.run_many(self._raw, parameters, own) if many else plan.run(self._raw, parameters or {}, own)

    def _learn(self, statement: Any) -> tuple[Plans, Own] | None:
        key = statement._generate_cache_key()  # as its own cache does
        if key is None:
            return None
        plans = self._alike.get(key.key)
        if plans is None:
            self._alike[key.key] = {}
            return None
        self._known[statement] = plans, key.bindparams
        return plans, key.bindparams


def _plan(tx: Connection, statement: Any, names: tuple[str, ...], own: Own) -> Plan | None:
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
    places = {bound.key: place for place, bound in enumerate(own)}
    mine = {name: bound for name, bound in compiled.binds.items() if not bound.required}
    fixed = {name: places[bound.key] for name, bound in mine.items() if bound.key in places}
    constant = {name: bound.effective_value for name, bound in mine.items() if bound.key not in places}
    columns = [*getattr(statement, "exported_columns", ())]
    back = [(n, c.type.dialect_impl(dialect).result_processor(dialect, None)) for n, c in enumerate(columns)]
    labels = [str(getattr(column, "name", "")) for column in columns]
    known = [(n, convert) for n, convert in back if convert is not None]
    return Plan(str(compiled), order, fixed, constant, _row(labels), known, bool(columns))


def _row(labels: Sequence[str]) -> Callable[[Sequence[Any]], Any]:
    named = namedtuple("Row", labels, rename=True)  # type: ignore[misc]
    mapped = type("Row", (named,), {"__slots__": (), "_mapping": property(named._asdict)})
    return mapped._make  # type: ignore[attr-defined,no-any-return]
