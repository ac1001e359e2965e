"""Chinese word boundaries exactly as snownlp draws them: its character trigram model, looked up in packed tables."""

from collections.abc import Iterator
from operator import add

from rules.model_pack import Sections

TAGS = ("b", "m", "e", "s")  # a character begins a word, is in the middle, ends it, or is one; the package's order
BEGIN = "\0"  # stands before the first character
ROWS, CELLS = 50_000, 50_000  # remembered, then forgotten together: bounded, and refilled within seconds

SPREAD = 0x9E3779B1

Row = tuple[float, ...]  # 16 log probabilities: tag before * 4 + tag; empty for a character never seen
Cell = tuple[int, Row]  # a cell of the row that differs, with a value for each tag two before
Cells = tuple[Cell, ...]
State = list[float]  # 16 path scores: tag before * 4 + tag


class Table:
    """Values found by a key of characters: open addressing, so a look-up touches two or three places."""

    def __init__(self, sections: Sections, name: str, tag_bits: int) -> None:
        self.slots = sections.small(name + "_slots")  # index + 1 of the first entry of a key, 0: free
        self.mask = len(self.slots) - 1
        self._keys, self._values = sections.integers(name), sections.floats(name + "_values")
        self._tag_bits = tag_bits

    def entries(self, key: int) -> list[tuple[int, float]]:
        """The tags and the value of what is stored for these characters."""
        keys, slots, mask, bits = self._keys, self.slots, self.mask, self._tag_bits
        slot = spread(key) & mask
        while (i := slots[slot]) and keys[i - 1] >> bits != key:
            slot = (slot + 1) & mask
        found: list[tuple[int, float]] = []
        while i and keys[i - 1] >> bits == key:
            found.append((keys[i - 1] & (1 << bits) - 1, self._values[i - 1]))
            i += 1  # the last entry is a sentinel
        return found


def spread(key: int) -> int:
    """Where a key wants to stand."""
    return (key * SPREAD >> 22) ^ key


class Trigram:
    """The model; the scores of paths go forward, and only the best path is looked at backward."""

    def __init__(self, sections: Sections) -> None:
        self._ids = {c: i for i, c in enumerate(sections.text("characters"))}
        self._bits = len(self._ids).bit_length()
        self._unknown = len(self._ids)
        self._first = sections.floats("first")
        alone = list(sections.floats("alone"))
        self._alone = [
            tuple(alone[i : i + 4]) * 4 for i in range(0, len(alone), 4)
        ]  # rows of characters without context
        self._pairs, self._triples = Table(sections, "pairs", 4), Table(sections, "triples", 6)
        self._rows: dict[int, Row] = {}
        self._cells: dict[int, Cells] = {}

    def words(self, run: str) -> Iterator[str]:
        """The words of a run of Chinese characters."""
        start = 0
        for i, tag in enumerate(self._tags(run)):
            if tag == 2:
                yield run[start : i + 1]
                start = i + 1
            elif tag != 1 and start < i:  # a word begins although none had ended
                yield run[start:i]
                start = i
        if start < len(run):
            yield run[start:]

    def _tags(self, run: str) -> list[int]:
        ids, bits, unknown, low = self._ids, self._bits, self._unknown, (1 << 2 * self._bits) - 1
        first = self._start(ids.get(run[0], unknown))
        if len(run) == 1:
            return [first.index(max(first))]
        pair = ids.get(run[0], unknown) << bits | ids.get(run[1], unknown)
        rows, cells = [self._row(pair)], [self._changed(pair)]  # before the first stands BEGIN, number 0
        states = [_begin(first, rows[0], cells[0])]
        known, slots, mask = self._rows, self._triples.slots, self._triples.mask
        for c in run[2:]:
            triple = pair << bits | ids.get(c, unknown)
            pair = triple & low
            row = known.get(pair)
            if row is None:
                row = self._row(pair)
            # Most triples were never seen in training: a free slot says so at once.
            changed = self._changed(triple) if slots[((triple * SPREAD >> 22) ^ triple) & mask] else ()
            states.append(_forward(states[-1], row, changed))
            rows.append(row)
            cells.append(changed)
        return _backward(states, rows, cells)

    def _start(self, i: int) -> Row:
        return (0.0,) * 4 if i == self._unknown else tuple(self._first[i * 4 : i * 4 + 4])

    def _row(self, pair: int) -> Row:
        """The log probabilities of the second character after the first, where no third says otherwise."""
        if len(self._rows) >= ROWS:
            self._rows.clear()
        last = pair & (1 << self._bits) - 1
        row = () if last == self._unknown else self._alone[last]
        if entries := self._pairs.entries(pair):
            changed = list(row)
            for cell, value in entries:
                changed[cell] = value
            row = tuple(changed)
        self._rows[pair] = row
        return row

    def _changed(self, triple: int) -> Cells:
        """What the character two before changes in the row."""
        cells = self._cells.get(triple)
        if cells is not None:
            return cells
        if len(self._cells) >= CELLS:
            self._cells.clear()
        pair = triple & (1 << 2 * self._bits) - 1
        changed: dict[int, list[float]] = {}
        for tags, value in self._triples.entries(triple):
            changed.setdefault(tags & 15, [self._row(pair)[tags & 15]] * 4)[tags >> 4] = value
        cells = self._cells[triple] = tuple((cell, tuple(values)) for cell, values in changed.items())
        return cells


