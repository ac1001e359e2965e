"""Cells of many accounts packed into one value, and tables of people put together from these.

A team's eight weeks are thousands of days of accounts: as arrays they are added up in milliseconds.
"""

import json
import zlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from rules.metrics.cells import MEASURED, Cells, Sums

Numbers = NDArray[np.float64]
Places = NDArray[np.int32]
Kind = tuple[str, str]  # measure, "reason/difficulty"
WIDE = 3  # n, sum, sum of squares; a rate has no squares
FAST = 1  # of zlib
TIMES = frozenset(m.name for m in MEASURED.values() if m.time)


@dataclass(frozen=True, slots=True)
class Block:
    """One line for each account and kind of case."""

    accounts: Mapping[str, int]  # account -> its place
    kinds: tuple[Kind, ...]
    starts: Places  # the lines of the account at place i are starts[i]:starts[i + 1]
    kind: Places  # of each line
    sums: Numbers  # lines × WIDE

    @property
    def nbytes(self) -> int:
        return self.kind.nbytes + self.sums.nbytes

    def lines(self, accounts: Sequence[str]) -> tuple[Places, Places]:
        """(line, which of the accounts) of all their lines."""
        places = np.array([self.accounts[account] for account in accounts], dtype=np.int32)
        begins, ends = self.starts[places], self.starts[places + 1]
        which = np.repeat(np.arange(len(places), dtype=np.int32), ends - begins)
        before = np.cumsum(ends - begins) - (ends - begins)
        return np.arange(len(which), dtype=np.int32) - before[which] + begins[which], which


@dataclass(frozen=True)
class Table:
    """People by kinds of cases; whatever was worked out about them is kept with it."""

    people: tuple[str, ...]
    kinds: tuple[Kind, ...]
    sums: Numbers  # people × kinds × WIDE
    fits: dict[Any, Any] = field(default_factory=dict)  # of rules.portrait: one is asked for by everybody in a team

    @property
    def nbytes(self) -> int:
        return self.sums.nbytes

    @cached_property
    def places(self) -> Mapping[str, int]:
        return {who: i for i, who in enumerate(self.people)}

    @cached_property
    def active(self) -> tuple[str, ...]:
        """Those who did something."""
        did = self.sums[:, :, 0].sum(axis=1).tolist()
        return tuple(who for who, n in zip(self.people, did, strict=True) if n)

    def cells(self, person: str) -> Cells:
        place = self.places.get(person)
        return {} if place is None else self._cells(self.sums[place])

    def together(self, but: str = "") -> Cells:
        """Everybody, or everybody but one."""
        others = [i for i, who in enumerate(self.people) if who != but]
        return self._cells(self.sums[others].sum(axis=0)) if others else {}

    def of(self, measure: str, reason: str = "") -> Numbers:
        """People × kinds × WIDE, of one measure, perhaps only of one contact reason."""
        mine = [
            i for i, (m, key) in enumerate(self.kinds) if m == measure and reason in ("", key.partition("/")[0])
        ]  # fmt: skip
        return self.sums[:, mine]

    def _cells(self, sums: Numbers) -> Cells:
        found: Cells = {}
        for (measure, key), one in zip(self.kinds, sums.tolist(), strict=True):
            if one[0]:
                found.setdefault(measure, {})[key] = one if measure in TIMES else one[:2]
        return found


def pack(accounts: Mapping[str, Cells]) -> bytes:
    names = sorted(accounts)
    kinds = sorted({(m, key) for cells in accounts.values() for m, sums in cells.items() for key in sums})
    place = {kind: i for i, kind in enumerate(kinds)}
    lines = [
        [(place[m, key], one) for m, sums in sorted(accounts[name].items()) for key, one in sorted(sums.items())]
        for name in names
    ]
    starts = np.cumsum([0, *map(len, lines)])
    flat = [line for mine in lines for line in mine]
    sums = np.zeros((len(flat), WIDE))
    for i, (_, one) in enumerate(flat):
        sums[i, : len(one)] = one
    return packed(names, kinds, starts, np.array([k for k, _ in flat]), sums)


