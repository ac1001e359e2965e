"""Where the header stands: titles and notes may come before it, or there is none."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.checkup import cells, words
from bot.checkup.cells import Cell
from bot.checkup.tables import Row

DEPTH = 20  # rows in which a header may stand
OWN = 2.5


def find(rows: Sequence[Row], zone: ZoneInfo, now: datetime) -> int | None:
    """The place in `rows`; None: no header."""
    scores = [_names(row, rows, place, zone, now) for place, (_, row) in enumerate(rows[:DEPTH])]
    best = max(range(len(scores)), key=lambda place: scores[place], default=None)
    if best is not None and scores[best] >= 2:
        return best
    return _unlike_the_rest(rows, zone, now)


def _names(row: Sequence[Cell], rows: Sequence[Row], place: int, zone: ZoneInfo, now: datetime) -> int:
    """How many cells are names of columns; no row with a time in it is a header, nor one whose words come again."""
    said = [cells.text(cell) for cell in row]
    if any(cells.moment(cell, zone, now) for cell in row) or _come_again(said, rows[place + 1 :]):
        return 0
    return sum(1 for one in said if any(words.fit(one, role) >= OWN for role in words.roles()))


def _come_again(said: Sequence[str], below: Sequence[Row]) -> bool:
    """买家 and 客服 may be names of columns, or words of speakers further down the same columns."""
    again = Counter(
        place
        for _, row in below[:100]
        for place, cell in enumerate(row[: len(said)])
        if said[place] and cells.text(cell) == said[place]
    )
    return bool(again)


def _unlike_the_rest(rows: Sequence[Row], zone: ZoneInfo, now: datetime) -> int | None:
    """Names we do not know: words over a column of times."""
    filled = [(place, row) for place, (_, row) in enumerate(rows) if sum(1 for cell in row if cells.text(cell)) > 1]
    if len(filled) < 3:
        return None
    place, first = filled[0]
    for column, cell in enumerate(first):
        below = [row[column] for _, row in filled[1:40] if column < len(row) and cells.text(row[column])]
        timed = [one for one in below if cells.moment(one, zone, now)]
        if below and len(timed) > 0.9 * len(below) and cells.text(cell) and not cells.moment(cell, zone, now):
            return place
    return None
