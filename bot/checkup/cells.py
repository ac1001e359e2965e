"""What stands in one cell, as text, as a moment, or as a rating; exports write all three in many ways."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

Cell = Any  # str, int, float, bool, datetime, date, time or None: whatever the file's reader gives

EXCEL = datetime(1899, 12, 30)  # noqa: DTZ001  a table's local time, the zone comes later
SERIALS = (36526.0, 73050.0)  # 2000 to 2100
EPOCHS = ((946_684_800, 4_102_444_800, 1), (946_684_800_000, 4_102_444_800_000, 1000))
FULL = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s?[-/.年]\s?(?P<m>\d{1,2})\s?[-/.月]\s?(?P<d>\d{1,2})\s?日?"
    r"(?:\s*(?:T|星期.|周.)?\s*(?P<rest>\S.*))?"
)
PACKED = re.compile(r"(?P<y>20\d\d)(?P<m>\d\d)(?P<d>\d\d)[\sT]?(?P<rest>\d.*)?")
AMERICAN = re.compile(r"(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>20\d\d)\s+(?P<rest>\S.*)")
NO_YEAR = re.compile(r"(?P<m>\d{1,2})[-/月](?P<d>\d{1,2})日?\s+(?P<rest>\S.*)")
CLOCK = re.compile(
    r"(?P<half>上午|下午|晚上|凌晨|中午|AM|PM)?\s*(?P<h>\d{1,2})(?:[:：时点]\s?|(?=\d\d))(?P<min>\d{2})"
    r"(?:[:：分]?\s?(?P<s>\d{2}))?(?:[.,]\d+)?\s?秒?分?\s*(?P<half2>AM|PM)?\s*(?P<zone>Z|UTC|GMT|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
NUMBER = re.compile(r"\d{5}(?:\.\d+)?|\d{10}(?:\.\d+)?|\d{13}")
RATINGS = {"非常满意": 5, "很满意": 5, "满意": 4, "一般": 3, "不满意": 2, "很不满意": 1, "非常不满意": 1}
RATINGS |= {"好评": 5, "中评": 3, "差评": 1, "great": 5, "good": 4, "okay": 3, "poor": 2, "terrible": 1}
STARS = re.compile(r"([1-5])(?:\.0)?\s*[分星]?|(★{1,5})☆*")


def text(cell: Cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))  # order and conversation numbers come out of a sheet as floats
    return str(cell).strip()


def moment(cell: Cell, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Aware; `zone` is the shop's, `now` lends the year where none is written. None: no time is written here."""
    if isinstance(cell, datetime):
        return cell if cell.tzinfo else cell.replace(tzinfo=zone)
    if isinstance(cell, date):
        return datetime(cell.year, cell.month, cell.day, tzinfo=zone)
    if isinstance(cell, bool) or cell is None or isinstance(cell, time):
        return None
    if isinstance(cell, int | float):
        return _of_number(float(cell), zone)
    said = str(cell).strip()
    if not said or len(said) > 40:
        return None
    return _of_number(float(said), zone) if NUMBER.fullmatch(said) else _of_words(said, zone, now)


def has_clock(cell: Cell) -> bool:
    """Whether a moment's cell tells more than the day."""
    if isinstance(cell, datetime):
        return (cell.hour, cell.minute, cell.second) != (0, 0, 0)
    if isinstance(cell, int | float):
        return cell > SERIALS[1] or float(cell) % 1 > 0
    return bool(cell) and (NUMBER.fullmatch(str(cell).strip()) is not None or CLOCK.search(str(cell)) is not None)


def joined(cells: list[Cell]) -> Cell:
    """A day and a clock that stand in two columns, as one cell."""
    if len(cells) == 1:
        return cells[0]
    day, clock = cells[0], cells[1]
    if isinstance(day, datetime | date) and isinstance(clock, time):
        return datetime(day.year, day.month, day.day, clock.hour, clock.minute, clock.second)  # noqa: DTZ001
    head = day.strftime("%Y-%m-%d") if isinstance(day, datetime | date) else text(day)
    return f"{head} {clock.strftime('%H:%M:%S') if isinstance(clock, time) else text(clock)}".strip()


def rating(cell: Cell) -> int | None:
    said = text(cell).lower()
    if said in RATINGS:
        return RATINGS[said]
    found = STARS.fullmatch(said)
    return (int(found[1]) if found[1] else len(found[2])) if found else None


def _of_number(number: float, zone: ZoneInfo) -> datetime | None:
    if SERIALS[0] <= number <= SERIALS[1]:
        return (EXCEL + timedelta(seconds=round(number * 86400))).replace(tzinfo=zone)
    for least, most, unit in EPOCHS:
        if least <= number <= most:
            return datetime.fromtimestamp(number / unit, UTC)
    return None


def _of_words(said: str, zone: ZoneInfo, now: datetime) -> datetime | None:
    found = FULL.fullmatch(said) or PACKED.fullmatch(said) or AMERICAN.fullmatch(said) or NO_YEAR.fullmatch(said)
    if found is None:
        return None
    parts = found.groupdict()
    clock = CLOCK.fullmatch(parts["rest"].strip()) if parts["rest"] else None
    if parts["rest"] and clock is None:
        return None
    try:
        day = _day(parts, now.astimezone(zone))
        return _at(day, clock.groupdict(), zone) if clock else day.replace(tzinfo=zone)
    except ValueError:
        return None


def _day(parts: dict[str, str | None], today: datetime) -> datetime:
    month, day = int(parts["m"] or 0), int(parts["d"] or 0)
    if year := parts.get("y"):
        return datetime(int(year), month, day)  # noqa: DTZ001
    past = (month, day) <= (today.month, today.day)
    return datetime(today.year if past else today.year - 1, month, day)  # noqa: DTZ001


def _at(day: datetime, clock: dict[str, str | None], zone: ZoneInfo) -> datetime:
    hour = int(clock["h"] or 0)
    half = (clock["half"] or clock["half2"] or "").upper()
    if half in ("下午", "晚上", "PM") and hour < 12:
        hour += 12
    if half in ("凌晨", "AM") and hour == 12:
        hour = 0
    local = day.replace(hour=hour, minute=int(clock["min"] or 0), second=int(clock["s"] or 0))
    told = clock["zone"]
    if not told:
        return local.replace(tzinfo=zone)
    if told[0] not in "+-":
        return local.replace(tzinfo=UTC)
    return datetime.fromisoformat(f"{local.isoformat()}{told[:3]}:{told[-2:]}")