def pack_table(table: Table) -> bytes:
    """The people of a table of accounts are accounts."""
    rows, columns = np.nonzero(table.sums[:, :, 0])
    starts = np.searchsorted(rows, np.arange(len(table.people) + 1))
    return packed(table.people, table.kinds, starts, columns, table.sums[rows, columns])


def packed(accounts: Sequence[str], kinds: Sequence[Kind], *arrays: NDArray[Any]) -> bytes:
    """`arrays`: starts, kind and sums, as in a block."""
    head = json.dumps([accounts, kinds], ensure_ascii=False, separators=(",", ":")).encode()
    starts, kind, sums = arrays
    parts = (len(head).to_bytes(4, "little"), head, starts.astype("<i4").tobytes(), kind.astype("<i4").tobytes(),
             sums.astype("<f8").tobytes())  # fmt: skip
    return zlib.compress(b"".join(parts), FAST)


def unpack(told: bytes) -> Block:
    told = zlib.decompress(told)
    at = 4 + int.from_bytes(told[:4], "little")
    accounts, kinds = json.loads(told[4:at])
    starts = np.frombuffer(told, "<i4", len(accounts) + 1, at)
    at += starts.nbytes
    n = int(starts[-1])
    kind = np.frombuffer(told, "<i4", n, at)
    sums = np.frombuffer(told, "<f8", n * WIDE, at + kind.nbytes).reshape(n, WIDE)
    return Block({name: i for i, name in enumerate(accounts)}, tuple((m, key) for m, key in kinds), starts, kind, sums)


def table_of(people: Mapping[str, Cells]) -> Table:
    """Of few, or of one measure only."""
    kinds = tuple(sorted({(m, key) for cells in people.values() for m, sums in cells.items() for key in sums}))
    place = {kind: i for i, kind in enumerate(kinds)}
    sums = np.zeros((len(people), len(kinds), WIDE))
    for i, cells in enumerate(people.values()):
        for m, told in cells.items():
            for key, one in told.items():
                sums[i, place[m, key], : len(one)] = one
    return Table(tuple(people), kinds, sums)


def table_of_one(measure: str, people: Mapping[str, Sums]) -> Table:
    return table_of({who: {measure: sums} for who, sums in people.items()})


def gathered(parts: Iterable[tuple[Block, Mapping[str, str]]]) -> Table:
    """Several blocks put together, each with whose the accounts are: account -> person."""
    known = [
        (block, mine) for block, whose in parts
        if (mine := {account: who for account, who in whose.items() if account in block.accounts})
    ]  # fmt: skip
    people = sorted({who for _, whose in known for who in whose.values()})
    kinds = sorted({kind for block, _ in known for kind in block.kinds})
    row, column = {who: i for i, who in enumerate(people)}, {kind: i for i, kind in enumerate(kinds)}
    size = len(people) * len(kinds)
    sums = np.zeros((size, WIDE))
    for block, whose in known:
        lines, which = block.lines([*whose])
        rows = np.array([row[who] for who in whose.values()], dtype=np.int64)[which]
        columns = np.array([column[kind] for kind in block.kinds], dtype=np.int64)[block.kind[lines]]
        for i in range(WIDE):
            sums[:, i] += np.bincount(rows * len(kinds) + columns, block.sums[lines, i], size)
    return Table(tuple(people), tuple(kinds), sums.reshape(len(people), len(kinds), WIDE))


def added(tables: Sequence[Table]) -> Table:
    people = sorted({who for table in tables for who in table.people})
    kinds = sorted({kind for table in tables for kind in table.kinds})
    row, column = {who: i for i, who in enumerate(people)}, {kind: i for i, kind in enumerate(kinds)}
    sums = np.zeros((len(people), len(kinds), WIDE))
    for table in tables:
        if table.people and table.kinds:
            sums[np.ix_([row[who] for who in table.people], [column[kind] for kind in table.kinds])] += table.sums
    return Table(tuple(people), tuple(kinds), sums)