def _begin(first: Row, row: Row, cells: Cells) -> State:
    b, m, e, s = first
    before = (b, b, b, b, m, m, m, m, e, e, e, e, s, s, s, s)
    state = list(map(add, before, row)) if row else list(before)
    for cell, values in cells:
        state[cell] = before[cell] + values[0]
    return state


def _forward(state: State, row: Row, cells: Cells) -> State:  # noqa: C901, PLR0915 - unrolled, see below
    """One character on. Unrolled because this is where the time goes: three times as fast as loops."""
    p0, p1, p2, p3, p4, p5, p6, p7, p8, p9, pa, pb, pc, pd, pe, pf = state
    if not row:  # never seen: the package keeps the last predecessor, not the best
        return [pc, pc, pc, pc, pd, pd, pd, pd, pe, pe, pe, pe, pf, pf, pf, pf]
    r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, ra, rb, rc, rd, re, rf = row
    b = p0 if p0 > p4 else p4
    if p8 > b:
        b = p8
    if pc > b:
        b = pc
    m = p1 if p1 > p5 else p5
    if p9 > m:
        m = p9
    if pd > m:
        m = pd
    e = p2 if p2 > p6 else p6
    if pa > e:
        e = pa
    if pe > e:
        e = pe
    s = p3 if p3 > p7 else p7
    if pb > s:
        s = pb
    if pf > s:
        s = pf
    new = [
        b + r0, b + r1, b + r2, b + r3, m + r4, m + r5, m + r6, m + r7,
        e + r8, e + r9, e + ra, e + rb, s + rc, s + rd, s + re, s + rf,
    ]  # fmt: skip
    for cell, (vb, vm, ve, vs) in cells:
        at = cell >> 2
        new[cell] = max(state[at] + vb, state[at + 4] + vm, state[at + 8] + ve, state[at + 12] + vs)
    return new


def _backward(states: list[State], rows: list[Row], cells: list[Cells]) -> list[int]:
    """The tags of the best path; of equals the first wins, in the order in which the package tries them."""
    state = states[-1]
    top = max(state)
    cell = next(before * 4 + tag for tag in range(4) for before in range(4) if state[before * 4 + tag] == top)
    tags = [cell & 3, cell >> 2]
    for i in range(len(states) - 1, 0, -1):
        cell = _before(cell, states[i - 1], rows[i], cells[i])
        tags.append(cell >> 2)
    tags.reverse()
    return tags


def _before(cell: int, state: State, row: Row, cells: Cells) -> int:
    """The cell from which the best path came, found with the very sums that were compared on the way."""
    at = cell >> 2
    if not row:
        return at + 12
    b = m = e = s = row[cell]
    for other, values in cells:
        if other == cell:
            b, m, e, s = values
    sums = (state[at] + b, state[at + 4] + m, state[at + 8] + e, state[at + 12] + s)
    return at + 4 * sums.index(max(sums))
