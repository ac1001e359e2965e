"""What a column looks like by its cells alone: times, words of speakers, long talk, numbers that repeat."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.checkup import cells, words
from bot.checkup.cells import Cell
from bot.web import pasted

CHINESE = re.compile(r"[\u4e00-\u9fff]")
CODED = re.compile(r"[A-Za-z]{0,4}[-_]?\d[-\w.]*|[0-9a-fA-F-]{8,}")
ARROW = re.compile(r"\s*(?:→|⇒|-+>|=>|＞|>|发给)\s*")
POLITE = re.compile(r"亲|您|这边|请稍等|为您|感谢|呢亲|哦亲|抱歉|很高兴|欢迎光临")
KINDS = frozenset(
    (
        *("文本", "文字", "图片", "语音", "视频", "文件", "表情", "卡片"),
        *("text", "txt", "image", "img", "voice", "audio", "video", "file", "card", "link", "emoji"),
    )
)


@dataclass(frozen=True, slots=True)
class Column:
    """Shares are of the filled cells, 0..1."""

    place: int
    name: str
    values: tuple[str, ...]  # the filled ones
    times: float
    clocks: float
    only_clocks: float
    speakers: float
    length: float  # mean, in characters
    chinese: float
    coded: float
    chats: float  # whole conversations in one cell

    @property
    def distinct(self) -> frozenset[str]:
        return frozenset(self.values)

    @property
    def variety(self) -> float:
        return len(self.distinct) / len(self.values) if self.values else 0.0

    @property
    def is_few(self) -> bool:
        return 1 <= len(self.distinct) <= 12 and max(map(len, self.distinct)) <= 16

    @property
    def is_kind(self) -> bool:
        """文本 or 图片: what sort of message, not who wrote it."""
        return any(value.lower() in KINDS for value in self.distinct)


def look(rows: Sequence[Sequence[Cell]], names: Sequence[str], zone: ZoneInfo, now: datetime) -> list[Column]:
    width = max((len(row) for row in rows), default=0)
    columns = []
    for place in range(width):
        filled = [row[place] for row in rows if place < len(row) and cells.text(row[place])]
        columns.append(_column(place, names[place] if place < len(names) else "", filled, zone, now))
    return columns


def polite(texts: Iterable[str]) -> float:
    """How much it sounds like one who serves: the share of messages with such words."""
    said = list(texts)
    return sum(1 for text in said if POLITE.search(text)) / len(said) if said else 0.0


def arrows(column: Column) -> bool:
    """张三→旗舰店:小李: who speaks and to whom, in one cell."""
    return sum(1 for value in column.values if ARROW.search(value)) > 0.8 * len(column.values)


def is_chat(said: str) -> bool:
    lines = [line.strip() for line in said.splitlines() if line.strip()]
    if len(lines) < 2:
        return False
    shapes = (pasted.DATED, pasted.HEADER, pasted.HEADER_AFTER, pasted.SAID_AT, pasted.SAID)
    return sum(1 for line in lines[:20] if any(shape.fullmatch(line) for shape in shapes)) * 2 >= min(len(lines), 20)


def _column(place: int, name: str, filled: list[Cell], zone: ZoneInfo, now: datetime) -> Column:
    said = [cells.text(cell) for cell in filled]
    timed = [cell for cell in filled if cells.moment(cell, zone, now)]
    count = len(filled) or 1
    return Column(
        place,
        name,
        tuple(said),
        times=len(timed) / count,
        clocks=sum(1 for cell in timed if cells.has_clock(cell)) / (len(timed) or 1),
        only_clocks=sum(1 for one in said if cells.CLOCK.fullmatch(one) and not one.isdigit()) / count,
        speakers=sum(1 for one in said if words.who(one)) / count,
        length=sum(map(len, said)) / count,
        chinese=sum(1 for one in said if CHINESE.search(one)) / count,
        coded=sum(1 for one in said if CODED.fullmatch(one)) / count,
        chats=sum(1 for one in said if is_chat(one)) / count,
    )
