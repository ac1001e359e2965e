"""Rows become things said: who, what, when, in which conversation; what cannot be read is counted with its row."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from bot.checkup import cells, columns, words
from bot.checkup.cells import Cell
from bot.checkup.mapping import Mapping
from bot.checkup.tables import Table
from rules.model import Speaker

SHOWN = 30  # row numbers kept of each kind
NO_TEXT = "没有文字（多半是图片或空格子），跳过"
NO_WHO = "看不出是谁说的，跳过"
NO_KEY = "不知道是哪一段会话，跳过"
NOT_A_ROW = "不是一行数据，跳过"
BAD_TIME = "时间读不懂：话照样看了，只是没有时间"


@dataclass(slots=True)
class Notes:
    """What was not as it should be, by reason: how often, and in which rows at first."""

    rows: int = 0  # that hold something
    used: int = 0
    counts: Counter[str] = field(default_factory=Counter)
    where: dict[str, list[int]] = field(default_factory=dict)

    def add(self, why: str, row: int) -> None:
        self.counts[why] += 1
        listed = self.where.setdefault(why, [])
        if len(listed) < SHOWN:
            listed.append(row)


@dataclass(frozen=True, slots=True)
class Said:
    row: int
    key: str
    text: str
    who: Speaker | None  # None: to be told by the nick, when the conversation is together
    nick: str = ""
    at: datetime | None = None
    customer: str = ""
    agent: str = ""
    shop: str = ""
    rating: int | None = None
    order: str = ""
    reason: str = ""
    second: bool = False  # the answer in a row that holds a question and its answer


@dataclass(slots=True)
class _Carried:
    """What merged cells write only once: it holds for the rows below."""

    conversation: str = ""
    customer: str = ""
    last: datetime | None = None
    pieces: int = 0


class Reader:
    """Reads one table by one mapping, once."""

    def __init__(self, table: Table, mapping: Mapping, now: datetime, notes: Notes):
        self.table, self.mapping, self.now, self.notes = table, mapping, now, notes
        self._carried = _Carried()
        self._zone = mapping.zone

    def read(self) -> Iterator[Said]:
        for number, row in self.table.rows():
            if number > self.mapping.header and self._holds_something(row):
                self.notes.rows += 1
                yield from self._row(number, row)

    def cell(self, row: list[Cell], role: str) -> Cell:
        place = self.mapping.place(role)
        return row[place] if place is not None and place < len(row) else None

    def _holds_something(self, row: list[Cell]) -> bool:
        return not row or any(cells.text(cell) for cell in row)

    def _row(self, number: int, row: list[Cell]) -> Iterator[Said]:
        if not any(cells.text(cell) for cell in row):
            self.notes.add(NOT_A_ROW, number)
            return
        at = self._at(number, row)
        found = list(self._talk(number, row))
        if not found:
            return
        self.notes.used += 1
        for second, (who, nick, text, receiver) in enumerate(found):
            key = self._key(row, at, nick, receiver)
            if not key:
                self.notes.add(NO_KEY, number)
                return
            yield self._said(number, row, key, at, (who, nick, text), bool(second))

    def _talk(self, number: int, row: list[Cell]) -> Iterator[tuple[Speaker | None, str, str, str]]:
        """(who, nick, text, receiver) of each thing said in the row."""
        if "asked" in self.mapping.columns:
            pairs = ((Speaker.CUSTOMER, "asked"), (Speaker.AGENT, "reply"))
            told = [(who, "", cells.text(self.cell(row, role)), "") for who, role in pairs]
            yield from (one for one in told if one[2])
            if not any(one[2] for one in told):
                self.notes.add(NO_TEXT, number)
            return
        text = cells.text(self.cell(row, "text"))
        if not text:
            self.notes.add(NO_TEXT, number)
            return
        nick, receiver = self._nick(row)
        word = cells.text(self.cell(row, "speaker"))
        who = self.mapping.speakers.get(word) or words.who(word) if word else None
        if who is None and not nick:
            self.notes.add(NO_WHO, number)
            return
        yield who, nick, text, receiver

    def _nick(self, row: list[Cell]) -> tuple[str, str]:
        nick, receiver = cells.text(self.cell(row, "sender")), cells.text(self.cell(row, "receiver"))
        parts = columns.ARROW.split(nick, maxsplit=1) if nick and not receiver else []
        return (parts[0], parts[1]) if len(parts) == 2 and all(parts) else (nick, receiver)

    def _at(self, number: int, row: list[Cell]) -> datetime | None:
        places = self.mapping.columns.get("at", ())
        told = [row[place] for place in places if place < len(row)]
        if not told or not any(cells.text(cell) for cell in told):
            return None
        at = cells.moment(cells.joined(told), self._zone, self.now)
        if at is None:
            self.notes.add(BAD_TIME, number)
        return at

    def _key(self, row: list[Cell], at: datetime | None, nick: str, receiver: str) -> str:
        carried = self._carried
        if "conversation" in self.mapping.columns:
            carried.conversation = cells.text(self.cell(row, "conversation")) or carried.conversation
            return carried.conversation
        if "customer" in self.mapping.columns:
            carried.customer = cells.text(self.cell(row, "customer")) or carried.customer
            return f"{carried.customer}\n{cells.text(self.cell(row, 'shop'))}" if carried.customer else ""
        if nick and receiver:
            return "\n".join(sorted((nick, receiver)))
        return self._piece(at)

    def _piece(self, at: datetime | None) -> str:
        """Nothing tells conversations apart but silence."""
        carried, gap = self._carried, timedelta(minutes=self.mapping.gap_minutes)
        if carried.last and at and abs(at - carried.last) > gap:
            carried.pieces += 1
        carried.last = at or carried.last
        return f"第 {carried.pieces + 1} 段"

    def _said(
        self, number: int, row: list[Cell], key: str, at: datetime | None,
        talk: tuple[Speaker | None, str, str], second: bool,
    ) -> Said:  # fmt: skip
        who, nick, text = talk
        named = {role: cells.text(self.cell(row, role)) for role in ("customer", "agent", "shop", "order", "reason")}
        return Said(
            number, key, text, who, nick, at, rating=cells.rating(self.cell(row, "rating")), second=second, **named
        )
