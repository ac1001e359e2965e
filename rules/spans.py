"""Spans of days as people ask for them: 今天, 本周, 上月, 11-20, or from one day to another."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

WEEKDAYS = "一二三四五六日"
LONGEST = 92  # days
BETWEEN = re.compile(r"\s*(?:~|至|到|—)\s*")
LATELY = re.compile(r"最?近\s*(\d{1,2})\s*(天|周)")
DAY = re.compile(r"(?:(\d{4})[-/.年])?(\d{1,2})[-/.月](\d{1,2})日?号?")


@dataclass(frozen=True, slots=True)
class Span:
    since: date
    until: date  # with that day
    label: str

    @property
    def before(self) -> "Span":
        """As many days just before."""
        days = (self.until - self.since).days + 1
        return Span(self.since - timedelta(days=days), self.since - timedelta(days=1), "之前")

    @property
    def told(self) -> str:
        """As it is written into a button: 2026-11-16~2026-11-20"""
        return f"{self.since}~{self.until}"


def read(text: str, today: date) -> Span | None:
    """None when it is no span; without words, this week."""
    words = text.strip() or "本周"
    named = _named(words, today) or _lately(words, today)
    if named is not None:
        return named
    days = [_day(part, today) for part in BETWEEN.split(words)]
    known = [day for day in days if day is not None]
    if len(known) != len(days) or len(days) > 2 or known[0] > known[-1] or known[0] > today:
        return None
    until = min(known[-1], today)
    if (until - known[0]).days >= LONGEST:
        return None
    return between(known[0], until)


def _lately(words: str, today: date) -> Span | None:
    """近 7 天, 近8周: up to and with today."""
    found = LATELY.fullmatch(words)
    days = int(found[1]) * (7 if found[2] == "周" else 1) if found else 0
    if not found or not 0 < days <= LONGEST:
        return None
    return Span(today - timedelta(days=days - 1), today, f"近 {found[1]} {found[2]}")


def why_not(text: str, today: date) -> str:
    """What is the matter with words that are no span, for who wrote them."""
    days = [_day(part, today) for part in BETWEEN.split(text.strip())]
    first, last = days[0], days[-1]
    if first is None or last is None or len(days) > 2:
        return "这个时间我没看懂。"
    if first > last:
        return "前面的日子比后面的晚，请倒过来说。"
    return "那几天还没到。" if first > today else f"一次最多看 {LONGEST} 天。"


def near(words: str, today: date) -> date | None:
    """A day; without a year the nearest one, be it to come."""
    found = DAY.fullmatch(words.strip())
    if not found or found[1]:
        return _day(words, today)
    years = (_on(year, int(found[2]), int(found[3])) for year in (today.year - 1, today.year, today.year + 1))
    return min((day for day in years if day), key=lambda day: abs(day - today), default=None)


def between(since: date, until: date) -> Span:
    return Span(since, until, _plain(since) if since == until else f"{_plain(since)} 至 {_plain(until)}")


def _named(words: str, today: date) -> Span | None:
    monday, first = today - timedelta(days=today.weekday()), today.replace(day=1)
    so_far = "" if today.weekday() == 6 else f"（截至周{WEEKDAYS[today.weekday()]}）"
    last = first - timedelta(days=1)
    month = "" if today.day == monthrange(today.year, today.month)[1] else f"（截至 {today.day} 日）"
    return {
        "今天": Span(today, today, "今天"),
        "前天": Span(today - timedelta(days=2), today - timedelta(days=2), "前天"),
        "昨天": Span(today - timedelta(days=1), today - timedelta(days=1), "昨天"),
        "本周": Span(monday, today, f"本周{so_far}"),
        "这周": Span(monday, today, f"本周{so_far}"),
        "上周": Span(monday - timedelta(days=7), monday - timedelta(days=1), "上周"),
        "本月": Span(first, today, f"本月{month}"),
        "这个月": Span(first, today, f"本月{month}"),
        "上月": Span(last.replace(day=1), last, "上月"),
        "上个月": Span(last.replace(day=1), last, "上月"),
    }.get(words)


def _day(words: str, today: date) -> date | None:
    """2026-11-20, 11-20, 11.20, 11月20日; a day to come without a year was last year's."""
    found = DAY.fullmatch(words.strip())
    day = _on(int(found[1] or today.year), int(found[2]), int(found[3])) if found else None
    if not found or day is None:
        return None
    return day.replace(year=day.year - 1) if day > today and not found[1] and (day.month, day.day) != (2, 29) else day


def _on(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _plain(day: date) -> str:
    return f"{day.month} 月 {day.day} 日"
