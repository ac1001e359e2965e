"""How a guess is shown for confirmation: each column, what it was taken for, and three rows with everything masked."""

from dataclasses import dataclass
from datetime import datetime

from bot.checkup import cells, words
from bot.checkup.guess import Guess
from bot.checkup.mapping import Mapping
from bot.checkup.masking import safe
from rules.privacy import mask_name, quote

NAMES = ("customer", "agent", "sender", "receiver")
SAMPLE = 24  # characters of a cell


@dataclass(frozen=True, slots=True)
class Shown:
    titles: tuple[str, ...]  # what each was taken for: 说了什么
    columns: tuple[str, ...]  # the header's name of each
    rows: tuple[tuple[str, ...], ...]
    speakers: tuple[tuple[str, str], ...]  # 买家, 客户
    doubts: tuple[str, ...]


def show(guess: Guess, now: datetime) -> Shown:
    mapping = guess.mapping
    roles = list(mapping.columns)
    return Shown(
        tuple(words.TITLES[role] for role in roles),
        tuple(" + ".join(safe(mapping.title(place)) for place in mapping.columns[role]) for role in roles),
        tuple(tuple(_cell(role, mapping, row, now) for role in roles) for row in guess.rows),
        tuple((safe(word, SAMPLE), words.SPEAKERS[who]) for word, who in mapping.speakers.items()),
        guess.doubts,
    )


def tell(shown: Shown) -> str:
    """For a terminal: one column a line, because a phone's worth of Chinese is wide."""
    lines = [f"有几处是猜的：{'；'.join(shown.doubts)}。", "这份表我打算这样读（个人信息已遮住）："]
    for n, (title, column) in enumerate(zip(shown.titles, shown.columns, strict=True)):
        samples = " ｜ ".join(row[n] or "（空）" for row in shown.rows)
        lines.append(f"  {title} ← {column}：{samples}")
    if shown.speakers:
        lines.append("  谁是谁：" + "，".join(f"{word} = {who}" for word, who in shown.speakers))
    return "\n".join(lines)


def _cell(role: str, mapping: Mapping, row: tuple[object, ...], now: datetime) -> str:
    told = [row[place] for place in mapping.columns[role] if place < len(row)]
    if role == "at":
        at = cells.moment(cells.joined(told), mapping.zone, now) if told else None
        return at.astimezone(mapping.zone).strftime("%Y-%m-%d %H:%M:%S") if at else "（读不懂）"
    said = cells.text(told[0]) if told else ""
    if role in NAMES and said and words.who(said) is None:
        return mask_name(said)
    return quote(said, SAMPLE)
